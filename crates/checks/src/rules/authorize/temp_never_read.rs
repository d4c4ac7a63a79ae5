//! `temp-never-read`: a name of `temp` that nothing reads.

use connspec_diagnostics::Severity;
use hashbrown::HashSet;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0329",
    name: "temp-never-read",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A connection writes a name to `temp` and never reads it.

## Why
`temp` is gone when the connection has been made, so the value is made for nobody. Often a request was meant to send it:
a verifier that is not sent, a code that is captured under another name than the one that is used.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}", "region": "{{query.region}}" } }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "code": "{{temp.code}}" }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}", "region": "{{query.region}}" } }
  },
  "token": {
    "url": "https://{{temp.region}}.acme.test/oauth/token",
    "body": { "code": "{{temp.code}}" }
  }
}
```

## Source
communication.md §5 `temp`; connection.md §13.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.names.writes.iter().all(|write| write.root != "temp") {
        return;
    }
    let reads = || connection.reads_of("temp");
    // Who reads `temp` as a whole, or by a name that is computed, may read every name.
    if reads().any(|(_, read)| read.key().is_none()) {
        return;
    }
    let read: HashSet<&str> = reads().filter_map(|(_, read)| read.key()).collect();
    let mut told = HashSet::new();
    for write in connection.names.writes.iter().filter(|write| write.root == "temp" && !read.contains(write.key)) {
        if !told.insert(write.key) {
            continue;
        }
        findings.push(
            RULE.finding(format!("nothing reads `temp.{}`", write.key))
                .at(write.place)
                .why("`temp` is gone when the connection has been made: the value is made for nobody")
                .help("read it where it was meant, or take it out")
                .in_block(&write.block),
        );
    }
}
