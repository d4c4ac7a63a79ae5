//! `mixed-oauth1-oauth2-phases`: blocks of two protocols in one connection.

use connspec_diagnostics::Severity;
use connspec_spec::vocabulary::{OAUTH1_BLOCKS, OAUTH2_BLOCKS};

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0103",
    name: "mixed-oauth1-oauth2-phases",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
Blocks of OAuth 1 beside blocks of OAuth 2.

## Why
`requestToken` and `accessToken` make it an OAuth 1 connection. `token`, `refresh`, `preauthorize` and `invalidate`
beside them never run.

## Example
```jsonc connection
{
  "requestToken": { "url": "https://api.acme.test/request" },
  "accessToken": { "url": "https://api.acme.test/access" },
  "token": { "url": "https://api.acme.test/token" }
}
```

## Instead
```jsonc connection
{
  "requestToken": { "url": "https://api.acme.test/request" },
  "accessToken": { "url": "https://api.acme.test/access" }
}
```

## Source
connection.md §1, §11.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(root) = connection.communication() else { return };
    let Some(of_oauth1) = root.member("requestToken").or_else(|| root.member("accessToken")) else { return };
    let only_oauth2 = |key: &str| OAUTH2_BLOCKS.contains(&key) && !OAUTH1_BLOCKS.contains(&key);
    for member in root.effective_members().filter(|member| only_oauth2(&member.key)) {
        findings.push(
            RULE.finding(format!("`{}` in an OAuth 1 connection", member.key))
                .at(member.key_place)
                .also(of_oauth1.key_place, "this makes it OAuth 1")
                .why("an OAuth 1 connection runs requestToken, authorize, accessToken and info; this block never runs")
                .help("keep the blocks of one protocol")
                .in_block(&member.key),
        );
    }
}
