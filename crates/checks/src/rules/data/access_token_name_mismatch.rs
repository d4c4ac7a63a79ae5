//! `access-token-name-mismatch`: a stored name read, or written again, in another spelling.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_spec::App;

use crate::provided::Provided;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Phase, Read};
use crate::subject::{Connection, Other};
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0601",
    name: "access-token-name-mismatch",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A name of the connection's store in two spellings: stored as `accessToken` and read as `access_token`, or stored by
`token` in one and by `refresh` in the other.

## Why
Names are compared letter by letter. The one that was never stored is undefined, so the header goes out as `Bearer ` and
nothing more; what `refresh` stores under another name is never read, and the old token stays in use until it ends.

## Example
```jsonc bundle
{
  "type": "oauth",
  "parameters": [],
  "communication": {
    "token": { "url": "https://api.acme.test/oauth/token", "response": { "data": { "accessToken": "{{body.access_token}}" } } },
    "info": { "url": "https://api.acme.test/me", "headers": { "authorization": "Bearer {{connection.access_token}}" } }
  }
}
```

## Instead
```jsonc bundle
{
  "type": "oauth",
  "parameters": [],
  "communication": {
    "token": { "url": "https://api.acme.test/oauth/token", "response": { "data": { "accessToken": "{{body.access_token}}" } } },
    "info": { "url": "https://api.acme.test/me", "headers": { "authorization": "Bearer {{connection.accessToken}}" } }
  }
}
```

## Fix
The spelling that is stored is suggested.

## Source
Published definitions; connection.md §3, pitfalls.md 96.
"#;

fn check(app: &App, findings: &mut Findings) {
    let connections: Vec<_> = app.connections.iter().map(|definition| Connection::new(definition, app)).collect();
    let others = Other::all(app);
    for connection in &connections {
        let provided = Provided::by(connection);
        for site in &connection.sites {
            let reads = unguarded(site).into_iter().filter(|read| matches!(read.root(), "connection" | "data"));
            for read in reads.filter_map(|read| misspelt(&read, &[&provided])) {
                findings.push(read.in_block(&site.block));
            }
        }
        rewritten(connection, &others, findings);
    }
    let provided: Vec<_> = connections.iter().map(Provided::by).collect();
    let provided: Vec<_> = provided.iter().collect();
    for site in others.iter().flat_map(|other| &other.sites) {
        let reads = unguarded(site).into_iter().filter(|read| read.root() == "connection");
        for read in reads.filter_map(|read| misspelt(&read, &provided)) {
            findings.push(read.in_block(&site.block));
        }
    }
}

/// The finding about a read of a name that is stored in another spelling, and nowhere in this one.
fn misspelt(read: &Read, provided: &[&Provided]) -> Option<Diagnostic> {
    let key = read.key()?;
    let known = provided.iter().all(|provided| provided.is_complete && !provided.has(key));
    let (stored, place) = provided.iter().find_map(|provided| provided.spelt_alike(key)).filter(|_| known)?;
    let mut segments = read.segments.clone();
    stored.clone_into(&mut segments[1]);
    let right = segments.join(".");
    let plain =
        segments.iter().all(|segment| segment.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_'));
    let mut finding = RULE
        .finding(format!("`{}` is never stored: the connection stores `{stored}`", read.segments.join(".")))
        .at(read.place)
        .why("names are compared letter by letter, so this is undefined")
        .help(format!("did you mean `{right}`?"))
        .also(place, "stored under this name");
    if plain {
        finding = finding.fix(Fix::suggestion(format!("read `{right}`")).replace(read.place, right));
    }
    Some(finding)
}

/// What `refresh` stores in another spelling than `token`, and nobody reads.
fn rewritten(connection: &Connection<'_>, others: &[Other<'_>], findings: &mut Findings) {
    let writes = |phase: Phase| {
        connection.names.writes.iter().filter(move |write| write.root == "data" && write.phase == Some(phase))
    };
    let is_read = |key: &str| {
        let here = connection.names.reads_of_store().any(|read| read.read.key() == Some(key));
        let reads_key = |read: &Read| read.root() == "connection" && read.key().is_none_or(|read| read == key);
        here || others.iter().flat_map(|other| &other.sites).any(|site| site.reads().iter().any(reads_key))
    };
    for write in writes(Phase::Refresh) {
        let normal = crate::secrets::normal(&write.key);
        let same = |key: &str| writes(Phase::Token).any(|other| other.key == key);
        let Some(first) = writes(Phase::Token).find(|other| crate::secrets::normal(&other.key) == normal) else {
            continue;
        };
        let updates = writes(Phase::Refresh).any(|other| other.key == first.key);
        if same(&write.key)
            || updates
            || is_read(&write.key)
            || connection.definition.parameters.field(&write.key).is_some()
        {
            continue;
        }
        findings.push(
            RULE.finding(format!("`refresh` stores `{}`, `token` stored `{}`", write.key, first.key))
                .at(write.place)
                .why("nothing reads the new name, so the value of the first exchange stays in use until it ends")
                .help(format!("store it as `{}`", first.key))
                .also(first.place, "the name that is read")
                .in_block(&write.block)
                .fix(
                    Fix::suggestion(format!("rename it to `{}`", first.key))
                        .replace(write.place, format!("\"{}\"", first.key)),
                ),
        );
    }
}
