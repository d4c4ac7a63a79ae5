//! `body-in-authorize-response`: a callback has a query and no body.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Kind;

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0318",
    name: "body-in-authorize-response",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize.response` reads `body`.

## Why
`authorize` is no request of Make's: the browser goes to the provider and comes back with a query. There is no answer
with a body; what came back is in `query`.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{body.code}}" } }
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
`query` instead of `body` is suggested.

## Source
connection.md §4.3, §13; RFC 6749 §4.1.2.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.definition.kind == Kind::Basic {
        return;
    }
    for site in connection.sites_of(Phase::Authorize).filter(|site| site.is_response_side()) {
        for read in site.reads().iter().filter(|read| read.root() == "body") {
            let source = connection.definition.sources.slice(read.place);
            let mut finding = RULE
                .finding("`authorize.response` reads `body`")
                .at(read.place)
                .why("the browser comes back with a query; there is no body, and the value is empty")
                .help("read `query`")
                .in_block(&site.block);
            if let Some(steps) = source.strip_prefix("body") {
                finding = finding.fix(Fix::suggestion("read `query`").replace(read.place, format!("query{steps}")));
            }
            findings.push(finding);
        }
    }
}
