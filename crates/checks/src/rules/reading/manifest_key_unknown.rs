//! `manifest-key-unknown`: a key of makecomapp.json that Make's extension does not know. Found while reading.

use connspec_spec::rules::MANIFEST_KEY_UNKNOWN;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: MANIFEST_KEY_UNKNOWN.code,
    name: MANIFEST_KEY_UNKNOWN.name,
    severity: MANIFEST_KEY_UNKNOWN.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A key of `codeFiles` in `makecomapp.json` that Make's extension does not know for this kind of component, or a slip in a key
above: `components`, its kinds, `generalCodeFiles`, and those of an entry (`label`, `moduleType`, `connection`, …). Slips in
the keys of `groups.json` are told too.

## Why
The extension looks for its own keys. A file under another is left out when the app is deployed: a form under
`parameters` is no form, whatever other tools, connspec among them, make of it.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": {},
  "components": {
    "connection": { "acme": { "label": "Acme", "connectionType": "basic", "codeFiles": { "comunication": "acme.communication.iml.json" } } }
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
The key that is meant is suggested.

## Source
app-layout.md A.
"#;
