//! `refresh-without-condition`: new tokens before every run.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::lives::{data_writes, expiry_key, unwritten_key};
use crate::edit::insert_member;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{Sort, Truth, sort, store_key, store_path, whole};

pub static RULE: Rule = Rule {
    code: "CS0504",
    name: "refresh-without-condition",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`refresh` has no condition, or one that always holds: `true`, only the stored refresh token, or the end of the access
token without a comparison. In a list each request needs its own.

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
    // A condition stops its own request, and no other.
    let sends_always = |request: &Request<'_, '_>| {
        request.phase == Phase::Refresh
            && request.node.get("url").is_some()
            && (request.condition_truth() == Truth::Always || asks_for_end_alone(connection, request))
    };
    let Some(request) = connection.each_request().find(sends_always) else { return };
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
    let mut both = data_writes(connection, Phase::Token);
    both.retain(|write| renewed.iter().any(|other| other.member.key == write.member.key));
    let both = expiry_key(&both);
    let mut finding = finding.at(request.key_place());
    if let Some(key) = both.filter(|_| request.node.get("condition").is_none()) {
        let condition = json!(format!("{{{{{} < addMinutes(now, 1)}}}}", store_path(key)));
        let edits = insert_member(&connection.definition.sources, request.node, "condition", &condition);
        finding = finding.fix(Fix::suggestion("renew only what is about to end").with_edits(edits));
    }
    findings.push(finding);
}

/// Whether the condition is `{{data.expires}}`: a date is there once `token` has stored it, be it past or not.
fn asks_for_end_alone(connection: &Connection<'_>, request: &Request<'_, '_>) -> bool {
    let site = request.condition().and_then(|condition| connection.site_of(&condition.value));
    let key = site.and_then(|site| store_key(site.template, whole(site.template)?));
    key.is_some_and(|key| {
        let of_token = connection.names.writes_of("data", key).filter(|write| write.phase == Some(Phase::Token));
        let mut values = of_token.filter_map(|write| connection.site_of(write.value?));
        values.any(|site| whole(site.template).is_some_and(|expr| sort(site.template, expr) == Sort::Date))
    })
}
