//! `base-reads-unstored-key`: base or a component reads what no connection stores.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};

use crate::provided::Provided;
use crate::rule::{Check, Findings, Rule};
use crate::subject::{Connection, Whole};
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0620",
    name: "base-reads-unstored-key",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`connection.x` in base, a module, a remote procedure or a webhook, for an x that no form field and no `response.data` of
any connection of the app provides.

## Why
It is undefined in every run: the header goes out as `Bearer `, or the url has a hole.

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
{ "headers": { "x-api-key": "{{connection.token}}" } }
```
```jsonc file=c/acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```
```jsonc file=c/acme.params.iml.json
[{ "name": "apiKey", "type": "password" }]
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

## Fix
A near name is suggested.

## Source
connection.md §3; pitfalls.md 155.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    // What an alias stores, the connection it stands for says.
    if whole.connections.iter().any(Connection::is_alias) {
        return;
    }
    let provided: Vec<_> = whole.connections.iter().map(Connection::provided).collect();
    if provided.is_empty() || provided.iter().any(|provided| !provided.is_complete) {
        return;
    }
    for other in &whole.others {
        for site in &other.sites {
            for read in unguarded(site).into_iter().filter(|read| read.root() == "connection") {
                let Some(key) = read.key() else { continue };
                let known = |provided: &&Provided| provided.has(key) || provided.spelt_alike(key).is_some();
                if provided.iter().any(known) {
                    continue;
                }
                let mut finding = RULE
                    .finding(format!("no connection stores `{key}`"))
                    .at(read.place)
                    .why("neither a form field nor a `response.data` has this name: it is undefined in every run")
                    .in_block(&site.block);
                let names = || provided.iter().flat_map(|provided| provided.names());
                finding = match nearest(key, names()) {
                    Some(near) if read.segments.len() == 2 => {
                        let right = format!("connection.{near}");
                        finding
                            .help(format!("did you mean `{right}`?"))
                            .fix(Fix::suggestion(format!("read `{right}`")).replace(read.place, right))
                    }
                    _ => finding.help(format!("it stores {}", listed(names()))),
                };
                findings.push(finding);
            }
        }
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
