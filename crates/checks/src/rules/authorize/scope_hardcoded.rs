//! `scope-hardcoded`: scopes that modules cannot extend.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0310",
    name: "scope-hardcoded",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize` sends a fixed `scope`.

## Why
What modules ask for, and what Make adds when it extends a connection, is in `oauth.scope`. A fixed text leaves it out:
Make records scopes as granted that were never asked for, and extending the connection changes nothing.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "scope": "profile email" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "scope": "{{join(oauth.scope, ' ')}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Source
connection.md §8.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code()) else {
        return;
    };
    // Two parameters, as Slack has them: one may be fixed while the other takes the scopes.
    if authorize.request_side_reads(&["oauth", "scope"]) {
        return;
    }
    let sent = authorize.sends("scope");
    let (Some(scope), Some(place)) = (sent.literal(), sent.place()) else { return };
    if scope.trim().is_empty() {
        return;
    }
    findings.push(
        RULE.finding("the scope is fixed")
            .at(place)
            .why("what modules ask for and what Make adds when a connection is extended is left out")
            .help("put these scopes into the default scope and send `{{join(oauth.scope, ' ')}}`")
            .in_block(authorize.block),
    );
}
