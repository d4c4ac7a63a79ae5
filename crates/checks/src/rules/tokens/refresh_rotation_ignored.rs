//! `refresh-rotation-ignored`: a new refresh token is thrown away.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::lives::{Renewal, kept, shown};
use crate::edit::insert_member;
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::Connection;
use crate::symbolic::{call, steps, store_key, whole};

pub static RULE: Rule = Rule {
    code: "CS0515",
    name: "refresh-rotation-ignored",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`refresh` sends a stored refresh token and stores no new one: the key is not written, or with the old token first, as
`ifempty(data.refreshToken, body.refresh_token)` gives it back for ever.

## Why
A provider may answer with a new refresh token, and the old one is used up then. If it is not stored, the second renewal
fails and the user must reconnect. Providers that are known to keep the first one are left alone.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "refreshToken": "{{body.refresh_token}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}" },
    "response": { "data": { "accessToken": "{{body.access_token}}" } }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "refreshToken": "{{body.refresh_token}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}" },
    "response": {
      "data": {
        "accessToken": "{{body.access_token}}",
        "refreshToken": "{{ifempty(body.refresh_token, data.refreshToken)}}"
      }
    }
  }
}
```

## Fix
Storing the new one, or else the old one, is suggested.

## Source
RFC 6749 §6; RFC 9700 §4.14.2.
"#;

/// Providers whose refresh tokens stay the same.
const KEEP_THE_FIRST: &[&str] = &[
    "googleapis.com",
    "google.com",
    "dropboxapi.com",
    "dropbox.com",
    "reddit.com",
    "salesforce.com",
    "zoho.com",
    "zoho.eu",
];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let renewal = Renewal::of(connection).filter(|_| !connection.names.writes_unknown_data);
    let Some(Renewal { request, sent, writes }) = renewal else { return };
    let ([key], false) = (sent.as_slice(), request.goes_to(KEEP_THE_FIRST)) else { return };
    let from_the_form = connection.names.writes_of("data", key).any(|write| write.phase.is_none());
    let Some(data) = request.member(&["response", "data"]).filter(|_| !from_the_form) else { return };
    for site in writes.iter().filter(|write| write.member.key == key.as_str()).filter_map(|write| write.site) {
        old_first(site, key, findings);
    }
    if writes.is_empty() || writes.iter().any(|write| write.member.key == key.as_str()) {
        return;
    }
    let kept = json!(format!("{{{{{}}}}}", kept("body.refresh_token", key)));
    let edits = insert_member(&connection.definition.sources, &data.value, key, &kept);
    findings.push(
        RULE.finding("a new refresh token is not stored")
            .at(data.key_place)
            .why("a provider may use the old one up with each renewal: then the second one fails")
            .help(format!("store {}", shown(&format!("\"{key}\": {kept}"))))
            .fix(Fix::suggestion("store the new refresh token, or else the old one").with_edits(edits))
            .in_block(request.block),
    );
}

/// `ifempty(data.key, body.new)` and `if(body.new, data.key, …)`: the old one, whenever there is one.
fn old_first(site: &Site<'_>, key: &str, findings: &mut Findings) {
    let template = site.template;
    let Some(expr) = whole(template) else { return };
    let (old, new) = match call(template, expr) {
        Some(("ifempty", [old, new])) => (old, new),
        Some(("if", [new, old, ..])) => (old, new),
        _ => return,
    };
    let is_answer = steps(template, new).is_some_and(|steps| steps[0] == "body");
    if store_key(template, old) != Some(key) || !is_answer {
        return;
    }
    let place = site.place(expr.span);
    let right = kept(&template.source()[new.span.range()], key);
    findings.push(
        RULE.finding("the old refresh token is kept although a new one has come")
            .at(place)
            .why("a provider may use the old one up with each renewal: then the second one fails")
            .help(format!("write {}", shown(&format!("{{{{{right}}}}}"))))
            .fix(Fix::suggestion("take the new refresh token first").replace(place, right))
            .in_block(&site.block),
    );
}
