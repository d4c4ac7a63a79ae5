//! `oauth1-authorize-token-missing`: the provider does not know what the user is to allow.

use connspec_diagnostics::Severity;
use connspec_spec::Kind;

use super::signing::Signing;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0923",
    name: "oauth1-authorize-token-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize` does not hand the request token on: neither `token` in its `oauth` nor `oauth_token` in the address.

## Why
The provider knows by `oauth_token` which request the user is to allow. Without it its page shows an error.

## Example
```jsonc connection
{
  "oauth": { "consumer_key": "{{common.consumerKey}}", "consumer_secret": "{{common.consumerSecret}}" },
  "requestToken": {
    "url": "https://api.acme.test/oauth/request_token",
    "qs": { "oauth_callback": "{{oauth.localRedirectUri}}" },
    "response": { "type": "urlencoded", "temp": { "token": "{{body.oauth_token}}", "secret": "{{body.oauth_token_secret}}" } }
  },
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "verifier": "{{query.oauth_verifier}}" } }
  },
  "accessToken": {
    "url": "https://api.acme.test/oauth/access_token",
    "oauth": { "token": "{{temp.token}}", "token_secret": "{{temp.secret}}", "verifier": "{{temp.verifier}}" }
  }
}
```

## Instead
```jsonc connection
{
  "oauth": { "consumer_key": "{{common.consumerKey}}", "consumer_secret": "{{common.consumerSecret}}" },
  "requestToken": {
    "url": "https://api.acme.test/oauth/request_token",
    "qs": { "oauth_callback": "{{oauth.localRedirectUri}}" },
    "response": { "type": "urlencoded", "temp": { "token": "{{body.oauth_token}}", "secret": "{{body.oauth_token_secret}}" } }
  },
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "oauth": { "token": "{{temp.token}}" },
    "response": { "temp": { "verifier": "{{query.oauth_verifier}}" } }
  },
  "accessToken": {
    "url": "https://api.acme.test/oauth/access_token",
    "oauth": { "token": "{{temp.token}}", "token_secret": "{{temp.secret}}", "verifier": "{{temp.verifier}}" }
  }
}
```

## Source
RFC 5849 §2.2; connection.md §11; communication.md §5.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.definition.kind != Kind::OAuth1 || connection.first_request(Phase::RequestToken).is_none() {
        return;
    }
    for request in connection.requests_of(Phase::Authorize).filter(|request| request.url().is_some()) {
        let signing = Signing::of(connection, request.node);
        let is_signed = ["token", "oauth_token"].iter().any(|name| signing.member(name).is_some());
        if is_signed || signing.is_computed() || !request.sends("oauth_token").is_absent() {
            continue;
        }
        let own = request.node.member("oauth");
        findings.push(
            RULE.finding(format!("`{}` does not hand the request token on", request.block))
                .at(own.map_or_else(|| request.key_place(), |own| own.key_place))
                .why("the provider knows by `oauth_token` what the user is to allow: its page shows an error")
                .help("add `\"oauth\": { \"token\": \"{{temp.…}}\" }`, with the token that `requestToken` keeps")
                .in_block(request.block),
        );
    }
}
