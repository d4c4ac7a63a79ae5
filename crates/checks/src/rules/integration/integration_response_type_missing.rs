//! `integration-response-type-missing`: the provider is not asked for a code.

use connspec_diagnostics::{Fix, Severity, Span};
use connspec_spec::dialect::ManifestOAuth;

use crate::integration::{Integration, host, parameters};
use crate::providers::{WITHOUT_RESPONSE_TYPE, is_one_of};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1128",
    name: "integration-response-type-missing",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An `authenticate_url` without `response_type`, or with one that is not `code`. Providers known to do without, and
manifests with `without_code`, are left alone.

## Why
Nothing is added to the address: without `response_type=code` a provider refuses with `invalid_request`. With `token` the
answer comes behind a `#`, which never reaches the server.

## Example
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Fix
`response_type=code` is suggested.

## Source
chiefonboarding.md §3 (1), §7; RFC 6749 §3.1.1.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    if integration.oauth().is_none_or(ManifestOAuth::is_without_code) {
        return;
    }
    let Some(page) = integration.page().filter(|page| page.template.error().is_none()) else { return };
    let source = page.template.source();
    let finding = RULE
        .finding("`authenticate_url` does not ask for a code")
        .help("send `response_type=code`")
        .in_block("oauth.authenticate_url");
    match parameters(source).into_iter().find(|(name, _)| *name == "response_type") {
        Some((_, value)) => {
            let types = &source[value.clone()];
            let place = page.place(Span::new(value.start, value.end));
            if !types.contains('{') && types.split(['+', ' ']).all(|one| one != "code") && !types.contains("code%20") {
                findings.push(
                    finding
                        .at(place)
                        .why("what else comes back stands behind a `#` and never reaches the server")
                        .fix(Fix::suggestion("ask for a code").replace(place, "code")),
                );
            }
        }
        None if source.contains("response_type")
            || is_one_of(host(source).unwrap_or_default(), WITHOUT_RESPONSE_TYPE) => {}
        None => {
            let question = source.find('?').filter(|at| source[..*at].find("{{").is_none());
            let finding = finding
                .at(page.place(Span::new(0, source.len())))
                .why("`response_type` is required, and nothing adds it (RFC 6749 §3.1.1)");
            findings.push(match question {
                Some(at) => finding.fix(
                    Fix::suggestion("ask for a code").replace(page.place(Span::at(at + 1)), "response_type=code&"),
                ),
                None => finding,
            });
        }
    }
}
