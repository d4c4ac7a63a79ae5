//! `token-condition-always-true-with-authorize`: the code is redeemed again while verifying.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::replace_value;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::Truth;

pub static RULE: Rule = Rule {
    code: "CS0502",
    name: "token-condition-always-true-with-authorize",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token` has a condition that always holds, next to `authorize`.

## Why
In the callback `token` runs anyway. With a condition it also runs whenever the connection is verified; then there is no
code any more, and the provider answers `invalid_grant`.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": { "condition": true, "url": "https://api.acme.test/oauth/token", "body": { "code": "{{temp.code}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "condition": "{{temp.code}}",
    "url": "https://api.acme.test/oauth/token",
    "body": { "code": "{{temp.code}}" }
  }
}
```

## Fix
`{{temp.code}}` is suggested where `authorize` keeps the code there.

## Source
connection.md §5 (c).
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(token) = connection.first_request(Phase::Token).filter(|_| connection.exchanges_code()) else { return };
    let Some(condition) = token.condition() else { return };
    if token.condition_truth() != Truth::Always {
        return;
    }
    let mut finding = RULE
        .finding("the condition of `token` always holds")
        .at(condition.value.place)
        .why("`token` also runs while the connection is verified, without a code: the provider answers `invalid_grant`")
        .help("let it hold only while there is a code, or leave the condition out")
        .in_block(token.block);
    if connection.names.writes_key("temp", "code") {
        let edits = replace_value(&connection.definition.sources, &condition.value, &json!("{{temp.code}}"));
        finding = finding.fix(Fix::suggestion("run it only while there is a code").with_edits(edits));
    }
    findings.push(finding);
}
