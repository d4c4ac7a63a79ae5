//! `callback-parameter-misspelt`: `query.cod` for `query.code`.

use connspec_diagnostics::{Fix, Severity};

use crate::parameters::is_one_slip;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0325",
    name: "callback-parameter-misspelt",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A parameter of the callback whose name is one slip away from one of the standard: `query.cod`, `query.eror`,
`query.codee`.

## Why
No provider sends it, so it is undefined: the code never reaches `token`, or a refusal is never noticed.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.cod}}" } }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code": "{{temp.code}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code": "{{temp.code}}" } }
}
```

## Fix
The name of the standard is suggested.

## Source
RFC 6749 §4.1.2; RFC 5849 §2.2.
"#;

/// What a callback brings by the standards.
const OF_CALLBACK: &[&str] =
    &["code", "state", "error", "error_description", "error_uri", "scope", "oauth_token", "oauth_verifier", "denied"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (site, read) in connection.reads_of("query") {
        let Some(name) = read.key().filter(|name| !OF_CALLBACK.contains(name)) else { continue };
        let Some(meant) = OF_CALLBACK.iter().find(|known| is_one_slip(name.as_bytes(), known.as_bytes())) else {
            continue;
        };
        // A longer name beside the real one, `query.codes`, may be a parameter of the provider's own; a letter struck
        // twice is none.
        let is_there = || connection.reads_of("query").any(|(_, other)| other.key() == Some(*meant));
        if name.len() > meant.len() && !is_doubled(name, meant) && is_there() {
            continue;
        }
        let mut finding = RULE
            .finding(format!("`query.{name}` is sent by no provider"))
            .at(read.place)
            .why(format!("the callback brings `{meant}`; anything else is undefined"))
            .help(format!("did you mean `query.{meant}`?"))
            .in_block(&site.block);
        if read.segments.len() == 2 {
            finding = finding
                .fix(Fix::suggestion(format!("read `query.{meant}`")).replace(read.place, format!("query.{meant}")));
        }
        findings.push(finding);
    }
}

/// Whether a letter of the name is struck twice: `codee`, `ccode`.
fn is_doubled(written: &str, meant: &str) -> bool {
    let (written, meant) = (written.as_bytes(), meant.as_bytes());
    (1..written.len()).any(|at| {
        let is_twice = written[at] == written[at - 1];
        is_twice && written[..at] == meant[..at.min(meant.len())] && meant.get(at..) == written.get(at + 1..)
    })
}
