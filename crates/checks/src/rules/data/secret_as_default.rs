//! `secret-as-default`: a secret that the form fills in for everybody.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_field, is_written_out, looks_generated};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0660",
    name: "secret-as-default",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A field for a key, token or password whose `default` looks like a generated one. The value itself is shown nowhere.

## Why
Every user of the app sees it in the form, and everybody who can read the app can use it.

## Example
```jsonc bundle
{
  "type": "basic",
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } },
  "parameters": [{ "name": "apiKey", "type": "password", "default": "k7Fq2pZx9LmN4vRt8WbY" }]
}
```

## Instead
```jsonc bundle
{
  "type": "basic",
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } },
  "parameters": [{ "name": "apiKey", "type": "password", "required": true }]
}
```

## Source
pitfalls.md 110.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for field in &connection.definition.parameters.fields {
        let Some(default) = field.node.get("default") else { continue };
        let Some(written) = default.as_str().filter(|_| is_secret_field(field)) else { continue };
        if looks_generated(written) || is_written_out(&field.name, written) {
            findings.push(
                RULE.finding(format!("the form fills in a secret for `{}`", field.name))
                    .at(default.place)
                    .why("every user sees it, and everybody who can read the app can use it")
                    .help("take the default out, and have this one revoked"),
            );
        }
    }
}
