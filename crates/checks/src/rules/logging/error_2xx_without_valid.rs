//! `error-2xx-without-valid`: an error for a status that is a success.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0711",
    name: "error-2xx-without-valid",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
An error for a status between 200 and 399, in a response without `valid`.

## Why
Without `valid` every answer from 200 to 399 is a success, and its errors are never looked at. A service that answers
200 to a wrong key lets everybody in.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "error": { "message": "{{body.error}}", "200": { "message": "wrong key" } } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": {
    "valid": "{{body.ok}}",
    "error": { "message": "{{body.error}}", "200": { "message": "wrong key" } }
  }
}
```

## Source
Make's documentation of `valid`; communication.md §7, pitfalls.md 124.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        let Some(response) = request.get("response").filter(|response| response.get("valid").is_none()) else {
            continue;
        };
        let Some(error) = response.get("error") else { continue };
        let is_success = |key: &str| key.len() == 3 && key.starts_with(['2', '3']) && key.parse::<u16>().is_ok();
        for member in error.effective_members().filter(|member| is_success(&member.key)) {
            findings.push(
                RULE.finding(format!("the error of status {} is never raised: there is no `valid`", member.key))
                    .at(member.key_place)
                    .why("without `valid` every answer from 200 to 399 counts as a success")
                    .help("add a `valid` that tells a good answer from a bad one")
                    .in_block(block),
            );
        }
    }
}
