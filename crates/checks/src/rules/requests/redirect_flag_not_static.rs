//! `redirect-flag-not-static`: a redirect flag that is no boolean.

use connspec_diagnostics::Severity;

use super::flag;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0211",
    name: "redirect-flag-not-static",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A redirect flag that is no boolean.

## Why
Make reads these flags as they stand: an expression is not evaluated, and a text is not what it says.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me", "followRedirects": "false" }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "followRedirects": false }
```

## Fix
The texts `"true"` and `"false"` become the booleans: safe.

## Source
communication.md §5.
"#;

const FLAGS: &[&str] = &["followRedirects", "followRedirect", "followAllRedirects", "followAllRedirect"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        for key in FLAGS {
            if let Some(value) = flag::not_boolean(request, key) {
                findings.push(flag::finding(&RULE, key, value, block));
            }
        }
    }
}
