//! `encodeurl-not-boolean`: `encodeUrl` that is no boolean.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;

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

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for (_, block, request) in whole.connections.iter().flat_map(|connection| connection.requests()) {
        if let Some(value) = flag(request) {
            report(value, block, findings);
        }
    }
    for request in whole.each_other_request() {
        if let Some(value) = flag(request.node) {
            report(value, &request.block(), findings);
        }
    }
}

/// The flag that is none.
fn flag(request: &Node) -> Option<&Node> {
    request.get("encodeUrl").filter(|value| value.as_bool().is_none() && !value.is_null())
}

fn report(value: &Node, block: &str, findings: &mut Findings) {
    let mut finding = RULE
        .finding(format!("`encodeUrl` is {}, not true or false", value.kind_name()))
        .at(value.place)
        .why("it is read before any expression is evaluated, so only true and false have an effect")
        .help("write true or false without quotes")
        .in_block(block);
    if let Some(word @ ("true" | "false")) = value.as_str() {
        finding = finding.fix(Fix::safe(format!("write {word} without quotes")).replace(value.place, word));
    }
    findings.push(finding);
}
