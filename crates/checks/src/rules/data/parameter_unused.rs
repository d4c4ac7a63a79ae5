//! `parameter-unused`: a form field nobody reads.

use connspec_diagnostics::Severity;
use connspec_spec::Field;

use super::usage;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::is_secret_field;
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0609",
    name: "parameter-unused",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A form field of a connection whose name stands nowhere else in the app. Looked for only where base or components are there
to look in.

## Why
The user is asked for something that has no effect.

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
[{ "name": "apiKey", "type": "password" }, { "name": "region", "type": "text" }]
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
The review of apps; pitfalls.md 104.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    // An unused secret has a rule of its own.
    for (field, place) in usage::unused(whole, |field| holds_value(field) && !is_secret_field(field)) {
        findings.push(
            RULE.finding(format!("nothing reads the field `{}`", field.name))
                .at(place)
                .why("the user is asked for something that has no effect")
                .help("take the field out, or read it as `parameters.…` here and as `connection.…` in modules"),
        );
    }
}

fn holds_value(field: &Field) -> bool {
    // A select may only choose which nested fields are shown; extra scopes have a rule of their own.
    !matches!(field.kind.as_str(), "banner" | "separator" | "select" | "collection" | "hidden")
        && !matches!(field.name.as_str(), "scopes" | "additionalScopes" | "accountName" | "teamID")
}
