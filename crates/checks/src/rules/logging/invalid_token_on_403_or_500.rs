//! `invalid-token-on-403-or-500`: an outage or a missing permission that stops scenarios for good.

use connspec_diagnostics::Severity;
use connspec_spec::Node;

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0713",
    name: "invalid-token-on-403-or-500",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A `refresh` that takes a status of 429, or of 500 and above, for an `InvalidAccessTokenError` by name.
Base and modules are looked at too.

## Why
With this type Make switches the scenario off and asks the user to connect again. A short outage of the service, or too
many requests, then stops every scenario for good, although the tokens are still valid.

## Example
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "error": { "message": "{{body.error}}", "500": { "message": "Connect again", "type": "InvalidAccessTokenError" } } }
  }
}
```

## Instead
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "error": { "message": "{{body.error}}", "400": { "message": "Connect again", "type": "InvalidAccessTokenError" } } }
  }
}
```

## Source
connection.md §12; pitfalls.md 126. A type for all errors of `refresh` is what pitfalls.md 125 asks for. A 403 of a token endpoint may mean a refused token, and the other blocks run while
the user is connecting, where the type has no effect: these are not reported.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for connection in &whole.connections {
        for (_, block, request) in connection.requests().filter(|(phase, ..)| *phase == Phase::Refresh) {
            examine(request, block, findings);
        }
    }
    // In base and modules it switches the scenario off just the same.
    whole.other_requests().for_each(|(block, request)| examine(request, &block, findings));
}

fn examine(request: &Node, block: &str, findings: &mut Findings) {
    if let Some(error) = request.get("response").and_then(|response| response.get("error")) {
        let statuses = error.effective_members().filter(|member| is_outage(&member.key));
        let single = statuses.filter_map(|member| {
            let kind = member.value.get("type").filter(|kind| is_invalid_token(kind))?;
            Some((kind.place, format!("status {}", member.key)))
        });
        for (place, what) in single {
            findings.push(
                RULE.finding(format!("{what} is taken for an invalid token"))
                    .at(place)
                    .why("Make switches the scenario off and asks the user to connect again, even after a short outage")
                    .help("keep this type for the status of a refused token, mostly 400 or 401")
                    .in_block(block),
            );
        }
    }
}

fn is_invalid_token(kind: &Node) -> bool {
    kind.as_str() == Some("InvalidAccessTokenError")
}

fn is_outage(key: &str) -> bool {
    key == "429" || (key.len() == 3 && key.starts_with('5'))
}
