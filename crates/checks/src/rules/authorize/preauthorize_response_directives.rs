//! `preauthorize-response-directives`: what nobody reads before the redirect.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0322",
    name: "preauthorize-response-directives",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`preauthorize.response` has `uid`, `metadata`, `expires` or `scope`.

## Why
Before the redirect there is no connection yet that could have them: only `temp` and `data` are taken over. `uid` and
`metadata` are read in `info`, `expires` and `scope` in `token`.

## Example
```jsonc connection
{
  "preauthorize": {
    "url": "https://api.acme.test/discovery",
    "response": { "uid": "{{body.tenant}}" }
  },
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "preauthorize": {
    "url": "https://api.acme.test/discovery",
    "response": { "data": { "tenant": "{{body.tenant}}" } }
  },
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" },
  "info": { "url": "https://api.acme.test/me", "response": { "uid": "{{data.tenant}}" } }
}
```

## Source
connection.md §4.1.
"#;

const UNREAD: &[&str] = &["uid", "metadata", "expires", "scope"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for request in connection.requests_of(Phase::Preauthorize) {
        let Some(response) = request.node.get("response") else { continue };
        for member in response.effective_members().filter(|member| UNREAD.contains(&member.key.as_str())) {
            findings.push(
                RULE.finding(format!("`{}` has no effect in `preauthorize`", member.key))
                    .at(member.key_place)
                    .why("before the redirect only `temp` and `data` are taken over")
                    .help(match member.key.as_str() {
                        "uid" | "metadata" => "move it to `info`",
                        _ => "move it to `token`",
                    })
                    .in_block(request.block),
            );
        }
    }
}
