//! `integration-basic-credentials`: `Basic` credentials that are encoded twice, or not at all.

use crate::integration::{Integration, Role};
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::{Severity, Span};
pub static RULE: Rule = Rule {
    code: "CS1135",
    name: "integration-basic-credentials",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
`Authorization: Basic …` with a literal that has no colon in it or with nothing behind it, and `Basic USER:PASSWORD` under a name in other case than
`Authorization`.

## Why
What stands behind `Basic ` is encoded when it is sent, so what is encoded already is encoded twice. And only the exact
name `Authorization` has this done: under `authorization` the password goes out readable, which no service takes.

## Example
```jsonc connection
{
  "headers": { "Authorization": "Basic bWU6c2VjcmV0" },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "headers": { "Authorization": "Basic {{ USER|safe }}:{{ PASSWORD|safe }}" },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Source
chiefonboarding.md §3, headers.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for text in &integration.texts {
        let Role::Header(name) = text.role else { continue };
        if !name.eq_ignore_ascii_case("authorization") {
            continue;
        }
        let source = text.template.source();
        let place = text.place(Span::new(0, source.len()));
        let finding = match source.strip_prefix("Basic ") {
            // The template of an `Authorization` begins behind `Basic`.
            None if name == "Authorization" && text.is_credentials() && !source.contains([':', '{']) => RULE
                .finding("these credentials are encoded twice")
                .at(place)
                .why("what stands behind `Basic` is encoded when it is sent")
                .help("write `Basic USER:PASSWORD`"),
            None if name == "Authorization" && !text.is_credentials() && source.starts_with("Basic") => RULE
                .finding("nothing stands behind `Basic`")
                .at(place)
                .why("the original takes what follows the first space, and fails where there is none")
                .help("write `Basic USER:PASSWORD`"),
            Some(credentials) if name != "Authorization" && credentials.contains(':') => RULE
                .finding("these credentials are not encoded")
                .at(place)
                .why("only a header called exactly `Authorization` has what stands behind `Basic` encoded")
                .help("call the header `Authorization`"),
            _ => continue,
        };
        findings.push(finding.in_block(&text.block));
    }
}
