//! `integration-http-scheme`: credentials in clear.

use crate::integration::{Integration, Role, host};
use crate::request::is_loopback;
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::{Fix, Severity, Span};
pub static RULE: Rule = Rule {
    code: "CS1121",
    name: "integration-http-scheme",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An address of a manifest that begins with `http://`. Addresses of this machine are fine.

## Why
Tokens and secrets travel in clear, and everyone on the way can read them.

## Example
```jsonc connection
{ "execute": [{ "url": "http://api.acme.test/users", "method": "POST" }] }
```

## Instead
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }] }
```

## Fix
`https` is suggested: not every service answers there.

## Source
RFC 6749 §3.1, §3.2; chiefonboarding.md §7.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for text in integration.texts.iter().filter(|text| text.role == Role::Address) {
        let source = text.template.source();
        let is_clear = source.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"));
        if !is_clear || host(source).is_some_and(is_loopback) {
            continue;
        }
        findings.push(
            RULE.finding("an address without TLS")
                .at(text.place(Span::new(0, 7)))
                .why("credentials and tokens travel in clear")
                .help("use https://")
                .in_block(&text.block)
                .fix(Fix::suggestion("use https").replace(text.place(Span::new(0, 4)), "https")),
        );
    }
}
