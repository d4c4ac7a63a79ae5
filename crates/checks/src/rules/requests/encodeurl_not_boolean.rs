//! `encodeurl-not-boolean`: `encodeUrl` that is no boolean.

use connspec_diagnostics::Severity;

use super::flag;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0210",
    name: "encodeurl-not-boolean",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`encodeUrl` that is no boolean.
Base, modules, remote procedures and the requests of webhooks are looked at too.

## Why
Make reads this flag as it stands: an expression is not evaluated, and a text is not what it says.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me", "encodeUrl": "false" }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "encodeUrl": false }
```

## Fix
The texts `"true"` and `"false"` become the booleans: safe.

## Source
communication.md §5.
"#;

const KEY: &str = "encodeUrl";

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for (_, block, request) in whole.connections.iter().flat_map(|connection| connection.requests()) {
        if let Some(value) = flag::not_boolean(request, KEY) {
            findings.push(flag::finding(&RULE, KEY, value, block));
        }
    }
    for request in whole.each_other_request() {
        if let Some(value) = flag::not_boolean(request.node, KEY) {
            findings.push(flag::finding(&RULE, KEY, value, &request.block()));
        }
    }
}
