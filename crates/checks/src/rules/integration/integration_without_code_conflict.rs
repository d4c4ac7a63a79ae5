//! `integration-without-code-conflict`: a code is asked for and thrown away.

use crate::edit::remove_member;
use crate::integration::{Integration, parameter};
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::{Fix, Severity};
pub static RULE: Rule = Rule {
    code: "CS1132",
    name: "integration-without-code-conflict",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
`"without_code": true` beside `response_type=code`, or beside a token request of `grant_type=authorization_code`.

## Why
The provider sends a code, and it is not appended to `access_token`: the exchange has nothing to exchange.

## Example
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id=a&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" },
    "without_code": true
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id=a&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Fix
Taking `without_code` out is suggested.

## Source
chiefonboarding.md §2, §3 (4), §7.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let Some(oauth) = integration.oauth() else { return };
    let Some(flag) = oauth.without_code.as_ref().filter(|flag| flag.value) else { return };
    let asks =
        integration.page().is_some_and(|page| parameter(page.template.source(), "response_type") == Some("code"));
    let exchanges = oauth.access_token.as_ref().is_some_and(|item| {
        let query = item.url.as_ref().and_then(|url| parameter(url.value.source(), "grant_type"));
        let data = item.node.get("data").and_then(|data| data.get("grant_type")?.as_str());
        [query, data].contains(&Some("authorization_code"))
    });
    if !asks && !exchanges {
        return;
    }
    let mut finding = RULE
        .finding("the code is asked for and thrown away")
        .at(flag.place)
        .why("with `without_code` the code of the callback is not appended to `access_token`")
        .help("take `without_code` out, or do not ask for a code")
        .in_block("oauth");
    if let Some((oauth, member)) =
        integration.root.get("oauth").and_then(|oauth| Some((oauth, oauth.member("without_code")?)))
    {
        let edits = remove_member(integration.sources(), oauth, member);
        finding = finding.fix(Fix::suggestion("take `without_code` out").with_edits(edits));
    }
    findings.push(finding);
}
