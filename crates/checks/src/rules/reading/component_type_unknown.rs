//! `component-type-unknown`: a type of a component that Make does not have. Found while reading.

use connspec_spec::rules::COMPONENT_TYPE_UNKNOWN;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: COMPONENT_TYPE_UNKNOWN.code,
    name: COMPONENT_TYPE_UNKNOWN.name,
    severity: COMPONENT_TYPE_UNKNOWN.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
`connectionType`, `webhookType` or `moduleType` of `makecomapp.json`, or `type` of a `metadata.json`, with a word that is
none of Make's. An `actionCrud` other than `create`, `read`, `update`, `delete` or null is a warning.

## Why
A connection is `basic` or `oauth`, a webhook `web` or `web-shared`, a module one of six. Make refuses another word, or
takes the component for something else.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": {},
  "components": {
    "connection": { "acme": { "label": "Acme", "connectionType": "oauth2", "codeFiles": { "communication": "acme.communication.iml.json" } } }
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
    "connection": { "acme": { "label": "Acme", "connectionType": "basic", "codeFiles": { "communication": "acme.communication.iml.json" } } }
  }
}
```
```jsonc file=acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```

## Fix
The nearest word is suggested.

## Source
app-layout.md A, B; connection.md §1; the schema of makecomapp.json.
"#;
