//! `error-missing`: a request of a connection without `response.error`.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Edit, Fix, Severity, SourceMap};
use connspec_spec::{Member, Node};
use serde_json::json;

use crate::edit;
use crate::logged::is_logged;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0706",
    name: "error-missing",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A request of a connection without a message for errors: no `response.error`, or one that has messages for single statuses
only. A `message` of `valid` that reads the answer is one too: services that answer 200 with an error, as Slack does with
`ok: false`, need no other.

## Why
The user who mistyped a key reads "Unauthorized" or "Bad Request" and nothing else. What the service answered, and
mostly explains, is lost; the base's `error` does not help, because a connection inherits nothing. The review of an app
asks for it.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-api-key": "{{parameters.apiKey}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-api-key": "{{parameters.apiKey}}" },
  "response": { "error": { "message": "[{{statusCode}}] {{body.error.message}}" } }
}
```

## Fix
A skeleton is suggested; where the service puts its message must be filled in.

## Source
Make's documentation of error handling and of the app review; communication.md §7, pitfalls.md 119.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    // Nobody reads what `invalidate` answers: the connection is gone.
    let answered = |phase: Phase, node: &Node| phase != Phase::Invalidate && is_logged(phase, node);
    for (phase, block, request) in connection.requests() {
        if !request.is_object() || !answered(phase, request) {
            continue;
        }
        let response = request.get("response");
        let error = response.and_then(|response| response.member("error"));
        let url = request.member("url").map_or(request.place, |member| member.key_place);
        let (place, message) = match error {
            None if response
                .is_some_and(|response| response.as_str().is_some() || response.member("{{...}}").is_some()) =>
            {
                continue;
            }
            // Services that answer 200 with an error: what `valid` says comes first of all (communication.md §7).
            None if response.is_some_and(|response| says_what_is_invalid(connection, response)) => continue,
            // Under a misspelt name: `unknown-directive` tells it.
            None if response.is_some_and(|response| response.members().iter().any(means_error)) => continue,
            None => (url, format!("`{block}` says nothing of its own when it fails: there is no `response.error`")),
            Some(error) if has_single_messages_only(&error.value) => {
                (error.key_place, format!("`error` of `{block}` has no message but for single statuses"))
            }
            Some(_) => continue,
        };
        let mut finding = RULE
            .finding(message)
            .at(place)
            .why("the user reads only the bare status, such as \"Unauthorized\", and not what the service explains")
            .help(
                "add `\"error\": {\"message\": \"[{{statusCode}}] {{…}}\"}` with the path of the service's own message",
            )
            .in_block(block);
        if error.is_none() {
            let edits = skeleton(&connection.app.sources, request, response);
            finding = finding.fix(Fix::suggestion("add a message for errors").with_edits(edits));
        }
        findings.push(finding);
    }
}

fn has_single_messages_only(error: &Node) -> bool {
    let of_status = |member: &connspec_spec::Member| member.key.bytes().all(|byte| byte.is_ascii_digit());
    let mut statuses = error.members().iter().filter(|member| of_status(member));
    error.get("message").is_none() && statuses.any(|status| status.value.get("message").is_some())
}

/// Whether `valid` looks into the answer, and has a message that says what stands there.
fn says_what_is_invalid(connection: &Connection<'_>, response: &Node) -> bool {
    let reads_answer = |key: &str| {
        let site = response.get("valid").and_then(|valid| valid.get(key)).and_then(|node| connection.site_of(node));
        site.is_some_and(|site| site.reads().iter().any(|read| read.root() == "body"))
    };
    reads_answer("condition") && reads_answer("message")
}

fn skeleton(sources: &SourceMap, request: &Node, response: Option<&Node>) -> Vec<Edit> {
    let error = json!({ "message": "[{{statusCode}}] {{body.error.message}}" });
    match response {
        Some(response) => edit::insert_member(sources, response, "error", &error),
        None => edit::insert_member(sources, request, "response", &json!({ "error": error })),
    }
}

fn means_error(member: &Member) -> bool {
    nearest(&member.key, ["error"]).is_some() && member.key != "error"
}
