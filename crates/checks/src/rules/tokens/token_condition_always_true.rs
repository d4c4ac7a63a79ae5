//! `token-condition-always-true`: a new token on every verification.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::lives::{data_writes, expiry_key, guarded_condition, names_a_refresh, sending, shown, unwritten_key};
use super::token_condition_required::waits_for_itself;
use crate::edit::replace_value;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{Truth, plain};

pub static RULE: Rule = Rule {
    code: "CS0503",
    name: "token-condition-always-true",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
Without `authorize`, `token` has a condition that always holds.

## Why
Make looks at it whenever it verifies the connection, which is before every run: each time there is a new token, though
the old one is good. Providers limit how many they give out, and some end the older ones.

## Example
```jsonc connection
{
  "token": {
    "condition": true,
    "url": "https://api.acme.test/oauth/token",
    "response": {
      "data": { "accessToken": "{{body.access_token}}", "expires": "{{addSeconds(now, body.expires_in)}}" }
    }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "condition": "{{if(data.accessToken, data.expires < addMinutes(now, 1), true)}}",
    "url": "https://api.acme.test/oauth/token",
    "response": {
      "data": { "accessToken": "{{body.access_token}}", "expires": "{{addSeconds(now, body.expires_in)}}" }
    }
  }
}
```

## Fix
A condition on the stored token and its end is suggested, where both are stored.

## Source
connection.md §5.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if !connection.has_no_browser() {
        return;
    }
    let Some(token) = sending(connection, Phase::Token) else { return };
    let Some(condition) = token.condition().filter(|_| token.condition_truth() == Truth::Always) else { return };
    // That it never holds the first time is told by `token-condition-required`.
    if waits_for_itself(&token) {
        return;
    }
    let writes = data_writes(connection, Phase::Token);
    let is_access = |key: &&str| plain(key).ends_with("token") && !names_a_refresh(key);
    let access = writes.iter().map(|write| write.member.key.as_str()).find(is_access);
    let mut finding = RULE
        .finding("`token` runs whenever the connection is verified")
        .at(condition.value.place)
        .why("each time there is a new token, though the old one is good; providers limit that")
        .help("let it hold only while there is no token, or it is about to end")
        .in_block(token.block);
    if let (Some(access), Some(expires)) = (access, expiry_key(&writes)) {
        let guarded = guarded_condition(access, expires);
        let edits = replace_value(&connection.definition.sources, &condition.value, &json!(guarded));
        finding = finding
            .help(format!("write {}", shown(&guarded)))
            .fix(Fix::suggestion("ask only for a new token when one is needed").with_edits(edits));
    }
    if let Some(key) = unwritten_key(connection, condition) {
        finding = finding.help(format!("nothing stores `{key}`, so the condition always holds: read what is stored"));
    }
    findings.push(finding);
}
