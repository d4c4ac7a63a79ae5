//! `integration-address`: an address nobody can be asked at.

use connspec_diagnostics::{Severity, Span};

use crate::integration::{Integration, Role};
use crate::rule::{Check, Findings, Rule};

pub static RULE: Rule = Rule {
    code: "CS1138",
    name: "integration-address",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An address that is written out as far as its host and cannot be requested: without `https://`, with another scheme than
`http` and `https`, or without a host. One that begins with a variable is left alone.

## Why
There is no base address in a manifest: what stands in `url` is requested as it is, and Python's `requests` refuses an
address without a scheme before anything is sent.

## Example
```jsonc connection
{ "execute": [{ "url": "/users", "method": "POST" }] }
```

## Instead
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }] }
```

## Source
chiefonboarding.md §1: `url` is required and templated; RFC 3986 §4.3.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for text in integration.texts.iter().filter(|text| text.role == Role::Address) {
        let source = text.template.source();
        let Some((message, span)) = fault(source) else { continue };
        findings.push(
            RULE.finding(message)
                .at(text.place(span))
                .why("nothing is sent, and the run fails")
                .help("write the whole address, as in `https://api.example.com/users`")
                .in_block(&text.block),
        );
    }
}

/// What is wrong with an address, and where; nothing where a template decides about it.
fn fault(address: &str) -> Option<(&'static str, Span)> {
    let start = address.len() - address.trim_start().len();
    let end = ["{{", "{%", "{#"].iter().filter_map(|mark| address.find(mark)).min();
    let written = address.get(start..end.unwrap_or(address.len())).filter(|written| !written.is_empty())?;
    let whole = Span::new(start, start + written.len());
    let Some((scheme, rest)) = written.split_once("://") else {
        let is_open = end.is_some() && !written.contains(['/', '.', '?']);
        return (!is_open).then_some(("the address has no `https://`, so nobody can be asked", whole));
    };
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return Some(("only `http` and `https` addresses can be requested", Span::new(start, start + scheme.len())));
    }
    let is_hostless = rest.starts_with(['/', '?', '#', ':']) || (rest.is_empty() && end.is_none());
    is_hostless.then_some(("the address has no host", whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_none() {
        for (address, faulty) in [
            ("/users", Some("/users")),
            ("api.acme.test/users", Some("api.acme.test/users")),
            ("users/{{ ID }}", Some("users/")),
            ("ftp://acme.test", Some("ftp")),
            ("https:///users", Some("https:///users")),
            ("https://", Some("https://")),
            ("https://?x", Some("https://?x")),
            ("https://acme.test", None),
            ("HTTPS://acme.test", None),
            (" https://acme.test", None),
            ("https://{{ HOST }}/x", None),
            ("{{ BASE }}/users", None),
            ("{% if A %}https://a.test{% endif %}", None),
            ("https{{ REST }}", None),
            ("", None),
        ] {
            let found = fault(address).map(|(_, span)| &address[span.range()]);
            assert_eq!(found, faulty, "{address}");
        }
    }
}
