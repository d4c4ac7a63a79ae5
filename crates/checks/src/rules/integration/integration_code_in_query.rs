//! `integration-code-in-query`: the code of the callback, which goes into the address alone.

use crate::edit::remove_member;
use crate::integration::{Integration, Role, Stage, parameters};
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::{Fix, Severity, Span};
pub static RULE: Rule = Rule {
    code: "CS1125",
    name: "integration-code-in-query",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A `code` that the author of a manifest puts into `data`, or into the address of `access_token`. And, as a remark, every
`access_token` with a code: a provider that takes it from the body alone cannot be served.

## Why
The code has no variable. It is appended to the address of `access_token` as `&code=…` and never gets into `data`, where
RFC 6749 §4.1.3 wants it. A `code` of one's own is sent beside it, empty.

## Example
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id=a&redirect_uri={{ redirect_url }}",
    "access_token": {
      "url": "https://acme.test/token?redirect_uri={{ redirect_url }}",
      "method": "POST",
      "data": { "grant_type": "authorization_code", "code": "{{ code }}" }
    }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&redirect_uri={{ redirect_url }}",
    "access_token": {
      "url": "https://acme.test/token?redirect_uri={{ redirect_url }}",
      "method": "POST",
      "data": { "grant_type": "authorization_code" }
    },
    "without_code": true
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Fix
Taking the member out of `data` is suggested.

## Source
chiefonboarding.md §3 (4), §7; RFC 6749 §4.1.3.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let Some(oauth) = integration.oauth().filter(|oauth| !oauth.is_without_code()) else { return };
    let Some(item) = &oauth.access_token else { return };
    let why = "the code is appended to the address, and no variable holds it";
    if let Some(data) = item.node.get("data")
        && let Some(code) = data.member("code")
    {
        findings.push(
            RULE.finding("`code` of `data` does not hold the code")
                .at(code.key_place)
                .why(why)
                .help("take it out; a provider that takes the code from the body alone cannot be served by a manifest")
                .in_block("oauth.access_token")
                .fix(Fix::suggestion("take it out").with_edits(remove_member(integration.sources(), data, code))),
        );
    }
    for text in integration.texts.iter().filter(|text| text.stage == Stage::Token && text.role == Role::Address) {
        let source = text.template.source();
        if let Some((name, value)) = parameters(source).into_iter().find(|(name, _)| *name == "code") {
            findings.push(
                RULE.finding("`code` is in the address already")
                    .at(text.place(Span::new(value.start - name.len() - 1, value.end)))
                    .why("the code of the callback is appended too, so the address has two")
                    .help("take it out")
                    .in_block("oauth.access_token"),
            );
        }
    }
    if let Some(url) = &item.url {
        let mut finding = RULE
            .finding("the code is sent in the address alone")
            .at(url.key)
            .why("a provider that takes it from the body alone, as RFC 6749 §4.1.3 has it, refuses it")
            .help("try whether this provider reads it from the query")
            .in_block("oauth.access_token");
        finding.severity = Severity::Info;
        findings.push(finding);
    }
}
