//! `missing-grant-type`: a token request that does not say what it brings.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::lives::refresh;
use crate::edit::insert_member;
use crate::request::header;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::plain;

pub static RULE: Rule = Rule {
    code: "CS0519",
    name: "missing-grant-type",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token` brings a code, or `refresh` a refresh token to the same address, without a `grant_type`.

## Why
The parameter is required: the provider answers `invalid_request` or `unsupported_grant_type`. A login of a service's
own, which is no OAuth, needs none and is left alone, and so are providers that are known to do without it. Where the
client does not show who it is as the standard says, this is a warning: the request may be of another kind.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "code": "{{temp.code}}", "client_id": "{{parameters.clientId}}" }
  }
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
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "authorization_code", "code": "{{temp.code}}", "client_id": "{{parameters.clientId}}" }
  }
}
```

## Fix
The grant that fits what is sent is suggested.

## Source
RFC 6749 §4.1.3, §4.4.2, §6.
"#;

/// Providers whose documented token requests have no `grant_type`.
const WITHOUT_IT: &[&str] = &[
    "github.com",
    "slack.com",
    "todoist.com",
    "facebook.com",
    "clickup.com",
    "myshopify.com",
    "intercom.io",
    "monday.com",
    "gumroad.com",
    "vercel.com",
    "bitly.com",
    "stackoverflow.com",
    "stackexchange.com",
    "dribbble.com",
    "launchpad.37signals.com",
    "oauth.vk.com",
    "connect.deezer.com",
    "api.dingtalk.com",
];

/// The providers known to do without, Shopify also where a form asks for the whole host, and what follows the draft of
/// OAuth 2 that had `type` in the place of the grant.
fn is_known_to_do_without(request: &Request<'_, '_>) -> bool {
    request.goes_to(WITHOUT_IT)
        || request.url().is_some_and(|url| url.contains("/admin/oauth/"))
        || matches!(request.sends("type").literal(), Some("web_server" | "refresh"))
}

/// Whether it is sent under another spelling, which `oauth-parameter-misspelt` tells.
fn is_spelt_otherwise(request: &Request<'_, '_>) -> bool {
    let objects = ["qs", "body"].into_iter().filter_map(|key| request.node.get(key));
    objects.flat_map(|object| object.effective_members()).any(|member| plain(&member.key) == "granttype")
}

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for token in connection.requests_of(Phase::Token) {
        if let Some(grant) = grant_of(connection, &token) {
            examine(connection, &token, grant, findings);
        }
    }
    let token = connection.requests_of(Phase::Token).find(|token| token.sends("grant_type").is_there());
    if let (Some(renewal), Some(token)) = (refresh(connection), token) {
        let same_address = renewal.url().is_some() && renewal.url() == token.url();
        // Elsewhere on the same host it is the standard's too when the client shows who it is.
        let same_server = renewal.host().is_some() && renewal.host() == token.host();
        let is_standard = same_server && renewal.sends("client_id").is_there();
        if (same_address || is_standard) && renewal.sends("refresh_token").is_there() {
            examine(connection, &renewal, "refresh_token", findings);
        }
    }
}

/// The grant that a token request means by what it sends; none when it may be no OAuth at all.
fn grant_of(connection: &Connection<'_>, token: &Request<'_, '_>) -> Option<&'static str> {
    if connection.exchanges_code() && token.sends("code").is_there() {
        return Some("authorization_code");
    }
    let sends = |name: &str| token.sends(name).is_there();
    let is_oauth = token.url()?.to_lowercase().contains("/oauth");
    let is_client = connection.has_no_browser() && is_oauth && sends("client_id") && sends("client_secret");
    match (is_client, sends("username") && sends("password")) {
        (true, true) => Some("password"),
        (true, false) if !sends("code") && !sends("assertion") => Some("client_credentials"),
        _ => None,
    }
}

fn examine(connection: &Connection<'_>, request: &Request<'_, '_>, grant: &str, findings: &mut Findings) {
    if !request.sends("grant_type").is_absent() || is_known_to_do_without(request) || is_spelt_otherwise(request) {
        return;
    }
    let mut finding = RULE
        .finding(format!("`{}` sends no `grant_type`", request.block))
        .at(request.key_place())
        .why("it is required: the provider refuses the request")
        .help(format!("send `\"grant_type\": \"{grant}\"`"))
        .in_block(request.block);
    // A client that shows who it is by the standard's names is certainly of the standard.
    if request.sends("client_id").is_absent() && header(request.node, "authorization").is_none() {
        finding.severity = Severity::Warning;
    }
    if let Some(body) = request.node.get("body").filter(|body| body.is_object()) {
        let edits = insert_member(&connection.definition.sources, body, "grant_type", &json!(grant));
        finding = finding.fix(Fix::suggestion(format!("send `{grant}`")).with_edits(edits));
    }
    findings.push(finding);
}
