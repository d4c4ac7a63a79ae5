//! `manual-state`: a `state` that Make overwrites.

use connspec_diagnostics::{Fix, Severity};

use crate::edit::remove_member;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0315",
    name: "manual-state",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize.qs` has a `state`.

## Why
Make writes a `state` of its own over it, and checks that one. Whatever stands here never goes out.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code", "state": "{{uuid}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
The member is removed: safe, it is overwritten.

## Source
connection.md §4.2.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for authorize in connection.requests_of(Phase::Authorize).filter(|_| connection.exchanges_code()) {
        let Some(qs) = authorize.node.get("qs") else { continue };
        let Some(state) = qs.member("state") else { continue };
        let edits = remove_member(&connection.definition.sources, qs, state);
        findings.push(
            RULE.finding("Make overwrites this `state`")
                .at(state.key_place)
                .why("Make writes and checks a `state` of its own; this one never goes out")
                .help("leave it out")
                .fix(Fix::safe("leave `state` out").with_edits(edits))
                .in_block(authorize.block),
        );
    }
}
