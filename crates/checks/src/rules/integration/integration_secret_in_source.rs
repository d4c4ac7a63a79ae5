//! `integration-secret-in-source`: a secret written into the manifest.

use crate::integration::{Integration, Role, named, parameters};
use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_name, is_written_out, issued_keys, looks_generated};
use connspec_diagnostics::{Place, Severity, Span};
pub static RULE: Rule = Rule {
    code: "CS1120",
    name: "integration-secret-in-source",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A literal that looks like a generated key, token or secret, under a name that says it is one: in the query of an address,
a header, or `data`. As `client_secret` any literal is one, whatever it looks like; and a key whose beginning tells that
a service issued it (`ghp_…`, `glpat-…`) is one under any name.

## Why
The manifest is stored as it is, unencrypted, and shown to everybody who may edit it. What `initial_data_form` asks for is
encrypted.

## Example
```jsonc connection
{
  "headers": { "X-Api-Key": "k7Fq2pZx9LmN4vRt8WbY" },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "initial_data_form": [{ "id": "API_KEY", "name": "Key", "description": "From the settings", "secret": true }],
  "headers": { "X-Api-Key": "{{ API_KEY|safe }}" },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Source
chiefonboarding.md §1, §7.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let mut report = |name: &str, place: Place, block: &str| {
        findings.push(
            RULE.finding(format!("`{name}` is written into the manifest"))
                .at(place)
                .why("the manifest is not encrypted, and everybody who may edit it reads it")
                .help("ask for it in `initial_data_form` with `\"secret\": true`; and have this one revoked")
                .in_block(block),
        );
    };
    for text in &integration.texts {
        let source = text.template.source();
        let mut is_named = false;
        match text.role {
            Role::Address => {
                for (name, value) in parameters(source) {
                    if is_written_out(name, &source[value.clone()]) {
                        is_named = true;
                        report(name, text.place(Span::new(value.start, value.end)), &text.block);
                    }
                }
            }
            Role::Header(name) if is_secret_name(name) => {
                let value = source.split_once(' ').map_or(source, |(_, value)| value);
                let value = value.rsplit(':').next().unwrap_or(value);
                if looks_generated(value) {
                    is_named = true;
                    let start = source.len() - value.len();
                    report(name, text.place(Span::new(start, source.len())), &text.block);
                }
            }
            _ => {}
        }
        if !is_named && text.role != Role::Data {
            for key in issued_keys(source) {
                let place = text.place(Span::new(key.range.start, key.range.end));
                report(&format!("{}…", key.prefix), place, &text.block);
            }
        }
    }
    for (_, item) in integration.requests() {
        let Some(data) = item.node.get("data") else { continue };
        data.visit(&mut |pointer, node| {
            let name = pointer.rsplit('/').next().unwrap_or_default();
            let is_secret = |text: &str| is_written_out(name, text) || issued_keys(text).next().is_some();
            if node.as_str().is_some_and(is_secret) {
                report(name, node.place, &named(&item.pointer));
            }
        });
    }
}
