//! `access-token-name-mismatch`: a stored name read, or written again, in another spelling.

use hashbrown::HashSet;
use smol_str::SmolStr;

use hashbrown::HashMap;

use connspec_diagnostics::{Diagnostic, Fix, Severity};

use crate::flow::Write;
use crate::provided::Provided;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::site::{Phase, Read};
use crate::subject::Whole;
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

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for connection in &whole.connections {
        let provided = connection.provided();
        let lacks = |read: &Read<'_>| {
            let is_of_store = matches!(read.root(), "connection" | "data");
            is_of_store && read.key().is_some_and(|key| provided.certainly_lacks(key))
        };
        for site in connection.sites.iter().filter(|site| site.reads().iter().any(lacks)) {
            let reads = unguarded(site).into_iter().filter(|read| matches!(read.root(), "connection" | "data"));
            for read in reads.filter_map(|read| misspelt(read, &[provided])) {
                findings.push(read.in_block(&site.block));
            }
        }
        only_renewed(connection, findings);
        rewritten(connection, &whole.others, findings);
    }
    let provided: Vec<_> = whole.connections.iter().map(Connection::provided).collect();
    for site in whole.others.iter().flat_map(|other| &other.sites) {
        let reads = unguarded(site).into_iter().filter(|read| read.root() == "connection");
        for read in reads.filter_map(|read| misspelt(read, &provided)) {
            findings.push(read.in_block(&site.block));
        }
    }
}

/// The finding about a read of a name that is stored in another spelling, and nowhere in this one.
fn misspelt(read: &Read, provided: &[&Provided]) -> Option<Diagnostic> {
    let key = read.key()?;
    if !provided.iter().all(|provided| provided.certainly_lacks(key)) {
        return None;
    }
    let (stored, place) = provided.iter().find_map(|provided| provided.spelt_alike(key))?;
    let mut segments = read.segments.to_vec();
    segments[1] = stored.into();
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

/// What `info` reads and only `refresh` stores, when `token` stores it in another spelling: at first it is empty.
fn only_renewed(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.names.writes_unknown_data {
        return;
    }
    let is_renewed = |read: &Read<'_>| {
        let mut writes = read.key().map(|key| connection.names.writes_of("data", key)).into_iter().flatten().peekable();
        writes.peek().is_some() && writes.all(|write| write.phase == Some(Phase::Refresh))
    };
    for site in connection.sites_of(Phase::Info).filter(|site| site.reads().iter().any(is_renewed)) {
        for read in unguarded(site).into_iter().filter(|read| matches!(read.root(), "connection" | "data")) {
            let Some(key) = read.key().filter(|_| is_renewed(read)) else { continue };
            let mut of_token = connection.names.of_store().filter(|write| write.phase == Some(Phase::Token));
            let Some(first) = of_token.find(|write| normal(write.key) == normal(key)) else { continue };
            findings.push(
                RULE.finding(format!(
                    "`{}` is stored by `refresh` only: `token` stores `{}`",
                    read.segments.join("."),
                    first.key
                ))
                .at(read.place)
                .why("names are compared letter by letter: until the first renewal this is undefined")
                .help(format!("store it as `{key}` in `token` too"))
                .also(first.place, "`token` stores it under this name")
                .fix(Fix::suggestion(format!("store it as `{key}`")).replace(first.place, format!("\"{key}\"")))
                .in_block(&site.block),
            );
        }
    }
}

/// What `refresh` stores in another spelling than `token`, and nobody reads.
fn rewritten(connection: &Connection<'_>, others: &[Other<'_>], findings: &mut Findings) {
    let writes = |phase: Phase| connection.names.of_store().filter(move |write| write.phase == Some(phase));
    let writes_key = |phase, key: &str| connection.names.writes_of("data", key).any(|write| write.phase == Some(phase));
    // What both store under the same name needs no looking.
    if writes(Phase::Refresh).all(|write| writes_key(Phase::Token, write.key)) {
        return;
    }
    let mut first: HashMap<SmolStr, &Write<'_>> = HashMap::new();
    for write in writes(Phase::Token) {
        first.entry(normal(write.key)).or_insert(write);
    }
    let reads = Reads::of(connection, others);
    for write in writes(Phase::Refresh) {
        let Some(first) = first.get(&normal(write.key)) else { continue };
        let is_field = connection.definition.parameters.field(write.key).is_some();
        let both = writes_key(Phase::Token, write.key) || writes_key(Phase::Refresh, first.key);
        if both || reads.any(write.key) || is_field {
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

/// The keys of the store that anything reads.
struct Reads<'c> {
    keys: HashSet<&'c str>,
    /// Whether a component reads the store as a whole.
    whole: bool,
}

impl<'c> Reads<'c> {
    fn of(connection: &'c Connection<'_>, others: &'c [Other<'_>]) -> Self {
        let here = connection.reads_of_store().filter_map(|(_, read)| read.key());
        let sites = others.iter().flat_map(|other| &other.sites);
        let there: Vec<_> =
            sites.flat_map(|site| site.reads()).filter(|read| read.root() == "connection").map(Read::key).collect();
        Self { whole: there.contains(&None), keys: here.chain(there.into_iter().flatten()).collect() }
    }

    fn any(&self, key: &str) -> bool {
        self.whole || self.keys.contains(key)
    }
}
