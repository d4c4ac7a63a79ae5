//! `authorize-missing-client-id`: a redirect that does not say which client asks.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::site::{Phase, Site};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0327",
    name: "authorize-missing-client-id",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize` sends no `client_id`.

## Why
The provider does not know which application asks, and shows an error page instead of its consent page.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code", "redirect_uri": "{{oauth.localRedirectUri}}" }
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
      "client_id": "{{common.clientId}}",
      "redirect_uri": "{{oauth.localRedirectUri}}"
    }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Source
RFC 6749 §4.1.1.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code()) else {
        return;
    };
    // Without a query of its own, everything may come from where `url` is computed; `client_key` and the like are a
    // provider's own names; other spellings are for `oauth-parameter-misspelt`.
    let reads_client = |site: &Site<'_>| {
        let is_sent = matches!(site.path().first().copied(), Some("url" | "qs" | "temp"));
        is_sent && site.reads().iter().any(|read| read.key().is_some_and(|key| is_client(&normal(key))))
    };
    let names_client =
        authorize.node.get("qs").is_some_and(|qs| qs.members().iter().any(|member| is_client(&normal(&member.key))));
    let asks = authorize.sends("response_type").is_there();
    if !asks || !authorize.sends("client_id").is_absent() || names_client || authorize.sites().iter().any(reads_client)
    {
        return;
    }
    findings.push(
        RULE.finding("`authorize` sends no `client_id`")
            .at(authorize.key_place())
            .why("the provider does not know who asks, and shows an error instead of its consent page")
            .help("add `\"client_id\": \"{{common.clientId}}\"` to `qs`, or the form field that holds it")
            .in_block(authorize.block),
    );
}

/// Whether a name is one of a client: `clientId`, `app_id`, `consumerKey`.
fn is_client(name: &str) -> bool {
    name.contains("client") || name.contains("consumer") || name.starts_with("app")
}
