//! `reference-unknown`: a connection or webhook that the app does not have. Found while reading.

use connspec_spec::rules::REFERENCE_UNKNOWN;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: REFERENCE_UNKNOWN.code,
    name: REFERENCE_UNKNOWN.name,
    severity: REFERENCE_UNKNOWN.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
`connection`, `altConnection` or `webhook` of a component's entry in `makecomapp.json`, or of its `metadata.json`, with a
name that no connection or webhook of the app has. A module in `groups.json` that the app does not have is a warning.

## Why
Components name each other by their local ids. Without its connection a module has no tokens to send, and a deployment
fails or leaves it without. A group cannot show a module that is not there.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": {},
  "components": {
    "connection": { "acme": { "label": "Acme", "connectionType": "basic", "codeFiles": { "communication": "acme.communication.iml.json" } } },
    "module": { "get": { "label": "Get", "moduleType": "action", "connection": "acmee", "codeFiles": {} } }
  }
}
```
```jsonc file=acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```

## Instead
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": {},
  "components": {
    "connection": { "acme": { "label": "Acme", "connectionType": "basic", "codeFiles": { "communication": "acme.communication.iml.json" } } },
    "module": { "get": { "label": "Get", "moduleType": "action", "connection": "acme", "codeFiles": {} } }
  }
}
```
```jsonc file=acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```

## Fix
A near name is suggested.

## Source
app-layout.md A (local ids), B (references are remapped by name).
"#;
