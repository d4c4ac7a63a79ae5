//! `http-scheme`: credentials in clear.

use connspec_diagnostics::{Fix, Severity, Span};

use crate::request::{Address, Url, is_loopback, urls};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0204",
    name: "http-scheme",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
An address that begins with `http://`.

## Why
Credentials and tokens travel in clear, and everyone on the way can read them. Addresses of this machine are fine.

## Example
```jsonc connection
{ "url": "http://api.acme.test/me" }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me" }
```

## Fix
`https` is suggested: not every service answers there.

## Source
RFC 6749 §3.1, §3.2: both endpoints must be used over TLS.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for Url { block, node: url, template, .. } in urls(connection) {
        let address = Address::of(template);
        let Some(scheme) = address.literal_start().get(..7).filter(|start| start.eq_ignore_ascii_case("http://"))
        else {
            continue;
        };
        if address.host().is_some_and(|(host, _)| is_loopback(host)) {
            continue;
        }
        findings.push(
            RULE.finding("an address without TLS")
                .at(url.place_of(Span::new(0, scheme.len())))
                .why("credentials and tokens travel in clear")
                .help("use https://")
                .in_block(block)
                .fix(Fix::suggestion("use https").replace(url.place_of(Span::new(0, 4)), "https")),
        );
    }
}
