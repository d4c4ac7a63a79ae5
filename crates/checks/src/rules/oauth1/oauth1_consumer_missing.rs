//! `oauth1-consumer-missing`: a request that is signed for nobody.

use connspec_diagnostics::Severity;
use connspec_spec::Kind;

use super::signing::Signing;
use crate::logged::is_logged;
use crate::rule::{Check, Findings, Rule};
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
The consumer key says which application asks; the service cannot check a signature without knowing whose it is.

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
    for (phase, block, request) in connection.requests().filter(|(phase, _, node)| is_logged(*phase, node)) {
        let signing = Signing::of(connection, request);
        // A request without any `oauth` may carry its proof itself; those that fetch tokens cannot.
        let fetches = matches!(phase, Phase::RequestToken | Phase::AccessToken);
        let signs_itself =
            request.at("/headers/authorization").or_else(|| request.at("/headers/Authorization")).is_some();
        let unsigned = !signing.is_there() && (!fetches || signs_itself);
        if unsigned || signing.is_computed() || signing.member("consumer_key").is_some() {
            continue;
        }
        let place =
            request.member("oauth").or_else(|| request.member("url")).map_or(request.place, |member| member.key_place);
        findings.push(
            RULE.finding(format!("`{block}` is signed without a `consumer_key`"))
                .at(place)
                .why("the service cannot know whose signature it is, and refuses the request")
                .help("add `consumer_key` and `consumer_secret` to the `oauth` that all blocks share")
                .in_block(block),
        );
    }
}
