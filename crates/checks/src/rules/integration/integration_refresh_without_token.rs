//! `integration-refresh-without-token`: a `refresh` that sends no refresh token.

use crate::integration::{Integration, Stage, parameter};
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::Severity;
pub static RULE: Rule = Rule {
    code: "CS1131",
    name: "integration-refresh-without-token",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A `refresh` in which `oauth` is not read at all.

## Why
The provider cannot know whose token to renew (RFC 6749 §6). A refresh with the client's own credentials, without a
refresh token, is left alone.

## Example
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id=a&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" },
    "refresh": { "url": "https://acme.test/token?grant_type=refresh_token", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id=a&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" },
    "refresh": { "url": "https://acme.test/token?grant_type=refresh_token&refresh_token={{ oauth.refresh_token }}", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Source
chiefonboarding.md §2; RFC 6749 §6.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let Some(item) = integration.oauth().and_then(|oauth| oauth.refresh.as_ref()) else { return };
    let reads = integration.texts_of(Stage::Refresh).any(|text| text.reads("oauth") || text.template.error().is_some());
    let grant = item.node.get("data").and_then(|data| data.get("grant_type")).and_then(|grant| grant.as_str());
    let query = item.url.as_ref().and_then(|url| parameter(url.value.source(), "grant_type"));
    let renews = [grant, query].into_iter().flatten().all(|grant| grant == "refresh_token");
    let Some(member) = integration.oauth_member("refresh").filter(|_| !reads && renews) else { return };
    findings.push(
        RULE.finding("`refresh` sends no refresh token")
            .at(member.key_place)
            .why("the provider cannot know whose token to renew (RFC 6749 §6)")
            .help("send `refresh_token` with `{{ oauth.refresh_token }}`")
            .in_block("oauth.refresh"),
    );
}
