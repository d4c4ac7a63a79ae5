//! `refresh-without-condition`: new tokens before every run.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::lives::{data_writes, refresh, unwritten_key};
use crate::edit::insert_member;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{Truth, names_an_expiry};

pub static RULE: Rule = Rule {
    code: "CS0504",
    name: "refresh-without-condition",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`refresh` has no condition, or one that always holds: `true`, or only the stored refresh token.

## Why
Make looks at the condition before every run; without one it renews the tokens each time. That is a request too many
per run, it meets rate limits, and with refresh tokens that are used up two parallel runs lock each other out.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
  },
  "refresh": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
  },
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 1)}}",
    "url": "https://api.acme.test/oauth/token"
  }
}
```

## Fix
A condition on the stored end is suggested, where both `token` and `refresh` store it.

## Source
connection.md §6.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(request) = refresh(connection) else { return };
    if request.condition_truth() != Truth::Always {
        return;
    }
    let finding = RULE
        .finding("`refresh` runs before every call")
        .why("each run asks for new tokens first: a request too many, and a race where refresh tokens are used up")
        .help("let it hold only when the token is about to end: `{{data.expires < addMinutes(now, 1)}}`")
        .in_block(request.block);
    if let Some(condition) = request.condition() {
        let finding = finding.at(condition.value.place);
        findings.push(match unwritten_key(connection, condition) {
            Some(key) => {
                finding.help(format!("nothing stores `{key}`, so the condition always holds: read what is stored"))
            }
            None => finding,
        });
        return;
    }
    let renewed = data_writes(connection, Phase::Refresh);
    let both = data_writes(connection, Phase::Token)
        .into_iter()
        .map(|write| write.member.key.as_str())
        .find(|key| names_an_expiry(key) && renewed.iter().any(|write| write.member.key == *key));
    let mut finding = finding.at(request.key_place());
    if let Some(key) = both.filter(|_| request.node.get("condition").is_none()) {
        let condition = json!(format!("{{{{data.{key} < addMinutes(now, 1)}}}}"));
        let edits = insert_member(&connection.definition.sources, request.node, "condition", &condition);
        finding = finding.fix(Fix::suggestion("renew only what is about to end").with_edits(edits));
    }
    findings.push(finding);
}
