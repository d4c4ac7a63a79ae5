//! `pkce-method-unknown`: a `code_challenge_method` the standard does not know.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::replace_value;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Sent;
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0408",
    name: "pkce-method-unknown",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A literal `code_challenge_method` other than `S256` and `plain`.

## Why
The two are compared letter by letter: `s256` and `SHA256` are refused with `invalid_request`.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "code_challenge": "{{temp.challenge}}", "code_challenge_method": "SHA256" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "code_challenge": "{{temp.challenge}}", "code_challenge_method": "S256" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
`S256` is suggested.

## Source
RFC 7636 §4.3.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for request in connection.requests_of(Phase::Authorize) {
        let Sent::Member(member) = request.sends("code_challenge_method") else { continue };
        let Some(written) = member.value.as_str().filter(|text| !text.contains("{{") && !text.is_empty()) else {
            continue;
        };
        if matches!(written, "S256" | "plain") {
            continue;
        }
        let edits = replace_value(&connection.definition.sources, &member.value, &json!("S256"));
        findings.push(
            RULE.finding(format!("`{written}` is no `code_challenge_method`"))
                .at(member.value.place)
                .why("the standard knows `S256` and `plain`, compared letter by letter; anything else is refused")
                .help("write `S256`, with a challenge that is the SHA-256 of the verifier")
                .fix(Fix::suggestion("write `S256`").with_edits(edits))
                .in_block(request.block),
        );
    }
}
