//! `uid-in-wrong-place`: uid or metadata where an OAuth connection does not look for them.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0603",
    name: "uid-in-wrong-place",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`response.uid` or `response.metadata` in a block of an OAuth connection other than `info`.

## Why
OAuth connections are asked for both in `info` only. Elsewhere they are ignored: connections look alike, and shared
webhooks reach nobody.

## Example
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token", "response": { "uid": "{{body.user_id}}" } },
  "info": { "url": "https://api.acme.test/me" }
}
```

## Instead
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "info": { "url": "https://api.acme.test/me", "response": { "uid": "{{body.id}}" } }
}
```

## Source
Integromat's developer documentation; connection.md §4.6, pitfalls.md 98.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let elsewhere = |phase: Phase| !matches!(phase, Phase::Info | Phase::Basic);
    for (_, block, request) in connection.requests().filter(|(phase, ..)| elsewhere(*phase)) {
        let Some(response) = request.get("response") else { continue };
        for key in ["uid", "metadata"] {
            let Some(member) = response.member(key) else { continue };
            findings.push(
                RULE.finding(format!("`{key}` has no effect in `{block}`"))
                    .at(member.key_place)
                    .why("OAuth connections are asked for it in `info` only")
                    .help(format!("move `{key}` to `info.response`; keep what it needs in `response.temp`"))
                    .in_block(block),
            );
        }
    }
}
