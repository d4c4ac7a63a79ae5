//! `refresh-scope-ignored`: the scope of a renewal is not recorded.

use connspec_diagnostics::{Fix, Severity};

use crate::edit::remove_member;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0517",
    name: "refresh-scope-ignored",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`refresh.response` has a `scope`.

## Why
Make takes the granted scope from `token` only. This one has no effect.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" },
  "refresh": { "url": "https://api.acme.test/oauth/token", "response": { "type": "json", "scope": "{{body.scope}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token", "response": { "scope": "{{body.scope}}" } },
  "refresh": { "url": "https://api.acme.test/oauth/token", "response": { "type": "json" } }
}
```

## Fix
The member is removed: safe, it has no effect.

## Source
connection.md §6, §8.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for request in connection.requests_of(Phase::Refresh) {
        let Some(response) = request.node.get("response") else { continue };
        let Some(scope) = response.member("scope") else { continue };
        let edits = remove_member(&connection.definition.sources, response, scope);
        findings.push(
            RULE.finding("`scope` has no effect in `refresh`")
                .at(scope.key_place)
                .why("Make takes the granted scope from `token` only")
                .help("leave it out")
                .fix(Fix::safe("leave `scope` out").with_edits(edits))
                .in_block(request.block),
        );
    }
}
