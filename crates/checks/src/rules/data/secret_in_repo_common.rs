//! `secret-in-repo-common`: common data that hold what looks like a real secret.

use connspec_diagnostics::Severity;
use connspec_spec::Part;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_name, issued_keys, looks_generated};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0617",
    name: "secret-in-repo-common",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A file of common data with a value that looks generated, under a name that says it is a secret, or with a key whose
beginning tells that a service issued it (`ghp_…`, `glpat-…`), under any name.

## Why
On Make, common data are encrypted. A copy on disk goes into version control with the rest of the app, and from there to
everybody who ever sees the repository.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "components": { "connection": { "acme": { "connectionType": "oauth", "codeFiles": {
    "communication": "c/acme.oauth-communication.iml.json", "common": "c/acme.common.json" } } } }
}
```
```jsonc file=c/acme.oauth-communication.iml.json
{ "token": { "url": "https://api.acme.test/oauth/token" } }
```
```jsonc file=c/acme.common.json
{ "clientId": "acme-make", "clientSecret": "9f86d081884c7d659a2feaa0c55ad015" }
```

## Instead
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "components": { "connection": { "acme": { "connectionType": "oauth", "codeFiles": {
    "communication": "c/acme.oauth-communication.iml.json", "common": "c/acme.common.json" } } } }
}
```
```jsonc file=c/acme.oauth-communication.iml.json
{ "token": { "url": "https://api.acme.test/oauth/token" } }
```
```jsonc file=c/acme.common.json
{ "clientId": "acme-make", "clientSecret": "REPLACE_ON_MAKE" }
```

## Source
The readme of Make's extension for VS Code; pitfalls.md 111.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let app = whole.app;
    let of_connections = app.connections.iter().filter_map(|definition| definition.parts.common.as_ref());
    for part in of_connections.chain(&app.common) {
        examine(part, findings);
    }
}

fn examine(part: &Part, findings: &mut Findings) {
    let Some(node) = &part.node else { return };
    node.visit(&mut |_, inner| {
        for member in inner.members() {
            let is_secret = |written: &str| {
                issued_keys(written).next().is_some() || (is_secret_name(&member.key) && looks_generated(written))
            };
            if member.value.as_str().is_some_and(is_secret) {
                findings.push(
                    RULE.finding(format!("`{}` looks like a real secret", member.key))
                        .at(member.value.place)
                        .why("common data are encrypted on Make; a file goes wherever the repository goes")
                        .help("keep the value on Make only and a placeholder here; if it was ever committed, have it renewed"),
                );
            }
        }
    });
}
