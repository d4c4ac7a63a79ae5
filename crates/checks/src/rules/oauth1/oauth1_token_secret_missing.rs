//! `oauth1-token-secret-missing`: a request signed with a token and without its secret.

use connspec_diagnostics::Severity;
use connspec_spec::{Kind, Node};

use super::signing::Signing;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0903",
    name: "oauth1-token-secret-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`accessToken` or `info` signs with a `token` and without `token_secret`.

## Why
The key of an HMAC signature is the consumer's secret and the token's secret together (RFC 5849 §3.4.2). Without the
second the signature is wrong, and every request is refused.

## Example
```jsonc connection
{
  "oauth": { "consumer_key": "{{common.consumerKey}}", "consumer_secret": "{{common.consumerSecret}}" },
  "requestToken": { "url": "https://api.acme.test/oauth/request_token" },
  "accessToken": { "url": "https://api.acme.test/oauth/access_token", "oauth": { "token": "{{temp.token}}" } }
}
```

## Instead
```jsonc connection
{
  "oauth": { "consumer_key": "{{common.consumerKey}}", "consumer_secret": "{{common.consumerSecret}}" },
  "requestToken": { "url": "https://api.acme.test/oauth/request_token" },
  "accessToken": {
    "url": "https://api.acme.test/oauth/access_token",
    "oauth": { "token": "{{temp.token}}", "token_secret": "{{temp.tokenSecret}}" }
  }
}
```

## Source
RFC 5849 §3.4.2; Make's own template; pitfalls.md 139.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.definition.kind != Kind::OAuth1 {
        return;
    }
    for (phase, block, request) in connection.requests() {
        if !matches!(phase, Phase::AccessToken | Phase::Info) {
            continue;
        }
        let signing = Signing::of(connection, request);
        let (Some(token), None) = (signing.member("token"), signing.member("token_secret")) else { continue };
        // RSA signs with the consumer's private key alone (RFC 5849 §3.4.3).
        let method = signing.member("signature_method").map(|method| &method.value);
        let rsa = signing.member("private_key").is_some() || method.is_some_and(is_rsa_or_computed);
        if signing.is_computed() || rsa {
            continue;
        }
        findings.push(
            RULE.finding(format!("`{block}` signs with a token and without its secret"))
                .at(token.key_place)
                .why("the key of the signature is both secrets together (RFC 5849 §3.4.2): without it every request is refused")
                .help("add `token_secret`, the one that came with the token")
                .in_block(block),
        );
    }
}

fn is_rsa_or_computed(method: &Node) -> bool {
    method.as_str().is_none_or(|method| method.eq_ignore_ascii_case("RSA-SHA1") || method.contains("{{"))
}
