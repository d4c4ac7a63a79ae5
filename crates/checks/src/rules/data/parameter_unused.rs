//! `parameter-unused`: a form field nobody reads.

use connspec_diagnostics::Severity;

use super::usage;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::is_secret_field;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0609",
    name: "parameter-unused",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
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

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if !usage::is_visible(connection) {
        return;
    }
    let fields = connection.definition.parameters.fields.iter();
    // A field without a value is a heading; an unused secret has a rule of its own.
    for field in fields.filter(|field| holds_value(field) && !is_secret_field(field)) {
        if !usage::is_used(connection, field) {
            findings.push(
                RULE.finding(format!("nothing reads the field `{}`", field.name))
                    .at(field.node.get("name").map_or(field.place, |name| name.place))
                    .why("the user is asked for something that has no effect")
                    .help("take the field out, or read it as `parameters.…` here and as `connection.…` in modules"),
            );
        }
    }
}

fn holds_value(field: &connspec_spec::Field) -> bool {
    // A select may only choose which nested fields are shown; extra scopes have a rule of their own.
    !field.name.is_empty()
        && !matches!(field.kind.as_str(), "banner" | "separator" | "select" | "collection" | "hidden")
        && !matches!(field.name.as_str(), "scopes" | "additionalScopes" | "accountName" | "teamID")
}
