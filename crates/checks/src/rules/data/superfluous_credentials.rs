//! `superfluous-credentials`: a secret that is asked for and never used.

use connspec_diagnostics::Severity;

use super::usage;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::is_secret_field;
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0619",
    name: "superfluous-credentials",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A form field for a secret whose name stands nowhere else in the app. Looked for only where base or components are there to
look in.

## Why
People are asked for a secret that the service does not need, and it is stored. The review of an app refuses this.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": { "base": "general/base.iml.json" },
  "components": { "connection": { "acme": { "connectionType": "basic", "codeFiles": {
    "communication": "c/acme.communication.iml.json", "params": "c/acme.params.iml.json" } } } }
}
```
```jsonc file=general/base.iml.json
{ "headers": { "x-api-key": "{{connection.apiKey}}" } }
```
```jsonc file=c/acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```
```jsonc file=c/acme.params.iml.json
[{ "name": "apiKey", "type": "password" }, { "name": "apiSecret", "type": "password" }]
```

## Instead
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": { "base": "general/base.iml.json" },
  "components": { "connection": { "acme": { "connectionType": "basic", "codeFiles": {
    "communication": "c/acme.communication.iml.json", "params": "c/acme.params.iml.json" } } } }
}
```
```jsonc file=general/base.iml.json
{ "headers": { "x-api-key": "{{connection.apiKey}}" } }
```
```jsonc file=c/acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```
```jsonc file=c/acme.params.iml.json
[{ "name": "apiKey", "type": "password" }]
```

## Source
Make's prerequisites of the app review; pitfalls.md 113.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for (field, place) in usage::unused(whole, is_secret_field) {
        findings.push(
            RULE.finding(format!("the secret `{}` is asked for and never used", field.name))
                .at(place)
                .why("it is stored for nothing, and the review of the app refuses it")
                .help("take the field out, or send it where the service wants it"),
        );
    }
}
