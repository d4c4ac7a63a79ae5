//! `integration-refresh-missing`: `oauth` without `refresh`.

use crate::integration::Integration;
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::Severity;
pub static RULE: Rule = Rule {
    code: "CS1106",
    name: "integration-refresh-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An `oauth` without `refresh`.

## Why
The documentation calls it optional, and the validator demands it. Where a manifest came in without, the first call after
the token has ended breaks off with an error if the answer had an `expires_in`.

## Example
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id={{ ID }}&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id={{ ID }}&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" },
    "refresh": { "url": "https://acme.test/token?refresh_token={{ oauth.refresh_token }}", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Source
chiefonboarding.md §2, §3 Refresh, §7.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let Some(oauth) = &integration.manifest.oauth else { return };
    if oauth.value.refresh.is_none() {
        findings.push(
            RULE.finding("`oauth` has no `refresh`")
                .at(oauth.key)
                .why("the validator demands it; without it a token that ends ends every run with it")
                .help("add the request that renews the token: `grant_type=refresh_token` with `{{ oauth.refresh_token }}`")
                .in_block("oauth"),
        );
    }
}
