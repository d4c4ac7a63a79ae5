//! `foreign-dialect`: an integration manifest where Make's tools read a communication section. Found while reading.

use connspec_spec::rules::FOREIGN_DIALECT;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: FOREIGN_DIALECT.code,
    name: FOREIGN_DIALECT.name,
    severity: FOREIGN_DIALECT.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A file that `makecomapp.json` names as a connection's communication, or that carries the name of one in an export or a
folder synchronised with GitHub, holds an integration manifest of ChiefOnboarding's.

## Why
connspec tells the dialect by what a file holds, and runs it as the manifest it is. Make does not know the dialect: it
would take the keys for unknown directives. Forms, scopes and common data beside it belong to nothing.

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
        "codeFiles": { "communication": "acme.communication.iml.json" }
      }
    }
  }
}
```
```jsonc file=acme.communication.iml.json
{ "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }] }
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
app-layout.md A, B, C; chiefonboarding.md §1.
"#;
