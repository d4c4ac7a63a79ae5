//! `base-sanitize-missing`: a base with a secret and no `log`.

use connspec_diagnostics::Severity;

use super::sanitize_missing::examine;
use crate::rule::{Check, Findings, Rule};
use crate::sanitize;
use crate::subject::Other;

pub static RULE: Rule = Rule {
    code: "CS0716",
    name: "base-sanitize-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Other(check),
};

const DOCUMENTATION: &str = r#"
A base that sends a secret and has no `log.sanitize`.

## Why
Every module inherits the base, with its headers and its `log`. Without the list every module's exchange is hidden from
developers, and the review of an app asks for it.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": { "base": "general/base.iml.json" },
  "components": { "connection": { "acme": { "connectionType": "basic", "codeFiles": { "communication": "c/acme.communication.iml.json" } } } }
}
```
```jsonc file=general/base.iml.json
{
  "baseUrl": "https://api.acme.test",
  "headers": { "x-api-key": "{{connection.apiKey}}" }
}
```
```jsonc file=c/acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```

## Instead
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": { "base": "general/base.iml.json" },
  "components": { "connection": { "acme": { "connectionType": "basic", "codeFiles": { "communication": "c/acme.communication.iml.json" } } } }
}
```
```jsonc file=general/base.iml.json
{
  "baseUrl": "https://api.acme.test",
  "headers": { "x-api-key": "{{connection.apiKey}}" },
  "log": { "sanitize": ["request.headers.x-api-key"] }
}
```
```jsonc file=c/acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```

## Fix
Adds `log.sanitize` with the path of every secret of the base. Safe: nothing that is sent changes. Where a name is one slip
from one of the standard (`Autorization`), only suggested: the slip would be kept.

## Source
Make's documentation of `log` and of the app review; communication.md §5, pitfalls.md 114.
"#;

fn check(other: &Other<'_>, findings: &mut Findings) {
    let Some(request) = sanitize::base(other) else { return };
    examine(&RULE, &request, &other.app.sources).into_iter().for_each(|finding| findings.push(finding));
}
