//! `oauth1-signing-key-missing`: a signature made with nothing.

use connspec_diagnostics::Severity;
use connspec_spec::Kind;

use super::signing::Signing;
use crate::logged::is_logged;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0920",
    name: "oauth1-signing-key-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A request of an OAuth 1 connection that is signed with a `consumer_key` and without what the method signs with:
`consumer_secret`, or `private_key` for `RSA-SHA1`.

## Why
The signature is made with it. One made with nothing is another one, and the service refuses the request.

## Example
```jsonc connection
{
  "oauth": { "consumer_key": "{{common.consumerKey}}" },
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
RFC 5849 §3.4.2, §3.4.3; communication.md §5.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.definition.kind != Kind::OAuth1 {
        return;
    }
    let mut told = Vec::new();
    for (_, block, request) in connection.requests().filter(|(phase, _, node)| is_logged(*phase, node)) {
        let signing = Signing::of(connection, request);
        let Some(consumer) = signing.member("consumer_key").filter(|_| !signing.is_computed()) else { continue };
        let method = signing.member("signature_method");
        let (has_secret, has_key) =
            (signing.member("consumer_secret").is_some(), signing.member("private_key").is_some());
        let (place, message, help) = match method.map(|method| (method.value.as_str(), method.value.place)) {
            Some((Some("RSA-SHA1"), place)) if !has_key => {
                (place, "`RSA-SHA1` is asked for, and there is no `private_key`".to_owned(), "add `private_key`")
            }
            Some((Some(method @ ("HMAC-SHA1" | "PLAINTEXT")), place)) if !has_secret && has_key => {
                let message = format!("`{method}` signs with `consumer_secret`, and there is only a `private_key`");
                (place, message, "write `RSA-SHA1`, or add `consumer_secret`")
            }
            None | Some((Some("HMAC-SHA1" | "PLAINTEXT"), _)) if !has_secret && !has_key => {
                let message = "requests are signed without a `consumer_secret`".to_owned();
                (consumer.key_place, message, "add `consumer_secret` beside `consumer_key`")
            }
            _ => continue,
        };
        if told.contains(&place) {
            continue;
        }
        told.push(place);
        findings.push(
            RULE.finding(message)
                .at(place)
                .why("the signature is made with it: the service finds another one and refuses the request")
                .help(help)
                .in_block(block),
        );
    }
}
