//! `oauth1-callback-missing`: the provider is not told where to send the browser back to.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::{Kind, Member};

use super::signing::{Signing, exchange, is_signed_by_hand};
use crate::edit::rename_member;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::{Phase, Read};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0922",
    name: "oauth1-callback-missing",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`requestToken` sends no `oauth_callback`: under another name, which is a warning, or not at all, which is advice.

## Why
It is where the provider sends the browser back to, and RFC 5849 requires it. Without it some services go to the address
that was registered with them, and others show a number or refuse.

## Example
```jsonc connection
{
  "oauth": { "consumer_key": "{{common.consumerKey}}", "consumer_secret": "{{common.consumerSecret}}" },
  "requestToken": {
    "url": "https://api.acme.test/oauth/request_token",
    "qs": { "redirect_uri": "{{oauth.localRedirectUri}}" },
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

## Fix
The name is suggested where another one carries the address.

## Source
RFC 5849 §2.1.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize) else { return };
    if connection.definition.kind != Kind::OAuth1 || !authorize.sends("oauth_callback").is_absent() {
        return;
    }
    if let Some(request) = exchange(connection, Phase::RequestToken, |request| may_send_callback(connection, request)) {
        let is_address = |member: &&Member| {
            let site = connection.site_of(&member.value);
            site.is_some_and(|site| site.reads().iter().any(is_redirect))
        };
        let objects = ["qs", "body"].into_iter().filter_map(|key| request.node.get(key));
        let other = objects.flat_map(|object| object.effective_members()).find(is_address);
        let why = "the provider must be told where to send the browser back to (RFC 5849 §2.1)";
        findings.push(match other {
            Some(other) => RULE
                .finding(format!("the callback is sent as `{}`", other.key))
                .at(other.key_place)
                .why(why)
                .help("did you mean `oauth_callback`?")
                .fix(Fix::suggestion("call it `oauth_callback`").with_edits(rename_member(other, "oauth_callback")))
                .in_block(request.block),
            None => {
                let mut finding = RULE
                    .finding(format!("`{}` sends no `oauth_callback`", request.block))
                    .at(request.node.member("qs").map_or_else(|| request.key_place(), |qs| qs.key_place))
                    .why(why)
                    .help("send `\"oauth_callback\": \"{{oauth.localRedirectUri}}\"`, unless it is registered there")
                    .in_block(request.block);
                finding.severity = Severity::Info;
                finding
            }
        });
    }
}

/// `oauth.redirectUri` and its likes.
fn is_redirect(read: &Read<'_>) -> bool {
    read.root() == "oauth" && read.key().is_some_and(|key| key.to_ascii_lowercase().ends_with("redirecturi"))
}

/// Whether a request may send the callback, in one of its ways.
fn may_send_callback<'a>(connection: &Connection<'a>, request: &Request<'_, 'a>) -> bool {
    let signing = Signing::of(connection, request.node);
    let in_signing = ["callback", "oauth_callback"].iter().any(|name| signing.member(name).is_some());
    let is_sent = !request.sends("oauth_callback").is_absent() || in_signing;
    is_sent || signing.is_computed() || is_signed_by_hand(request)
}
