//! `metadata-leaks-secret`: a secret in what tells connections apart.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_key, is_secret_name};
use crate::site::Read;
use crate::subject::Connection;
use crate::values::{Through, carried};

pub static RULE: Rule = Rule {
    code: "CS0606",
    name: "metadata-leaks-secret",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`response.metadata` or `response.uid` with a token, a key or a password in it.

## Why
The metadata is what Make shows beside the connection's name, to everybody of the team; the uid is stored in the open.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "metadata": { "type": "text", "value": "{{parameters.apiKey}}" } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "metadata": { "type": "text", "value": "{{body.email}}" } }
}
```

## Source
The review of apps; connection.md §4.6, pitfalls.md 101.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for site in &connection.sites {
        let what = match site.path().get(..2).map(|path| [path[0], path[1]]) {
            Some(["response", "metadata"]) => "metadata",
            Some(["response", "uid"]) => "uid",
            _ => continue,
        };
        for read in carried(site, Through::Unchanged).iter().filter(|read| is_secret(connection, read)) {
            findings.push(
                RULE.finding(format!("the {what} shows `{}`", read.segments.join(".")))
                    .at(read.place)
                    .why("it is stored and shown in the open, to everybody who sees the connection")
                    .help("use what names the account: an e-mail address, a user name, an id")
                    .in_block(&site.block),
            );
        }
    }
}

fn is_secret(connection: &Connection<'_>, read: &Read) -> bool {
    match (read.root(), read.key()) {
        ("parameters" | "connection" | "data" | "common" | "temp", Some(key)) => {
            read.segments.len() == 2 && is_secret_key(connection.definition, read.root(), key)
        }
        ("body", Some(_)) => read.segments.last().is_some_and(|name| is_secret_name(name)),
        _ => false,
    }
}
