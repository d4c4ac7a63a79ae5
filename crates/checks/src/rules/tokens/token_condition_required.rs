//! `token-condition-required`: without a browser, `token` runs only where its condition says so.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::lives::{data_writes, expiry_key, guarded_condition, names_a_refresh, sending, shown};
use crate::edit::{insert_member, replace_value};
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{Truth, plain, store_path};

pub static RULE: Rule = Rule {
    code: "CS0501",
    name: "token-condition-required",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A connection without `authorize` whose `token` has no `condition`, or one that never lets the first token come: it reads
what only `token` stores, as `{{data.expires < now}}` does.

## Why
Where no browser takes part, Make runs `token` only while verifying the connection, and only when its condition holds.
Without a condition it never runs: the access token stays empty. At first nothing is stored; what is not there is
undefined, and undefined is never before a date.

## Example
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "body": { "grant_type": "client_credentials" },
    "response": { "data": { "accessToken": "{{body.access_token}}" } }
  }
}
```
```jsonc connection
{
  "token": {
    "condition": "{{data.expires < addMinutes(now, 1)}}",
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "body": { "grant_type": "client_credentials" },
    "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "condition": "{{!data.accessToken}}",
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "body": { "grant_type": "client_credentials" },
    "response": { "data": { "accessToken": "{{body.access_token}}" } }
  }
}
```

## Fix
A condition that holds at first and whenever the token is about to end is suggested.

## Source
Make's documentation of OAuth 2.0 connections (client credentials); connection.md §5.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if !connection.has_no_browser() {
        return;
    }
    let Some(token) = sending(connection, Phase::Token) else { return };
    if token.node.get("condition").is_some() {
        never_first(connection, &token, findings);
        return;
    }
    // In a list the condition of another request may be the one that Make goes by.
    if connection.requests_of(Phase::Token).any(|request| request.node.get("condition").is_some()) {
        return;
    }
    let condition = usual_condition(connection);
    let edits = insert_member(&connection.definition.sources, token.node, "condition", &json!(condition));
    findings.push(
        RULE.finding("`token` never runs: there is no `authorize`, and it has no condition")
            .at(token.key_place())
            .why("without a browser Make runs `token` only when its condition holds; the access token stays empty")
            .help(format!("add {}", shown(&format!("\"condition\": \"{condition}\""))))
            .fix(Fix::suggestion("add a condition").with_edits(edits))
            .in_block(token.block),
    );
}

/// Whether the first token never comes: at first nothing is stored, and the condition waits for it.
pub(super) fn waits_for_itself(token: &Request<'_, '_>) -> bool {
    const LATER: &[Phase] = &[Phase::Token, Phase::Info, Phase::Refresh, Phase::Invalidate];
    token.truth_before(LATER) == Truth::Never
}

/// A condition that waits for what only the first run of `token` would store.
fn never_first(connection: &Connection<'_>, token: &Request<'_, '_>, findings: &mut Findings) {
    // What nothing stores at all is told by `refresh-condition-never-true`.
    if token.condition_truth() == Truth::Never || !waits_for_itself(token) {
        return;
    }
    let Some(written) = token.condition() else { return };
    let condition = usual_condition(connection);
    let edits = replace_value(&connection.definition.sources, &written.value, &json!(condition));
    findings.push(
        RULE.finding("`token` never runs: its condition waits for what only `token` stores")
            .at(written.value.place)
            .why(
                "at first nothing is stored, and what is undefined is never before a date; the first token never comes",
            )
            .help(format!("write {}", shown(&condition)))
            .fix(Fix::suggestion("let it hold while there is no token").with_edits(edits))
            .in_block(token.block),
    );
}

/// The condition that holds at first, and whenever the token is about to end.
fn usual_condition(connection: &Connection<'_>) -> String {
    let writes = data_writes(connection, Phase::Token);
    let key =
        |wanted: &dyn Fn(&str) -> bool| writes.iter().map(|write| write.member.key.as_str()).find(|key| wanted(key));
    let access = key(&|key| plain(key) == "accesstoken")
        .or_else(|| key(&|key| plain(key).ends_with("token") && !names_a_refresh(key)));
    let access = access.unwrap_or("accessToken");
    match expiry_key(&writes) {
        Some(expires) => guarded_condition(access, expires),
        None => format!("{{{{!{}}}}}", store_path(access)),
    }
}
