//! `query-outside-callback`: the callback's query where no callback is.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0319",
    name: "query-outside-callback",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`query` is read in `info`, `refresh`, `invalidate`, `preauthorize`, before the redirect, or in a basic connection.

## Why
The query of the callback is there for `authorize.response` and for `token`, which runs right behind it. Anywhere else
it is empty: `info` also runs when the connection is verified, long after.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code": "{{query.code}}" } },
  "info": { "url": "https://{{query.shop}}.acme.test/me" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "data": { "shop": "{{query.shop}}" } }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code": "{{query.code}}" } },
  "info": { "url": "https://{{data.shop}}.acme.test/me" }
}
```

## Source
connection.md §4.3, §13.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (site, read) in connection.reads_of("query") {
        let sees_it = match site.phase {
            Phase::Authorize => site.is_response_side(),
            Phase::Token | Phase::AccessToken => true,
            _ => false,
        };
        if sees_it {
            continue;
        }
        findings.push(
            RULE.finding(format!("`query` is empty in `{}`", site.block))
                .at(read.place)
                .why("only `authorize.response` and `token` see the query of the callback")
                .help("keep the value in `authorize.response.data` and read it from `data`")
                .in_block(&site.block),
        );
    }
}
