//! `oauth1-token-secret-missing`: a request signed with a token and without its secret.

use connspec_diagnostics::Severity;
use connspec_spec::{Kind, Node};

use super::signing::{Signing, exchange, is_signed_by_hand};
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
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
`accessToken` or `info` signs with a `token` and without `token_secret`, or without either. For `info` without a token it is
a warning.

## Why
The key of an HMAC signature is the consumer's secret and the token's secret together (RFC 5849 §3.4.2). Without the
second the signature is wrong, and every request is refused. Without the token it is signed for nobody: the provider does
not know which request token is exchanged, or whose data is asked for.

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
RFC 5849 §2.3, §3.1, §3.4.2; Make's own template; pitfalls.md 139.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.definition.kind != Kind::OAuth1 {
        return;
    }
    without_token(connection, Phase::AccessToken, findings);
    without_token(connection, Phase::Info, findings);
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

/// A block that is signed with the consumer's credentials alone, although the connection has fetched a token.
fn without_token(connection: &Connection<'_>, phase: Phase, findings: &mut Findings) {
    if connection.first_request(Phase::RequestToken).is_none() {
        return;
    }
    let Some(request) = exchange(connection, phase, |request| may_bring_token(connection, request)) else { return };
    if !Signing::of(connection, request.node).is_there() {
        return;
    }
    let own = request.node.member("oauth");
    let mut finding = RULE
        .finding(format!("`{}` signs without a token", request.block))
        .at(own.map_or_else(|| request.key_place(), |own| own.key_place))
        .in_block(request.block);
    finding = if phase == Phase::AccessToken {
        finding
            .why("the provider cannot know which request token is to be exchanged, and refuses the request")
            .help("add `token` and `token_secret`, those that `requestToken` keeps")
    } else {
        finding.severity = Severity::Warning;
        finding
            .why("it shows which application asks, and not for whom: the request fails, or proves nothing")
            .help("add `token` and `token_secret`, those that `accessToken` stores")
    };
    findings.push(finding);
}

/// Whether a request may bring a token, in one of its ways; a verifying request also one of another kind.
fn may_bring_token<'a>(connection: &Connection<'a>, request: &Request<'_, 'a>) -> bool {
    let signing = Signing::of(connection, request.node);
    let in_signing = ["token", "oauth_token"].iter().any(|name| signing.member(name).is_some());
    let reads_store = || {
        let sites = request.sites().iter().filter(|site| !site.is_response_side());
        sites.flat_map(|site| site.reads()).any(|read| read.root() == "data" || read.root() == "connection")
    };
    in_signing
        || !request.sends("oauth_token").is_absent()
        || signing.is_computed()
        || is_signed_by_hand(request)
        || (request.phase == Phase::Info && reads_store())
}

fn is_rsa_or_computed(method: &Node) -> bool {
    method.as_str().is_none_or(|method| method.eq_ignore_ascii_case("RSA-SHA1") || method.contains("{{"))
}
