//! `integration-header-leak`: the headers of the API go out with the token request.

use connspec_diagnostics::{Fix, Severity, Span};
use serde_json::json;

use crate::edit::{insert_member, replace_value};
use crate::integration::{Integration, Role, Stage, Text};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1126",
    name: "integration-header-leak",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An `access_token` or `refresh` without headers of its own, in a manifest whose headers carry the token.

## Why
The manifest's headers are sent with the requests of `oauth` too: `Authorization: Bearer` with nothing behind it the first
time, with the token that has just ended at a refresh. Many token endpoints answer 401 to either, and a host that is not
the API's sees the token.

## Example
```jsonc connection
{
  "headers": { "Authorization": "Bearer {{ oauth.access_token }}" },
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id=a&redirect_uri={{ redirect_url }}",
    "access_token": { "url": "https://acme.test/token?redirect_uri={{ redirect_url }}", "method": "POST" }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "headers": { "Authorization": "Bearer {{ oauth.access_token }}" },
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id=a&redirect_uri={{ redirect_url }}",
    "access_token": {
      "url": "https://acme.test/token?redirect_uri={{ redirect_url }}",
      "method": "POST",
      "headers": { "Accept": "application/json" }
    }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Fix
`"headers": {"Accept": "application/json"}` is suggested: the provider may want another of the manifest's headers.

## Source
chiefonboarding.md §3 Headers, §7.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let Some(oauth) = integration.oauth() else { return };
    let carries = |text: &&Text<'_>| {
        let is_bearer = matches!(text.role, Role::Header(name) if name.eq_ignore_ascii_case("authorization"))
            && text.template.source().trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("bearer"));
        is_bearer || (matches!(text.role, Role::Header(_)) && text.reads("oauth"))
    };
    let Some(header) = integration.texts.iter().filter(|text| text.stage == Stage::Headers).find(carries) else {
        return;
    };
    for (name, item) in [("access_token", &oauth.access_token), ("refresh", &oauth.refresh)] {
        let Some(item) = item.as_ref().filter(|item| item.headers.is_empty()) else { continue };
        let Some(member) = integration.oauth_member(name) else { continue };
        let own = json!({"Accept": "application/json"});
        let edits = match item.node.get("headers") {
            Some(empty) => replace_value(integration.sources(), empty, &own),
            None => insert_member(integration.sources(), &item.node, "headers", &own),
        };
        let end = header.template.source().len();
        findings.push(
            RULE.finding(format!("`{name}` is sent with the headers of the API"))
                .at(member.key_place)
                .also(header.place(Span::new(0, end)), "this header is sent with it")
                .why("a token that is empty or has ended goes to the token endpoint, which may refuse for it")
                .help("give the request headers of its own: they replace the manifest's")
                .in_block(format!("oauth.{name}"))
                .fix(Fix::suggestion("give it headers of its own").with_edits(edits)),
        );
    }
}
