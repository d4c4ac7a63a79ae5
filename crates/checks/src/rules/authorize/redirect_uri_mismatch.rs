//! `redirect-uri-mismatch`: `authorize` and `token` send different addresses.

use connspec_diagnostics::{Diagnostic, Edit, Fix, Severity};
use serde_json::json;

use super::callback::advised;
use super::nonexistent_oauth_variable::VARIABLES;
use crate::edit::{insert_member, replace_value};
use crate::providers::NO_REDIRECT_IN_TOKEN;
use crate::rule::{Check, Findings, Rule};
use crate::sending::{Request, Sent};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{call, steps};

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
differ; some do not compare when the second is missing. Shopify and DingTalk, whose token requests have none, are left
alone.

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
One address for both is suggested: that of `authorize`, unless [CS0303](redirect-uri-hardcoded.md) or
[CS0304](legacy-redirect-variable.md) advise against it; then `{{oauth.localRedirectUri}}`. Which one is registered only
its author knows.

## Source
RFC 6749 §4.1.3; connection.md §4.5.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code()) else {
        return;
    };
    let asked = authorize.sends("redirect_uri");
    let (Some(wanted), Some(asked_at)) = (address(&asked), asked.place()) else { return };
    if reads_no_variable(&asked) {
        return;
    }
    let Some(token) = connection.requests_of(Phase::Token).find(redeems_a_code) else { return };
    let redeemed = token.sends("redirect_uri");
    if reads_no_variable(&redeemed) {
        return;
    }
    let is_missing = redeemed.is_absent();
    let is_different = address(&redeemed).is_some_and(|found| found != wanted);
    if !(is_different || is_missing && !token.goes_to(NO_REDIRECT_IN_TOKEN)) {
        return;
    }
    let advised = advised(connection, asked.text().unwrap_or_default(), redeemed.text());
    let finding = if is_missing { missing(&token, advised) } else { different(&token, &redeemed, advised) };
    let finding = match edits(connection, &token, [&asked, &redeemed], advised) {
        Some(edits) => finding.fix(Fix::suggestion(format!("send {advised} in both")).with_edits(edits)),
        None => finding,
    };
    findings.push(finding.also(asked_at, "`authorize` sends this").in_block(token.block));
}

fn missing(token: &Request<'_, '_>, advised: &str) -> Diagnostic {
    let mut finding = RULE
        .finding("`token` does not repeat the `redirect_uri` that `authorize` has sent")
        .at(token.key_place())
        .why("the code is bound to that address: strict providers answer `invalid_grant`")
        .help(format!("send {advised} in both, here in the body"));
    finding.severity = Severity::Warning;
    finding
}

fn different(token: &Request<'_, '_>, sent: &Sent<'_>, advised: &str) -> Diagnostic {
    RULE.finding("`token` sends another `redirect_uri` than `authorize`")
        .at(sent.place().unwrap_or_else(|| token.key_place()))
        .why("the code is bound to the address it was asked for: the provider answers `invalid_grant`")
        .help(format!("send {advised} in both, and have that address registered with the provider"))
}

/// What makes both send the advised address; none where one of them stands inside a url or another text.
fn edits(
    connection: &Connection<'_>,
    token: &Request<'_, '_>,
    sent: [&Sent<'_>; 2],
    advised: &str,
) -> Option<Vec<Edit>> {
    let sources = &connection.definition.sources;
    let mut edits = Vec::new();
    for sent in sent.into_iter().filter(|sent| sent.text() != Some(advised)) {
        match sent {
            Sent::Member(member) => edits.extend(replace_value(sources, &member.value, &json!(advised))),
            Sent::Absent => {
                let body = token.node.get("body").filter(|body| body.is_object())?;
                edits.extend(insert_member(sources, body, "redirect_uri", &json!(advised)));
            }
            Sent::Inline(..) | Sent::Unknown => return None,
        }
    }
    Some(edits).filter(|_| !advised.contains("encodeURL"))
}

/// Whether a member of `oauth` is read that there is not: [CS0314](super::nonexistent_oauth_variable) says so, and
/// what is sent is not known before.
fn reads_no_variable(sent: &Sent<'_>) -> bool {
    let template = sent.template();
    let mut variables = template.iter().flat_map(|template| template.variables());
    variables.any(
        |read| matches!(&read.segments[..], [root, key, ..] if root == "oauth" && !VARIABLES.contains(&key.as_str())),
    )
}

/// The request that brings the code back: the one that sends it.
fn redeems_a_code(token: &Request<'_, '_>) -> bool {
    token.sends("code").is_there()
}

/// What an address is, when it can be told: a text, or one of Make's variables. Those that always hold the same
/// address are that address.
fn address(sent: &Sent<'_>) -> Option<String> {
    let (text, template) = (sent.text()?, sent.template()?);
    if template.is_literal() {
        return Some(decoded(text));
    }
    let mut expressions = template.expressions();
    let (Some(only), None) = (expressions.next(), expressions.next()) else { return None };
    let (before, behind) = text.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?.1)))?;
    let expr = match call(&template, &only.expr) {
        Some(("encodeURL", [only])) => only,
        _ => &only.expr,
    };
    let address = match steps(&template, expr)? {
        [root, variable] if root == "oauth" => match variable.as_str() {
            "redirectUri" => "https://www.integromat.com/oauth/cb/app".to_owned(),
            "makeRedirectUri" => "https://www.make.com/oauth/cb/app".to_owned(),
            other => format!("oauth.{other}"),
        },
        _ => return None,
    };
    Some(format!("{}{address}{}", decoded(before), decoded(behind)))
}

fn decoded(literal: &str) -> String {
    literal.replace("%3A", ":").replace("%3a", ":").replace("%2F", "/").replace("%2f", "/")
}
