//! `stored-never-read`: a name of the store that nothing reads.

use connspec_diagnostics::Severity;
use hashbrown::HashSet;

use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::{Connection, Whole};
use crate::symbolic::STORE_ROOTS;

pub static RULE: Rule = Rule {
    code: "CS0624",
    name: "stored-never-read",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`response.data` stores a name that neither the connection nor anything else of the app reads. Looked for only where base or
components are there to look in.

## Why
What is stored is kept as long as the connection, refreshed or not. A token that nobody reads is often one that was stored
under another name than the one that is used.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": { "base": "general/base.iml.json" },
  "components": { "connection": { "acme": { "connectionType": "basic", "codeFiles": {
    "communication": "c/acme.communication.iml.json" } } } }
}
```
```jsonc file=general/base.iml.json
{ "headers": { "authorization": "Bearer {{connection.accessToken}}" } }
```
```jsonc file=c/acme.communication.iml.json
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "accessToken": "{{body.token}}", "plan": "{{body.plan}}" } }
}
```

## Instead
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": { "base": "general/base.iml.json" },
  "components": { "connection": { "acme": { "connectionType": "basic", "codeFiles": {
    "communication": "c/acme.communication.iml.json" } } } }
}
```
```jsonc file=general/base.iml.json
{ "headers": { "authorization": "Bearer {{connection.accessToken}}" } }
```
```jsonc file=c/acme.communication.iml.json
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "accessToken": "{{body.token}}" } }
}
```

## Source
connection.md §3; communication.md §5 `data`.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    if whole.app.base.is_none() && whole.app.components.is_empty() {
        return;
    }
    // Another connection of the app may be the one that modules read.
    let elsewhere: Vec<&Site<'_>> = whole.others.iter().flat_map(|other| &other.sites).collect();
    for connection in &whole.connections {
        let Some(read) = keys_read(&connection.sites, &elsewhere) else { continue };
        report(connection, whole, &read, findings);
    }
}

/// The keys of the store that are read; none when they cannot be told, as where it is read as a whole.
fn keys_read<'s>(here: &'s [Site<'_>], elsewhere: &[&'s Site<'_>]) -> Option<HashSet<&'s str>> {
    let own = here.iter().flat_map(|site| site.reads()).filter(|read| STORE_ROOTS.contains(&read.root()));
    let others = elsewhere.iter().flat_map(|site| site.reads()).filter(|read| read.root() == "connection");
    own.chain(others).map(|read| read.key()).collect()
}

fn report(connection: &Connection<'_>, whole: &Whole<'_>, read: &HashSet<&str>, findings: &mut Findings) {
    let mut told = HashSet::new();
    for write in connection.names.of_store().filter(|write| write.phase.is_some() && !read.contains(write.key)) {
        let is_field = connection.definition.parameters.field(write.key).is_some();
        // Code, forms and samples are no expressions, and may name it all the same.
        let is_named = || whole.words().stands_in_another_file(write.key, write.place.source);
        if is_field || is_named() || !told.insert(write.key) {
            continue;
        }
        findings.push(
            RULE.finding(format!("nothing of the app reads `{}`, which is stored here", write.key))
                .at(write.place)
                .why("what is stored is kept as long as the connection, for nobody")
                .help("read it as `connection.…` where it was meant, or take it out")
                .in_block(&write.block),
        );
    }
}
