//! `grant-parameter-missing`: a grant without what it is redeemed for.

use connspec_diagnostics::{Place, Severity};

use crate::misnamed::misnamed;
use crate::parameters::JWT_BEARER;
use crate::request::header;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::is_as;
use crate::sending::Request;
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0540",
    name: "grant-parameter-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token` or `refresh` asks with a grant and does not send what that grant is redeemed for: `authorization_code` without a
`code`, `password` without `username` or `password`, `refresh_token` without the refresh token, the grant of a signed
assertion without `assertion`.

## Why
These parameters are required. The provider answers `invalid_request`. Where no `authorize` brings a code, another grant
was meant.

Nothing is said of a request that sends something computed under a name of the provider's own.

## Example
```jsonc connection
{
  "token": {
    "condition": "{{!data.accessToken}}",
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "body": { "grant_type": "password", "password": "{{parameters.password}}" }
  }
}
```
```jsonc connection
{
  "token": {
    "condition": "{{!data.accessToken}}",
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "body": { "grant_type": "authorization_code", "client_id": "{{parameters.clientId}}" }
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
    "body": {
      "grant_type": "password",
      "username": "{{parameters.username}}",
      "password": "{{parameters.password}}"
    }
  }
}
```
```jsonc connection
{
  "token": {
    "condition": "{{!data.accessToken}}",
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "body": { "grant_type": "client_credentials", "client_id": "{{parameters.clientId}}" }
  }
}
```

## Source
RFC 6749 §4.1.3, §4.3.2, §6; RFC 7523 §2.1.
"#;

/// What each grant is redeemed for.
const REQUIRED: &[(&str, &[&str])] = &[
    ("authorization_code", &["code"]),
    ("password", &["username", "password"]),
    ("refresh_token", &["refresh_token"]),
    (JWT_BEARER, &["assertion"]),
];

/// What a token request may send besides.
const BESIDES: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "redirect_uri",
    "code",
    "code_verifier",
    "refresh_token",
    "username",
    "password",
    "scope",
    "audience",
    "resource",
];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let asks = |request: &Request<'_, '_>| matches!(request.phase, Phase::Token | Phase::Refresh);
    for request in connection.each_request().filter(asks) {
        let sent = request.sends("grant_type");
        let Some((grant, names)) = REQUIRED.iter().find(|(grant, _)| sent.literal() == Some(grant)) else { continue };
        // `refresh-wrong-grant` tells it.
        if *grant == "authorization_code" && request.phase == Phase::Refresh {
            continue;
        }
        let missing: Vec<_> = names.iter().copied().filter(|name| request.sends(name).is_absent()).collect();
        if missing.is_empty() || has_words_of_its_own(connection, &request, names) {
            continue;
        }
        let comes_from_nowhere = *grant == "authorization_code" && connection.has_no_browser();
        let is_another = *grant == "refresh_token" && request.sends("code").is_there();
        let of_grant = sent.place().filter(|_| comes_from_nowhere || is_another || missing.len() > 1);
        let listed = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
        let help = match *grant {
            _ if comes_from_nowhere => {
                "only an `authorize` brings a code: ask with `client_credentials`, or add one".into()
            }
            _ if is_another => "a code is redeemed with `authorization_code`".into(),
            "password" if missing.len() > 1 => format!("send {listed}, or ask with `client_credentials`"),
            _ => format!("send {listed}"),
        };
        findings.push(
            RULE.finding(format!(
                "`{}` asks with `{grant}` and sends no {}",
                request.block,
                listed.replace(" and ", " and no ")
            ))
            .at(of_grant.unwrap_or_else(|| body_place(&request)))
            .why("this grant is redeemed for it: the provider answers `invalid_request`")
            .help(help)
            .in_block(request.block),
        );
    }
}

/// Where a parameter is missing: at `body`, or the block when it has none.
fn body_place(request: &Request<'_, '_>) -> Place {
    request.node.member("body").map_or_else(|| request.key_place(), |body| body.key_place)
}

/// Whether something that is sent may be the parameter under another name.
fn has_words_of_its_own<'a>(connection: &Connection<'a>, request: &Request<'_, 'a>, names: &[&str]) -> bool {
    let objects = ["qs", "body"].into_iter().filter_map(|key| request.node.get(key));
    let mut members = objects.flat_map(|object| object.effective_members());
    let is_own = members.any(|member| {
        let is_computed = member.value.as_str().is_none_or(|text| text.contains("{{"));
        is_computed && !BESIDES.contains(&member.key.as_str())
    });
    let in_header = header(request.node, "authorization").and_then(|header| connection.site_of(&header.value));
    let proves_user = in_header.is_some_and(|site| {
        let mut keys = site.reads().iter().filter_map(|read| read.segments.last());
        keys.any(|key| names.iter().chain(&["user", "email", "login"]).any(|name| is_as(key, &name.replace('_', ""))))
    });
    is_own || proves_user || !misnamed(connection, request).is_empty()
}
