//! `integration-offline-access-missing`: no refresh token is asked for in the way the provider wants.

use crate::integration::{Integration, host, parameter};
use crate::providers::{OFFLINE_BY_PARAMETER, OFFLINE_BY_SCOPE, is_one_of};
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::{Fix, Severity, Span};
pub static RULE: Rule = Rule {
    code: "CS1129",
    name: "integration-offline-access-missing",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A manifest with `refresh` whose `authenticate_url` does not ask for a refresh token: Google wants `access_type=offline`
and `prompt=consent`, Microsoft and others the scope `offline_access`.

## Why
Without it the provider gives no refresh token, or gives it at the very first time alone: the integration ends with its
first access token.

## Example
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://accounts.google.com/o/oauth2/v2/auth?response_type=code&scope=openid&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" },
    "refresh": { "url": "https://acme.test/token?refresh_token={{ oauth.refresh_token }}", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://accounts.google.com/o/oauth2/v2/auth?response_type=code&scope=openid&access_type=offline&prompt=consent&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" },
    "refresh": { "url": "https://acme.test/token?refresh_token={{ oauth.refresh_token }}", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Fix
The parameters are suggested.

## Source
chiefonboarding.md §7; the documentation of the providers; OpenID Connect Core §11.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    if integration.oauth().is_none_or(|oauth| oauth.refresh.is_none()) {
        return;
    }
    let Some(page) = integration.page() else { return };
    let source = page.template.source();
    let Some(provider) = host(source) else { return };
    let wanted = OFFLINE_BY_PARAMETER.iter().filter(|(host, ..)| is_one_of(provider, &[host]));
    let consent = (provider == "accounts.google.com").then_some(("prompt", "consent"));
    let missing: Vec<String> = wanted
        .map(|(_, name, value)| (*name, *value))
        .chain(consent)
        .filter(|(name, value)| parameter(source, name).is_none_or(|sent| !sent.contains(value) && !sent.contains('{')))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let by_scope = is_one_of(provider, OFFLINE_BY_SCOPE)
        && parameter(source, "scope").is_none_or(|scope| !scope.contains("offline_access") && !scope.contains('{'));
    let finding = RULE.finding("no refresh token is asked for").at(page.place(Span::new(0, source.len())));
    let finding = finding.in_block("oauth.authenticate_url");
    if by_scope {
        findings.push(
            finding
                .why("this provider gives one only with the scope `offline_access`: `refresh` has nothing to send")
                .help("add `offline_access` to `scope`"),
        );
    } else if !missing.is_empty() {
        let query = missing.join("&");
        let finding = finding
            .why(format!(
                "this provider gives one, every time, only with `{query}`: else `refresh` has nothing to send"
            ))
            .help(format!("add `{query}`"));
        let is_plain = missing.iter().all(|pair| pair.split('=').next().is_some_and(|name| !source.contains(name)));
        findings.push(if is_plain && source.contains('?') && !source.contains('#') {
            let end = page.place(Span::at(source.len()));
            finding.fix(Fix::suggestion("ask for it").replace(end, format!("&{query}")))
        } else {
            finding
        });
    }
}
