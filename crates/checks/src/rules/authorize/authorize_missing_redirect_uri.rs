//! `authorize-missing-redirect-uri`: the provider is not told where to send the browser back to.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::insert_member;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0301",
    name: "authorize-missing-redirect-uri",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize` sends no `redirect_uri`.

## Why
Make does not add the parameter. Most providers refuse a request without it; the others send the browser to whatever
address is registered first, which need not be the Make instance the user is on.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code", "client_id": "{{parameters.clientId}}" },
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": {
      "response_type": "code",
      "client_id": "{{parameters.clientId}}",
      "redirect_uri": "{{oauth.localRedirectUri}}"
    },
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
Adding the `redirect_uri` that `token` sends, or else `{{oauth.localRedirectUri}}`, is suggested: the address must be
registered with the provider.

## Source
Make's documentation of `oauth.localRedirectUri`; RFC 6749 §3.1.2, §4.1.1; connection.md §4.2.
"#;

/// Parameters that bring the whole request along by other means (RFC 9101, RFC 9126).
const PUSHED: &[&str] = &["request_uri", "request"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code()) else {
        return;
    };
    let is_pushed = PUSHED.iter().any(|name| !authorize.sends(name).is_absent());
    if !authorize.sends("redirect_uri").is_absent() || is_pushed || sends_a_callback(&authorize) {
        return;
    }
    let in_token =
        connection.first_request(Phase::Token).and_then(|token| Some(token.sends("redirect_uri").text()?.to_owned()));
    let value = in_token.unwrap_or_else(|| "{{oauth.localRedirectUri}}".to_owned());
    let mut finding = RULE
        .finding("`authorize` sends no `redirect_uri`")
        .at(authorize.key_place())
        .why("Make does not add it, and most providers refuse the request or send the browser elsewhere")
        .help(format!("add `\"redirect_uri\": \"{value}\"` to `qs`"))
        .in_block(authorize.block);
    if let Some(qs) = authorize.node.get("qs").filter(|qs| qs.is_object()) {
        let edits = insert_member(&connection.definition.sources, qs, "redirect_uri", &json!(value));
        finding = finding.fix(Fix::suggestion("send `redirect_uri`").with_edits(edits));
    }
    findings.push(finding);
}

/// Whether the address goes out under another name.
fn sends_a_callback(authorize: &Request<'_, '_>) -> bool {
    authorize.sites().iter().filter(|site| !site.is_response_side()).any(|site| {
        site.template.source().contains("/oauth/cb/")
            || ["redirectUri", "localRedirectUri", "makeRedirectUri"]
                .iter()
                .any(|variable| site.reads_variable(&["oauth", variable]))
    })
}
