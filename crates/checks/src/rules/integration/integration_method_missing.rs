//! `integration-method-missing`: a request without `method`.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::{insert_member, replace_value};
use crate::integration::{Integration, named};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1104",
    name: "integration-method-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A request of a manifest without `method`.

## Why
The validator demands one. Where a manifest came in without, the request goes out as POST, also where something is only
read.

## Example
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users" }] }
```

## Instead
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }] }
```

## Fix
`"method": "POST"` is added: safe, it is what is sent now.

## Source
chiefonboarding.md §1, §7.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for (_, item) in integration.requests() {
        let Some(url) = &item.url else { continue };
        // One of another shape has a finding of its own.
        let (place, edits) = match item.node.get("method") {
            None => (url.key, insert_member(integration.sources(), &item.node, "method", &json!("POST"))),
            Some(empty) if empty.is_null() || empty.as_str() == Some("") => {
                (empty.place, replace_value(integration.sources(), empty, &json!("POST")))
            }
            Some(_) => continue,
        };
        findings.push(
            RULE.finding("the request has no `method`")
                .at(place)
                .why("the validator demands one; without it the request goes out as POST")
                .help("say which method is meant")
                .in_block(named(&item.pointer))
                .fix(Fix::safe("say POST, which is what is sent").with_edits(edits)),
        );
    }
}
