//! `encodeurl-not-boolean`: `encodeUrl` that is no boolean.

use connspec_diagnostics::{Fix, Severity};

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0210",
    name: "encodeurl-not-boolean",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`encodeUrl` that is no boolean.

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

const FLAGS: &[&str] = &["encodeUrl"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
        for key in FLAGS {
            let Some(value) = request.get(key).filter(|value| value.as_bool().is_none() && !value.is_null()) else {
                continue;
            };
            let mut finding = RULE
                .finding(format!("`{key}` is {}, not true or false", value.kind_name()))
                .at(value.place)
                .why("it is read before any expression is evaluated, so only true and false have an effect")
                .help("write true or false without quotes")
                .in_block(block);
            if let Some(word @ ("true" | "false")) = value.as_str() {
                finding = finding.fix(Fix::safe(format!("write {word} without quotes")).replace(value.place, word));
            }
            findings.push(finding);
        }
    }
}
