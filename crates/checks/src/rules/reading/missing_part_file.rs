//! `missing-part-file`: a file that does not exist. Found while reading.

use connspec_spec::rules::MISSING_PART_FILE;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: MISSING_PART_FILE.code,
    name: MISSING_PART_FILE.name,
    severity: MISSING_PART_FILE.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
`makecomapp.json` names a file that does not exist.

## Why
The section it should hold is treated as absent: a form without fields, a connection without requests. Make's extension
stops when it deploys.

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
        "codeFiles": { "communication": "acme.communication.iml.json", "params": "acme.params.iml.json" }
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
app-layout.md A; pitfalls.md 17.
"#;
