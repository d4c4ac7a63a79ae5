//! `token-condition-required`: without a browser, `token` runs only where its condition says so.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::lives::data_writes;
use crate::edit::insert_member;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{names_an_expiry, plain};

pub static RULE: Rule = Rule {
    code: "CS0501",
    name: "token-condition-required",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A connection without `authorize` whose `token` has no `condition`.

## Why
Where no browser takes part, Make runs `token` only while verifying the connection, and only when its condition holds.
Without a condition it never runs: the access token stays empty.

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
    let Some(token) = connection.first_request(Phase::Token).filter(|_| connection.has_no_browser()) else { return };
    if token.node.get("condition").is_some() || token.node.get("url").is_none() {
        return;
    }
    let writes = data_writes(connection, Phase::Token);
    let key =
        |wanted: &dyn Fn(&str) -> bool| writes.iter().map(|write| write.member.key.as_str()).find(|key| wanted(key));
    let access = key(&|key| plain(key) == "accesstoken").or_else(|| key(&|key| plain(key).ends_with("token")));
    let access = access.unwrap_or("accessToken");
    let condition = match key(&names_an_expiry) {
        Some(expires) => format!("{{{{if(data.{access}, data.{expires} < addMinutes(now, 1), true)}}}}"),
        None => format!("{{{{!data.{access}}}}}"),
    };
    let edits = insert_member(&connection.definition.sources, token.node, "condition", &json!(condition));
    findings.push(
        RULE.finding("`token` never runs: there is no `authorize`, and it has no condition")
            .at(token.key_place())
            .why("without a browser Make runs `token` only when its condition holds; the access token stays empty")
            .help(format!("add `\"condition\": \"{condition}\"`"))
            .fix(Fix::suggestion("add a condition").with_edits(edits))
            .in_block(token.block),
    );
}
