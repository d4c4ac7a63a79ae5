//! `integration-parameter-joined`: a parameter without its `&`.

use connspec_diagnostics::{Fix, Severity, Span};

use crate::integration::{Integration, Role};
use crate::rule::{Check, Findings, Rule};

pub static RULE: Rule = Rule {
    code: "CS1160",
    name: "integration-parameter-joined",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A parameter in the query of an address that begins where a tag ends, without a `&` between them.

## Why
It becomes a part of the value before it: the service gets a client id that ends in `scope=…`, and no scope.

## Example
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users?team={{ TEAM }}limit=10", "method": "POST" }] }
```

## Instead
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users?team={{ TEAM }}&limit=10", "method": "POST" }] }
```

## Fix
The `&` is suggested.

## Source
WHATWG URL, application/x-www-form-urlencoded; chiefonboarding.md §2.
"#;

const END: &str = "}}";

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for text in integration.texts.iter().filter(|text| text.role == Role::Address) {
        for span in joined(text.template.source()) {
            let name = &text.template.source()[span.range()];
            let place = text.place(span);
            findings.push(
                RULE.finding(format!("no `&` stands before `{name}`"))
                    .at(place)
                    .why("it becomes a part of the value before it, and the service gets neither")
                    .help(format!("write `&{name}=`"))
                    .in_block(&text.block)
                    .fix(Fix::suggestion(format!("write `&{name}`")).replace(place, format!("&{name}"))),
            );
        }
    }
}

/// The names of parameters that begin where a tag of the query ends.
fn joined(address: &str) -> impl Iterator<Item = Span> {
    let query = address.find('?').unwrap_or(address.len());
    let ends = address.match_indices(END).map(|(at, _)| at + END.len()).filter(move |start| *start > query);
    ends.filter_map(|start| {
        let rest = &address[start..];
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphabetic() || *byte == b'_').count();
        let is_name = length > 1 && rest[length..].starts_with('=');
        is_name.then(|| Span::new(start, start + length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_tag_runs_into() {
        for (address, name) in [
            ("https://a.test/o?client_id={{ ID }}scope=read", Some("scope")),
            ("https://a.test/o?client_id={{ ID }}&scope=read", None),
            ("https://a.test/{{ TEAM }}id=1?x=1", None),
            ("https://a.test/o?filter={{ ID }}_v", None),
            ("https://a.test/o?q={{ ID }}==", None),
        ] {
            assert_eq!(joined(address).next().map(|span| &address[span.range()]), name, "{address}");
        }
    }
}
