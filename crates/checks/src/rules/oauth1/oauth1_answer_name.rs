//! `oauth1-answer-name`: the answer of OAuth 1 read by the names of OAuth 2.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Kind;

use crate::parameters::is_one_slip;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::sending::Request;
use crate::site::{Phase, Read};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0924",
    name: "oauth1-answer-name",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`requestToken` or `accessToken` reads its answer by another name than OAuth 1 has: `body.access_token`,
`body.oauthToken`, a slip in `oauth_token_secret`.

## Why
The answer is form text with `oauth_token` and `oauth_token_secret`. Anything else is undefined, and nothing fails until
a request is signed with an empty token. A second request beside the exchange may have an answer of another kind.

## Example
```jsonc connection
{
  "requestToken": { "url": "https://api.acme.test/oauth/request_token" },
  "accessToken": {
    "url": "https://api.acme.test/oauth/access_token",
    "response": { "type": "urlencoded", "data": { "accessToken": "{{body.access_token}}" } }
  }
}
```

## Instead
```jsonc connection
{
  "requestToken": { "url": "https://api.acme.test/oauth/request_token" },
  "accessToken": {
    "url": "https://api.acme.test/oauth/access_token",
    "response": { "type": "urlencoded", "data": { "accessToken": "{{body.oauth_token}}" } }
  }
}
```

## Fix
The name of the standard is suggested.

## Source
RFC 5849 §2.1, §2.3.
"#;

const NAMES: &[&str] = &["oauth_token", "oauth_token_secret"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.definition.kind != Kind::OAuth1 {
        return;
    }
    let fetches = |phase: Phase| matches!(phase, Phase::RequestToken | Phase::AccessToken);
    let exchanges = |phase: Phase| connection.requests_of(phase).any(|request| is_exchange(&request));
    let (requests, accesses) = (exchanges(Phase::RequestToken), exchanges(Phase::AccessToken));
    let has_exchange = |phase: Phase| if phase == Phase::RequestToken { requests } else { accesses };
    for request in connection.each_request().filter(|request| fetches(request.phase)) {
        // A service that answers with JSON has words of its own.
        let kind = request.member(&["response", "type"]).map(|kind| kind.value.as_str());
        if kind.is_some_and(|kind| kind != Some("urlencoded")) {
            continue;
        }
        // Nor is every request of the phase the exchange: beside another one, what is not read as form text asks for
        // something else.
        if kind.is_none() && !is_exchange(&request) && has_exchange(request.phase) {
            continue;
        }
        for site in request.sites_under(&["response"]) {
            for read in site.reads().iter().filter(|read| read.root() == "body" && read.segments.len() == 2) {
                let Some((name, meant)) = read.key().and_then(|name| Some((name, meant(name)?))) else { continue };
                if site.reads_variable(&["body", meant]) {
                    continue;
                }
                let right = format!("body.{meant}");
                findings.push(
                    RULE.finding(format!("the answer has no `{name}`"))
                        .at(read.place)
                        .why("it brings `oauth_token` and `oauth_token_secret` (RFC 5849 §2.3): this is undefined")
                        .help(format!("did you mean `{right}`?"))
                        .fix(Fix::suggestion(format!("read `{right}`")).replace(read.place, right))
                        .in_block(&site.block),
                );
            }
        }
    }
}

/// Whether a request reads its answer as form text, or by a name that only answers of OAuth 1 have.
fn is_exchange(request: &Request<'_, '_>) -> bool {
    let is_theirs =
        |read: &Read<'_>| read.root() == "body" && read.key().is_some_and(|key| key.starts_with("oauth_token"));
    let is_form = request.member(&["response", "type"]).is_some_and(|kind| kind.value.as_str() == Some("urlencoded"));
    is_form || request.sites_under(&["response"]).any(|site| site.reads().iter().any(is_theirs))
}

/// The name of OAuth 1 that is meant by another.
fn meant(name: &str) -> Option<&'static str> {
    if NAMES.contains(&name) {
        return None;
    }
    let written = normal(name);
    match written.as_str() {
        "accesstoken" | "oauthaccesstoken" | "requesttoken" => return Some("oauth_token"),
        "accesstokensecret" | "oauthaccesstokensecret" | "requesttokensecret" | "tokensecret" => {
            return Some("oauth_token_secret");
        }
        _ => {}
    }
    NAMES.iter().copied().find(|known| {
        let known = normal(known);
        written == known || is_one_slip(written.as_bytes(), known.as_bytes())
    })
}
