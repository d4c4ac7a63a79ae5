//! `refresh-error-type`: a failed refresh that does not ask the user to connect again.

use connspec_diagnostics::Severity;
use connspec_spec::{Node, NodeValue};

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0712",
    name: "refresh-error-type",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A `refresh` whose errors are never an `InvalidAccessTokenError`.

## Why
When the refresh token is revoked or has ended, only the user can help, by connecting again. With that type Make says so
at once; with any other the scenario fails three times and stops without a word about the connection.

## Example
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "error": { "message": "{{body.error}}" } }
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
connection.md §6, §12; pitfalls.md 125.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let requests = || connection.requests().filter(|(phase, ..)| *phase == Phase::Refresh);
    // Of several requests one exchanges the token: the others fail for reasons of their own.
    if requests().filter_map(|(.., request)| request.get("response")).any(asks_to_reconnect) {
        return;
    }
    for (_, block, request) in requests() {
        let Some(error) = request.get("response").and_then(|response| response.member("error")) else { continue };
        if !error.value.is_object() {
            continue;
        }
        findings.push(
            RULE.finding("no error of `refresh` asks the user to connect again")
                .at(error.key_place)
                .why("a refused refresh token needs the user; other error types only stop the scenario after three failures")
                .help("give the status of a refused refresh token, mostly 400 or 401, the type `InvalidAccessTokenError`")
                .in_block(block),
        );
    }
}

/// Whether any type below is the one, or computed, or spread in.
fn asks_to_reconnect(response: &Node) -> bool {
    let mut asks = false;
    response.visit(&mut |pointer, node| {
        let is_type = pointer.ends_with("/type") && pointer != "/type";
        asks |= pointer.ends_with("/{{...}}");
        if let (true, NodeValue::Text(text)) = (is_type, &node.value) {
            asks |= text.value == "InvalidAccessTokenError" || text.value.contains("{{");
        }
    });
    asks
}
