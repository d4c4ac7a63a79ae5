//! `app-common-confusion`: common data of the app read in a connection, or the other way round.

use std::collections::BTreeSet;

use connspec_diagnostics::Severity;

use super::common_data;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0615",
    name: "app-common-confusion",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A connection that reads a key only the app's common data have, or a base or component that reads a key only a
connection's common data have.

## Why
Both are called `common`, and they are two: a connection sees its own, everything else sees the app's. The other's keys
are undefined.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": { "base": "general/base.iml.json", "common": "general/common.json" },
  "components": { "connection": { "acme": { "connectionType": "basic", "codeFiles": {
    "communication": "c/acme.communication.iml.json", "common": "c/acme.common.json" } } } }
}
```
```jsonc file=general/base.iml.json
{ "baseUrl": "{{common.baseUrl}}" }
```
```jsonc file=general/common.json
{ "baseUrl": "https://api.acme.test" }
```
```jsonc file=c/acme.communication.iml.json
{ "url": "{{common.baseUrl}}/me" }
```
```jsonc file=c/acme.common.json
{ "clientId": "…" }
```

## Instead
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": { "base": "general/base.iml.json", "common": "general/common.json" },
  "components": { "connection": { "acme": { "connectionType": "basic", "codeFiles": {
    "communication": "c/acme.communication.iml.json", "common": "c/acme.common.json" } } } }
}
```
```jsonc file=general/base.iml.json
{ "baseUrl": "{{common.baseUrl}}" }
```
```jsonc file=general/common.json
{ "baseUrl": "https://api.acme.test" }
```
```jsonc file=c/acme.communication.iml.json
{ "url": "{{common.baseUrl}}/me" }
```
```jsonc file=c/acme.common.json
{ "clientId": "…", "baseUrl": "https://api.acme.test" }
```

## Source
communication.md §4; pitfalls.md 109.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let app = whole.app;
    let Some(of_app) = common_data::of_part(app.common.as_ref()) else { return };
    for connection in &whole.connections {
        let Some(own) = common_data::keys(connection.definition) else { continue };
        for site in &connection.sites {
            for read in site.reads().iter().filter(|read| read.root() == "common") {
                let Some(key) = read.key().filter(|key| of_app.contains(*key) && !own.contains(*key)) else { continue };
                findings.push(
                    RULE.finding(format!("`{key}` is in the app's common data, which connections cannot read"))
                        .at(read.place)
                        .why("a connection sees its own common data only: this is undefined")
                        .help("add it to the connection's common data")
                        .in_block(&site.block),
                );
            }
        }
    }
    let of_connections: BTreeSet<_> = app.connections.iter().filter_map(common_data::keys).flatten().collect();
    for site in whole.others.iter().flat_map(|other| &other.sites) {
        for read in site.reads().iter().filter(|read| read.root() == "common") {
            let is_confused = |key: &&str| !of_app.contains(*key) && of_connections.contains(*key);
            let Some(key) = read.key().filter(is_confused) else { continue };
            findings.push(
                RULE.finding(format!("`{key}` is in a connection's common data, which only that connection can read"))
                    .at(read.place)
                    .why("everything but connections sees the app's common data: this is undefined")
                    .help("add it to the app's common data, or store it with `response.data` and read `connection.…`")
                    .in_block(&site.block),
            );
        }
    }
}
