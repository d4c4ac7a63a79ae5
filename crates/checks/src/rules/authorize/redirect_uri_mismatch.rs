//! `redirect-uri-mismatch`: `authorize` and `token` send different addresses.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_iml::Template;
use serde_json::json;

use crate::edit::{insert_member, replace_value};
use crate::rule::{Check, Findings, Rule};
use crate::sending::{Request, Sent};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{call, steps, whole};

pub static RULE: Rule = Rule {
    code: "CS0302",
    name: "redirect-uri-mismatch",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The `redirect_uri` of `token` is not the one `authorize` has sent. Where `token` sends none at all, it is a warning.

## Why
The code is bound to the address it was asked for. A provider compares the two and answers `invalid_grant` when they
differ; some do not compare when the second is missing.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "redirect_uri": "{{oauth.localRedirectUri}}" },
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "code": "{{temp.code}}", "redirect_uri": "{{oauth.redirectUri}}" }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "redirect_uri": "{{oauth.localRedirectUri}}" },
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "code": "{{temp.code}}", "redirect_uri": "{{oauth.localRedirectUri}}" }
  }
}
```

## Fix
Copying the address of `authorize` into `token` is suggested; which of the two is registered only its author knows.

## Source
RFC 6749 §4.1.3; connection.md §4.5.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code()) else {
        return;
    };
    let asked = authorize.sends("redirect_uri");
    let (Some(wanted), Some(asked_at)) = (asked.text().and_then(address), asked.place()) else { return };
    let Some(token) = connection.requests_of(Phase::Token).into_iter().find(redeems_a_code) else { return };
    let redeemed = token.sends("redirect_uri");
    let finding = match (&redeemed, redeemed.text().and_then(address)) {
        (Sent::Absent, _) => missing(connection, &token, asked.text().unwrap_or_default()),
        (_, Some(found)) if found != wanted => {
            different(connection, &token, &redeemed, asked.text().unwrap_or_default())
        }
        _ => return,
    };
    findings.push(finding.also(asked_at, "`authorize` sends this").in_block(token.block));
}

fn missing(connection: &Connection<'_>, token: &Request<'_, '_>, asked: &str) -> Diagnostic {
    let mut finding = RULE
        .finding("`token` does not repeat the `redirect_uri` that `authorize` has sent")
        .at(token.key_place())
        .why("the code is bound to that address: strict providers answer `invalid_grant`")
        .help("send the same `redirect_uri` in the body");
    finding.severity = Severity::Warning;
    let body = token.node.get("body").filter(|body| body.is_object() && !asked.contains("encodeURL"));
    if let Some(body) = body {
        let edits = insert_member(&connection.definition.sources, body, "redirect_uri", &json!(asked));
        finding = finding.fix(Fix::suggestion("repeat the `redirect_uri`").with_edits(edits));
    }
    finding
}

fn different(connection: &Connection<'_>, token: &Request<'_, '_>, sent: &Sent<'_>, asked: &str) -> Diagnostic {
    let mut finding = RULE
        .finding("`token` sends another `redirect_uri` than `authorize`")
        .at(sent.place().unwrap_or_else(|| token.key_place()))
        .why("the code is bound to the address it was asked for: the provider answers `invalid_grant`")
        .help(format!("send {asked} in both"));
    if let (Sent::Member(member), false) = (sent, asked.contains("encodeURL")) {
        let edits = replace_value(&connection.definition.sources, &member.value, &json!(asked));
        finding = finding.fix(Fix::suggestion("send the address of `authorize`").with_edits(edits));
    }
    finding
}

/// The request that brings the code back: the one that sends it.
fn redeems_a_code(token: &Request<'_, '_>) -> bool {
    token.sends("code").is_there()
}

/// What an address is, when it can be told: a text, or one of Make's variables. Those that always hold the same
/// address are that address.
fn address(text: &str) -> Option<String> {
    let template = Template::parse(text);
    if template.is_literal() {
        return Some(decoded(text));
    }
    let expr = whole(&template)?;
    let expr = match call(&template, expr) {
        Some(("encodeURL", [only])) => only,
        _ => expr,
    };
    match steps(&template, expr)?.as_slice() {
        [root, variable] if root == "oauth" => Some(match variable.as_str() {
            "redirectUri" => "https://www.integromat.com/oauth/cb/app".to_owned(),
            "makeRedirectUri" => "https://www.make.com/oauth/cb/app".to_owned(),
            other => format!("oauth.{other}"),
        }),
        _ => None,
    }
}

fn decoded(literal: &str) -> String {
    literal.replace("%3A", ":").replace("%3a", ":").replace("%2F", "/").replace("%2f", "/")
}
