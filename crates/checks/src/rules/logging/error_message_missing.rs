//! `error-message-missing`: an error without a message.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::{Member, Node};

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0707",
    name: "error-message-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
An `error` object, or its entry for one status, that ends up without a message: it has none, and there is no general one
to fall back to. Also an entry that is a text, where an object with a `message` is wanted; that is a warning.

## Why
The error is raised, and says nothing: the user sees the bare status. Make's editor refuses such an object.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "error": { "type": "InvalidAccessTokenError" } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "error": { "type": "InvalidAccessTokenError", "message": "[{{statusCode}}] {{body.error}}" } }
}
```

## Source
Make's editor schema; communication.md §7, pitfalls.md 120.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        let Some(error) = request.get("response").and_then(|response| response.member("error")) else { continue };
        for status in error.value.effective_members().filter(|status| is_status(&status.key)) {
            let Some(written) = status.value.as_str().filter(|written| !written.contains("{{...")) else { continue };
            let message = serde_json::json!({ "message": written }).to_string();
            let mut finding = RULE
                .finding(format!("the error of status {} is a text, not an object with a `message`", status.key))
                .at(status.value.place)
                .why("Make's editor refuses it: only `error` as a whole may be a text")
                .help("write `{\"message\": …}`")
                .fix(Fix::suggestion("make it the `message` of an object").replace(status.value.place, message))
                .in_block(block);
            finding.severity = Severity::Warning;
            findings.push(finding);
        }
        let is_open = |node: &Node| !node.is_object() || node.member("{{...}}").is_some();
        if is_open(&error.value) || has_message(&error.value) {
            continue;
        }
        let statuses: Vec<&Member> = error.value.effective_members().filter(|member| is_status(&member.key)).collect();
        let mute = statuses.iter().filter(|status| !is_open(&status.value) && !has_message(&status.value));
        for status in mute {
            findings.push(
                RULE.finding(format!("the error of status {} has no `message`", status.key))
                    .at(status.key_place)
                    .why("there is no general message either: the user sees the bare status")
                    .help("add a `message` here, or a general one beside the statuses")
                    .in_block(block),
            );
        }
        if statuses.is_empty() {
            findings.push(
                RULE.finding("`error` has no `message`")
                    .at(error.key_place)
                    .why("the error is raised and says nothing: the user sees the bare status")
                    .help("add `\"message\": \"[{{statusCode}}] {{…}}\"` with the path of the service's own message")
                    .in_block(block),
            );
        }
    }
}

fn has_message(node: &Node) -> bool {
    node.get("message").is_some()
}

fn is_status(key: &str) -> bool {
    key.len() == 3 && key.bytes().all(|byte| byte.is_ascii_digit())
}
