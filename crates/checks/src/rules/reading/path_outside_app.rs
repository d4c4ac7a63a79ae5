//! `path-outside-app`: a path that leads out of the app. Found while reading.

use connspec_spec::rules::PATH_OUTSIDE_APP;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: PATH_OUTSIDE_APP.code,
    name: PATH_OUTSIDE_APP.name,
    severity: PATH_OUTSIDE_APP.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
`makecomapp.json` names a file outside the app's folder.

## Why
A manifest from elsewhere must not make anyone read other files of the machine; such a path is not followed.

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
        "codeFiles": { "communication": "acme.communication.iml.json", "common": "../../.aws/credentials" }
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
app-layout.md A: paths are relative to the manifest.
"#;
