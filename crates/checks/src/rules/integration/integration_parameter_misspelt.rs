//! `integration-parameter-misspelt`: a parameter of the standard under a name of one's own.

use connspec_diagnostics::{Diagnostic, Fix, Place, Severity, Span};
use connspec_spec::dialect::{HeaderTemplate, Item};

use crate::edit::rename_member;
use crate::integration::{Integration, Role, Stage, Text, named, parameters, sends};
use crate::parameters::{OF_AUTHORIZE, OF_TOKEN, meant_parameter};
use crate::rule::{Check, Findings, Rule};

pub static RULE: Rule = Rule {
    code: "CS1141",
    name: "integration-parameter-misspelt",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A parameter of `oauth`, in an address or at the top of `data`, that is named almost like one of the standard, which is not
sent: `grant_tpye`, `clientId`, `redirect_url`; and `secret` for the `client_secret` beside a `client_id`.

## Why
Providers look for the exact name. What they do not find is missing to them, and they refuse the request or send the
browser elsewhere.

## Example
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id=a&redirect_uri={{ redirect_url }}",
    "access_token": {
      "url": "https://acme.test/token?redirect_uri={{ redirect_url }}",
      "method": "POST",
      "data": { "grant_tpye": "authorization_code" }
    }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id=a&redirect_uri={{ redirect_url }}",
    "access_token": {
      "url": "https://acme.test/token?redirect_uri={{ redirect_url }}",
      "method": "POST",
      "data": { "grant_type": "authorization_code" }
    }
  },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Fix
The name of the standard is suggested.

## Source
RFC 6749 §4.1, §6; chiefonboarding.md §3.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let Some(oauth) = integration.oauth() else { return };
    if let Some(page) = integration.page().filter(|_| !oauth.is_without_code()) {
        let sent = parameters(page.template.source());
        let is_missing = |name: &&'static str| sent.iter().all(|(sent, _)| sent != name);
        in_address(page, &OF_AUTHORIZE.iter().copied().filter(is_missing).collect::<Vec<_>>(), findings);
    }
    for (stage, item) in [(Stage::Token, &oauth.access_token), (Stage::Refresh, &oauth.refresh)] {
        let Some(item) = item else { continue };
        let missing: Vec<&'static str> = OF_TOKEN.iter().copied().filter(|name| !sends(item, name)).collect();
        let of_stage = integration.texts.iter().filter(|text| text.stage == stage && text.role == Role::Address);
        of_stage.for_each(|text| in_address(text, &missing, findings));
        in_data(item, &missing, findings);
        if missing.contains(&"client_secret") {
            secret(integration, stage, item, findings);
        }
    }
}

fn in_address(text: &Text<'_>, missing: &[&'static str], findings: &mut Findings) {
    for (name, value) in parameters(text.template.source()) {
        let Some(meant) = meant_parameter(name, missing, |_| true) else { continue };
        renamed(text, name, value.start, meant, findings);
    }
}

/// A parameter of an address whose value begins there.
fn renamed(text: &Text<'_>, name: &str, value: usize, meant: &str, findings: &mut Findings) {
    let end = value - 1;
    let place = text.place(Span::new(end - name.len(), end));
    let fix = Fix::suggestion(format!("call it `{meant}`")).replace(place, meant);
    findings.push(finding(name, meant, place).fix(fix).in_block(&text.block));
}

fn in_data(item: &Item, missing: &[&'static str], findings: &mut Findings) {
    let Some(data) = item.node.get("data") else { return };
    for member in data.effective_members() {
        let Some(meant) = meant_parameter(&member.key, missing, |_| true) else { continue };
        let fix = Fix::suggestion(format!("call it `{meant}`")).with_edits(rename_member(member, meant));
        findings.push(finding(&member.key, meant, member.key_place).fix(fix).in_block(named(&item.pointer)));
    }
}

/// `secret` beside `client_id`, where nothing else proves who the client is.
fn secret(integration: &Integration<'_>, stage: Stage, item: &Item, findings: &mut Findings) {
    let proves_client = |header: &HeaderTemplate| header.name.eq_ignore_ascii_case("authorization");
    if !sends(item, "secret") || !sends(item, "client_id") || integration.headers_of(item).iter().any(proves_client) {
        return;
    }
    for text in integration.texts.iter().filter(|text| text.stage == stage && text.role == Role::Address) {
        for (name, value) in parameters(text.template.source()).into_iter().filter(|(name, _)| *name == "secret") {
            renamed(text, name, value.start, "client_secret", findings);
        }
    }
    if let Some(member) = item.node.get("data").and_then(|data| data.member("secret")) {
        let fix = Fix::suggestion("call it `client_secret`").with_edits(rename_member(member, "client_secret"));
        let finding = finding("secret", "client_secret", member.key_place);
        findings.push(finding.fix(fix).in_block(named(&item.pointer)));
    }
}

fn finding(name: &str, meant: &str, place: Place) -> Diagnostic {
    RULE.finding(format!("`{name}` is no parameter of the standard"))
        .at(place)
        .why(format!("providers look for `{meant}`, which is not sent"))
        .help(format!("did you mean `{meant}`?"))
}
