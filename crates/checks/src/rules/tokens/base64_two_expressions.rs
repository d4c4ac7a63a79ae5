//! `base64-two-expressions`: two halves encoded one by one.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::ast::Piece;

use super::header::{is_authorization, operand};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};
use crate::symbolic::call;

pub static RULE: Rule = Rule {
    code: "CS0523",
    name: "base64-two-expressions",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
An `authorization` header with `Basic` whose user and password are encoded one by one.

## Why
HTTP Basic wants the Base64 of `user:password` in one piece. Two pieces with a colon between them are no valid header:
every request is refused with 401.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic {{base64(parameters.user)}}:{{base64(parameters.password)}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic {{base64(parameters.user + ':' + parameters.password)}}" }
}
```

## Fix
Encoding the pair in one piece is suggested.

## Source
RFC 7617 §2.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !is_authorization(site) {
        return;
    }
    let source = site.template.source();
    let is_basic = source.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic "));
    let [Piece::Text(_), Piece::Expression(user), Piece::Text(colon), Piece::Expression(password)] =
        site.template.ast()
    else {
        return;
    };
    if !is_basic || source[colon.range()].trim() != ":" {
        return;
    }
    let argument = |expr| match call(site.template, expr) {
        Some(("base64", [only])) => Some(operand(site.template, only)),
        _ => None,
    };
    let (Some(user), Some(password)) = (argument(&user.expr), argument(&password.expr)) else { return };
    let text = format!("{}{{{{base64({user} + ':' + {password})}}}}", &source[..6]);
    let encoded = serde_json::Value::from(text).to_string();
    findings.push(
        RULE.finding("user and password are encoded one by one")
            .at(site.node.place)
            .why("HTTP Basic wants the Base64 of `user:password` in one piece: every request is refused")
            .help("write `Basic {{base64(user + ':' + password)}}`")
            .fix(Fix::suggestion("encode the pair in one piece").replace(site.node.place, encoded))
            .in_block(&site.block),
    );
}
