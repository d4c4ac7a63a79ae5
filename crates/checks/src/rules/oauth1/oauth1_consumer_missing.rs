//! `oauth1-consumer-missing`: a request that is signed for nobody.

use connspec_diagnostics::Severity;
use connspec_spec::Kind;

use super::signing::{Signing, is_signed_by_hand};
use crate::logged::is_logged;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0905",
    name: "oauth1-consumer-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A request of an OAuth 1 connection without `consumer_key`, neither in its own `oauth` nor in the shared one.

## Why
The consumer key says which application asks; the service cannot check a signature without knowing whose it is. A request
that brings a signature made by hand is left alone.

## Example
```jsonc connection
{
  "requestToken": { "url": "https://api.acme.test/oauth/request_token", "oauth": { "signature_method": "HMAC-SHA1" } },
  "accessToken": { "url": "https://api.acme.test/oauth/access_token", "oauth": { "token": "{{temp.token}}", "token_secret": "{{temp.tokenSecret}}" } }
}
```

## Instead
```jsonc connection
{
  "oauth": { "consumer_key": "{{common.consumerKey}}", "consumer_secret": "{{common.consumerSecret}}" },
  "requestToken": { "url": "https://api.acme.test/oauth/request_token" },
  "accessToken": { "url": "https://api.acme.test/oauth/access_token", "oauth": { "token": "{{temp.token}}", "token_secret": "{{temp.tokenSecret}}" } }
}
```

## Source
RFC 5849 §3.1; communication.md §5, pitfalls.md 141.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if connection.definition.kind != Kind::OAuth1 {
        return;
    }
    for request in connection.each_request().filter(|request| is_logged(request.phase, request.node)) {
        let Request { phase, block, node, .. } = request;
        let signing = Signing::of(connection, node);
        // A request without any `oauth` may carry its proof itself; those that fetch tokens cannot.
        let fetches = matches!(phase, Phase::RequestToken | Phase::AccessToken);
        let unsigned = !signing.is_there() && (!fetches || is_signed_by_hand(&request));
        if unsigned || signing.is_computed() || signing.member("consumer_key").is_some() {
            continue;
        }
        let place = node.member("oauth").or_else(|| node.member("url")).map_or(node.place, |member| member.key_place);
        findings.push(
            RULE.finding(format!("`{block}` is signed without a `consumer_key`"))
                .at(place)
                .why("the service cannot know whose signature it is, and refuses the request")
                .help("add `consumer_key` and `consumer_secret` to the `oauth` that all blocks share")
                .in_block(block),
        );
    }
}
