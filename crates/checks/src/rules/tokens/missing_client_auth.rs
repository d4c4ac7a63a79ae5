//! `missing-client-auth`: a token request that does not say which client asks.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::{Phase, Site};
use crate::subject::Connection;
use crate::symbolic::plain;

pub static RULE: Rule = Rule {
    code: "CS0521",
    name: "missing-client-auth",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token` redeems a code, or asks with `client_credentials`, and names no client: no `client_id`, no `authorization`
header.

## Why
The provider must know who asks: it answers `invalid_client` or `invalid_request`. The password grant may go without,
and so may a login of a service's own.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "authorization_code", "code": "{{temp.code}}" }
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
    "body": {
      "grant_type": "authorization_code",
      "code": "{{temp.code}}",
      "client_id": "{{parameters.clientId}}",
      "client_secret": "{{parameters.clientSecret}}"
    }
  }
}
```

## Source
RFC 6749 §2.3, §3.2.1, §4.1.3.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for token in connection.requests_of(Phase::Token).into_iter().filter(|token| token.node.get("url").is_some()) {
        let redeems = connection.exchanges_code()
            && token.sends("code").is_there()
            && token.sends("grant_type").literal() == Some("authorization_code");
        let for_itself = token.sends("grant_type").literal() == Some("client_credentials");
        if !(redeems || for_itself) || may_name_a_client(&token) {
            continue;
        }
        findings.push(
            RULE.finding(format!("`{}` does not say which client asks", token.block))
                .at(token.key_place())
                .why("the provider answers `invalid_client`: it must know who asks")
                .help("send `client_id` and `client_secret` in the body, or an `authorization` header")
                .in_block(token.block),
        );
    }
}

/// Whether anything the request sends may tell the client: a header of any kind of authorization, a parameter named
/// like a client, a value that comes from the form or from common data, or something computed.
fn may_name_a_client(token: &Request<'_, '_>) -> bool {
    let names = |name: &str| {
        let name = plain(name);
        ["client", "authorization", "assertion", "appid", "key", "secret"].iter().any(|part| name.contains(part))
    };
    let tells = |site: &&Site<'_>| {
        site.path().iter().any(|key| names(key) || key.contains("{{"))
            || site.reads().iter().any(|read| matches!(read.root(), "parameters" | "common" | "data" | "connection"))
    };
    let mut sent = token
        .sites()
        .iter()
        .filter(|site| !site.is_response_side() && site.path().first().is_some_and(|key| *key != "condition"));
    let has_certificate = token.node.get("ca").is_some() || token.node.get("oauth").is_some();
    has_certificate || !token.sends("client_id").is_absent() || sent.any(|site| tells(&site))
}
