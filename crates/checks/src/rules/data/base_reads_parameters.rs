//! `base-reads-parameters`: base reads a field of the connection where it sees the module's.

use connspec_diagnostics::{Fix, Severity};
use hashbrown::HashSet;

use crate::provided::Provided;
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::{Connection, Whole};
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0621",
    name: "base-reads-parameters",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`parameters.x` in base, for an x that a connection of the app asks for and no module does.

## Why
In base `parameters` are the fields of the module that runs. A field of the connection is `connection.x` there: read as
`parameters.x` it is undefined in every run, and the header goes out empty.

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
{ "headers": { "x-api-key": "{{parameters.apiKey}}" } }
```
```jsonc file=c/acme.communication.iml.json
{ "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } }
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
{ "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } }
```
```jsonc file=c/acme.params.iml.json
[{ "name": "apiKey", "type": "password" }]
```

## Fix
Reading `connection.x` is suggested.

## Source
connection.md §3; corpus-notes.md B.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    if whole.others.iter().all(|other| other.component.is_some()) {
        return;
    }
    let provided: Vec<_> = whole.connections.iter().map(Connection::provided).collect();
    let read: HashSet<&str> = whole
        .connections
        .iter()
        .flat_map(|connection| connection.reads_of("parameters"))
        .filter_map(|(_, read)| read.key())
        .collect();
    let mut of_modules = HashSet::new();
    for part in whole.app.components.iter().flat_map(|component| &component.parts) {
        let Some(node) = &part.node else { continue };
        node.visit(&mut |pointer, node| {
            if pointer.ends_with("/name") {
                of_modules.extend(node.as_str());
            }
        });
    }
    for site in whole.others.iter().filter(|other| other.component.is_none()).flat_map(|base| &base.sites) {
        of_data(whole, site, &provided, findings);
    }
    let bases = whole.others.iter().filter(|other| other.component.is_none());
    for site in bases.flat_map(|base| &base.sites) {
        for read_here in unguarded(site).into_iter().filter(|read| read.root() == "parameters") {
            let Some(key) = read_here.key().filter(|key| !of_modules.contains(key)) else { continue };
            let is_asked_for = provided.iter().any(|provided| provided.names().any(|name| name == key));
            if !is_asked_for && !read.contains(key) {
                continue;
            }
            let mut finding = RULE
                .finding(format!("base reads `{key}` of the module, and only the connection asks for it"))
                .at(read_here.place)
                .why("in base `parameters` are the module's fields: this is undefined in every run")
                .help(format!("did you mean `connection.{key}`?"))
                .in_block(&site.block);
            if let Some(steps) = whole.app.sources.slice(read_here.place).strip_prefix("parameters") {
                let right = format!("connection{steps}");
                finding = finding.fix(Fix::suggestion(format!("read `{right}`")).replace(read_here.place, right));
            }
            findings.push(finding);
        }
    }
}

/// In base `data` is what a module keeps for itself, and `connection` what the connection has stored.
fn of_data(whole: &Whole<'_>, site: &Site<'_>, provided: &[&Provided], findings: &mut Findings) {
    for read in unguarded(site).into_iter().filter(|read| read.root() == "data") {
        let Some(key) = read.key() else { continue };
        if !provided.iter().any(|provided| provided.names().any(|name| name == key)) {
            continue;
        }
        let mut finding = RULE
            .finding(format!("base reads `{key}` of the module's own data, and the connection stores it"))
            .at(read.place)
            .why("in base `data` is what a module has kept for itself: this is undefined in every run")
            .help(format!("did you mean `connection.{key}`?"))
            .in_block(&site.block);
        if let Some(steps) = whole.app.sources.slice(read.place).strip_prefix("data") {
            let right = format!("connection{steps}");
            finding = finding.fix(Fix::suggestion(format!("read `{right}`")).replace(read.place, right));
        }
        findings.push(finding);
    }
}
