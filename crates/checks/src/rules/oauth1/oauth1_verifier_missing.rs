//! `oauth1-verifier-missing`: what the callback brought is not brought back.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Kind;
use serde_json::json;

use super::signing::{Signing, exchange, is_signed_by_hand};
use crate::edit::insert_member;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0921",
    name: "oauth1-verifier-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`accessToken` of a connection that sends the user to the provider does not send the verifier of the callback.

## Why
The provider gives the access token only to who brings back `oauth_verifier`: without it every connection fails. Where
nothing reads it from the callback, this is a warning: services of the time before RFC 5849 know none. Of several requests
one is enough.

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
    "oauth": { "token": "{{temp.token}}" },
    "response": { "temp": { "verifier": "{{query.oauth_verifier}}" } }
  },
  "accessToken": {
    "url": "https://api.acme.test/oauth/access_token",
    "oauth": { "token": "{{temp.token}}", "token_secret": "{{temp.secret}}" }
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

## Fix
`verifier` is suggested, where `temp` has it.

## Source
RFC 5849 §2.3; connection.md §11.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let has_browser =
        [Phase::RequestToken, Phase::Authorize].iter().all(|phase| connection.first_request(*phase).is_some());
    if connection.definition.kind != Kind::OAuth1 || !has_browser {
        return;
    }
    if let Some(request) = exchange(connection, Phase::AccessToken, |request| may_send_verifier(connection, request)) {
        let own = request.node.member("oauth");
        let mut finding = RULE
            .finding(format!("`{}` sends no verifier", request.block))
            .at(own.map_or_else(|| request.key_place(), |own| own.key_place))
            .why("the provider gives the access token only to who brings back the `oauth_verifier` of the callback")
            .help("keep `{{query.oauth_verifier}}` in `authorize.response.temp`, and send it as `verifier` in `oauth`")
            .in_block(request.block);
        if connection.reads_of("query").all(|(_, read)| read.key() != Some("oauth_verifier")) {
            finding.severity = Severity::Warning;
        }
        let kept = connection.names.writes.iter().find(|write| {
            let site = write.value.and_then(|value| connection.site_of(value));
            write.root == "temp" && site.is_some_and(|site| site.reads_variable(&["query", "oauth_verifier"]))
        });
        if let (Some(kept), Some(own)) = (kept, own.filter(|own| own.value.is_object())) {
            let value = json!(format!("{{{{temp.{}}}}}", kept.key));
            let edits = insert_member(&connection.definition.sources, &own.value, "verifier", &value);
            finding = finding.fix(Fix::suggestion("send the verifier").with_edits(edits));
        }
        findings.push(finding);
    }
}

/// Whether a request may send the verifier, in one of its ways.
fn may_send_verifier<'a>(connection: &Connection<'a>, request: &Request<'_, 'a>) -> bool {
    let signing = Signing::of(connection, request.node);
    let names = ["verifier", "oauth_verifier"];
    let is_sent =
        names.iter().any(|name| signing.member(name).is_some()) || !request.sends("oauth_verifier").is_absent();
    is_sent || signing.is_computed() || is_signed_by_hand(request)
}
