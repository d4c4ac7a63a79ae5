//! `token-condition-always-true`: a new token on every verification.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::lives::{data_writes, unwritten_key};
use crate::edit::replace_value;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{Truth, names_an_expiry, plain};

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
    let Some(token) = connection.first_request(Phase::Token).filter(|_| connection.has_no_browser()) else { return };
    let Some(condition) = token.condition().filter(|_| token.condition_truth() == Truth::Always) else { return };
    let writes = data_writes(connection, Phase::Token);
    let key =
        |wanted: &dyn Fn(&str) -> bool| writes.iter().map(|write| write.member.key.as_str()).find(|key| wanted(key));
    let mut finding = RULE
        .finding("`token` runs whenever the connection is verified")
        .at(condition.value.place)
        .why("each time there is a new token, though the old one is good; providers limit that")
        .help("let it hold only while there is no token, or it is about to end")
        .in_block(token.block);
    if let (Some(access), Some(expires)) = (key(&|key| plain(key).ends_with("token")), key(&names_an_expiry)) {
        let guarded = format!("{{{{if(data.{access}, data.{expires} < addMinutes(now, 1), true)}}}}");
        let edits = replace_value(&connection.definition.sources, &condition.value, &json!(guarded));
        finding = finding
            .help(format!("write `{guarded}`"))
            .fix(Fix::suggestion("ask only for a new token when one is needed").with_edits(edits));
    }
    if let Some(key) = unwritten_key(connection, condition) {
        finding = finding.help(format!("nothing stores `{key}`, so the condition always holds: read what is stored"));
    }
    findings.push(finding);
}
