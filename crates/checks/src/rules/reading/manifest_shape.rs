//! `manifest-shape`: a manifest of another shape. Found while reading.

use connspec_spec::rules::MANIFEST_SHAPE;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: MANIFEST_SHAPE.code,
    name: MANIFEST_SHAPE.name,
    severity: MANIFEST_SHAPE.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
`makecomapp.json` does not have the shape Make's extension writes: no `components`, an entry without `codeFiles`, a path
that is no text. A `fileVersion` other than the number 1 is a warning.

## Why
Without it no file of the app is known, and neither Make's extension nor a check can look at them.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": {},
  "components": {
    "connection": {
      "acme": {
        "label": "Acme",
        "connectionType": "basic",
        "codeFiles": { "communication": "acme.communication.iml.json", "params": 1 }
      }
    }
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
    "connection": {
      "acme": {
        "label": "Acme",
        "connectionType": "basic",
        "codeFiles": { "communication": "acme.communication.iml.json" }
      }
    }
  }
}
```
```jsonc file=acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```

## Source
app-layout.md A; the schema of makecomapp.json.
"#;
