//! `integration-redirect-missing`: the provider is not told where to come back to.

use connspec_diagnostics::{Fix, Severity, Span};
use connspec_spec::dialect::REDIRECT_URL;

use crate::integration::{Integration, Stage, host, parameters, sends};
use crate::providers::{WITHOUT_REDIRECT_IN_TOKEN, is_one_of};
use crate::rule::{Check, Findings, Rule};

use super::integration_unknown_variable::{Names, means_redirect};

pub static RULE: Rule = Rule {
    code: "CS1127",
    name: "integration-redirect-missing",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An `authenticate_url` without `{{ redirect_url }}`, and an `access_token` that does not repeat it. Providers known to do
without are left alone.

## Why
Without it the provider sends the browser to the address it has registered, if it has exactly one, else it refuses. What
was in the first request must be repeated in the second (RFC 6749 §4.1.3). Every integration has a redirect address of
its own, so a literal one fits no other installation.

## Example
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id=a",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" }
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
A literal address becomes `{{ redirect_url }}`: suggested.

## Source
chiefonboarding.md §3, §7; RFC 6749 §3.1.2.3, §4.1.3.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let Some(oauth) = integration.oauth().filter(|oauth| !oauth.is_without_code()) else { return };
    let Some(page) = integration.page().filter(|page| page.template.error().is_none()) else { return };
    let source = page.template.source();
    let page_host = host(source).unwrap_or_default();
    // A name that nearly is the right one is told by CS1117.
    let names = Names::of(integration);
    let is_slip =
        page.template.variables().into_iter().any(|variable| {
            variable.path.len() == 1 && means_redirect(&variable.path[0]) && names.lack(variable, page)
        });
    if !page.reads(REDIRECT_URL) && !is_slip {
        let literal = parameters(source).into_iter().find(|(name, _)| *name == "redirect_uri").map(|(_, value)| value);
        let says_where = literal.is_some();
        let finding = RULE.finding("`authenticate_url` does not say where to come back to").in_block("oauth");
        findings.push(match literal {
            Some(value) => finding
                .at(page.place(Span::new(value.start, value.end)))
                .why("every integration has an address of its own")
                .help("write `{{ redirect_url }}`")
                .fix(
                    Fix::suggestion("write `{{ redirect_url }}`")
                        .replace(page.place(Span::new(value.start, value.end)), "{{ redirect_url }}"),
                ),
            None if is_one_of(page_host, WITHOUT_REDIRECT_IN_TOKEN) => return,
            None => finding
                .at(page.place(Span::new(0, source.len())))
                .why("the provider comes back to the one address it has registered, or refuses")
                .help("add `redirect_uri={{ redirect_url }}`"),
        });
        if !says_where {
            return;
        }
    }
    let Some(item) = &oauth.access_token else { return };
    let repeats =
        integration.texts_of(Stage::Token).any(|text| text.reads(REDIRECT_URL)) || sends(item, "redirect_uri");
    let token_host = item.url.as_ref().and_then(|url| host(url.value.source())).unwrap_or_default();
    if repeats || is_one_of(token_host, WITHOUT_REDIRECT_IN_TOKEN) {
        return;
    }
    let Some(member) = integration.oauth_member("access_token") else { return };
    findings.push(
        RULE.finding("`access_token` does not repeat where the browser came back to")
            .at(member.key_place)
            .why("what `authenticate_url` says must be repeated (RFC 6749 §4.1.3)")
            .help("add `redirect_uri={{ redirect_url }}` to the address, or to `data`")
            .in_block("oauth.access_token"),
    );
}
