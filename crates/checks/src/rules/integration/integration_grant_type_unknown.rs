//! `integration-grant-type-unknown`: a `grant_type` that no standard knows.

use connspec_diagnostics::{Diagnostic, Fix, Place, Severity, Span};
use serde_json::json;

use crate::edit::replace_value;
use crate::integration::{Integration, Role, Stage, named, parameters};
use crate::parameters::meant_grant;
use crate::rule::{Check, Findings, Rule};

pub static RULE: Rule = Rule {
    code: "CS1142",
    name: "integration-grant-type-unknown",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A literal `grant_type` of `access_token` or `refresh`, in the address or in `data`, that is a near miss of one of the
standard's, or a name people use for one: `refresh`, `code`.

## Why
Providers compare it letter by letter and answer `unsupported_grant_type`.

## Example
```jsonc connection
{
  "oauth": {
    "authenticate_url": "https://acme.test/authorize?response_type=code&client_id=a&redirect_uri={{ redirect_url }}",
    "access_token": {
      "url": "https://acme.test/token?redirect_uri={{ redirect_url }}",
      "method": "POST",
      "data": { "grant_type": "code" }
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
The grant that is meant is suggested.

## Source
RFC 6749 §4.1.3, §4.3.2, §4.4.2, §6.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let addresses = integration.texts.iter().filter(|text| text.role == Role::Address);
    for text in addresses.filter(|text| matches!(text.stage, Stage::Token | Stage::Refresh)) {
        let source = text.template.source();
        for (_, value) in parameters(source).into_iter().filter(|(name, _)| *name == "grant_type") {
            let written = &source[value.clone()];
            let Some(meant) = meant_grant(written).filter(|_| !written.contains('{')) else { continue };
            let place = text.place(Span::new(value.start, value.end));
            let fix = Fix::suggestion(format!("write `{meant}`")).replace(place, meant);
            findings.push(finding(written, meant, place).fix(fix).in_block(&text.block));
        }
    }
    let oauth = integration.oauth();
    for item in oauth.iter().flat_map(|oauth| oauth.access_token.iter().chain(&oauth.refresh)) {
        let Some(node) = item.node.get("data").and_then(|data| data.get("grant_type")) else { continue };
        let Some(written) = node.as_str().filter(|written| !written.contains('{')) else { continue };
        let Some(meant) = meant_grant(written) else { continue };
        let edits = replace_value(integration.sources(), node, &json!(meant));
        let fix = Fix::suggestion(format!("write `{meant}`")).with_edits(edits);
        findings.push(finding(written, meant, node.place).fix(fix).in_block(named(&item.pointer)));
    }
}

fn finding(written: &str, meant: &str, place: Place) -> Diagnostic {
    RULE.finding(format!("`{written}` is no grant"))
        .at(place)
        .why("providers compare it letter by letter and answer `unsupported_grant_type`")
        .help(format!("did you mean `{meant}`?"))
}
