//! `base64-two-expressions`: two halves encoded one by one.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::Template;
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind, Piece};

use super::header::{is_authorization, operand};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};
use crate::symbolic::{bare, call, text};

pub static RULE: Rule = Rule {
    code: "CS0523",
    name: "base64-two-expressions",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
An `authorization` header with `Basic` whose user and password are encoded one by one, or only one of them.

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
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic {{base64(parameters.user) + ':' + base64(parameters.password)}}" }
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
    let Some((user, password)) = is_basic.then(|| pair(site.template)).flatten() else { return };
    let (one, other) = (encoded(site.template, user), encoded(site.template, password));
    let message = match (one, other) {
        (Some(_), Some(_)) => "user and password are encoded one by one",
        (Some(_), None) => "only what stands in front of the colon is encoded",
        (None, Some(_)) => "only what stands behind the colon is encoded",
        (None, None) => return,
    };
    let plain = |encoded: Option<&Expr>, expr| operand(site.template, encoded.unwrap_or(expr));
    let (user, password) = (plain(one, user), plain(other, password));
    let text = format!("{}{{{{base64({user} + ':' + {password})}}}}", &source[..6]);
    let in_one_piece = serde_json::Value::from(text).to_string();
    findings.push(
        RULE.finding(message)
            .at(site.node.place)
            .why("HTTP Basic wants the Base64 of `user:password` in one piece: every request is refused")
            .help("write `Basic {{base64(user + ':' + password)}}`")
            .fix(Fix::suggestion("encode the pair in one piece").replace(site.node.place, in_one_piece))
            .in_block(&site.block),
    );
}

/// What stands on the two sides of the colon, between two expressions or within one.
fn pair(template: &Template) -> Option<(&Expr, &Expr)> {
    match template.ast() {
        [Piece::Text(_), Piece::Expression(user), Piece::Text(colon), Piece::Expression(password)] => {
            let is_colon = template.source()[colon.range()].trim() == ":";
            is_colon.then_some((&user.expr, &password.expr))
        }
        [Piece::Text(_), Piece::Expression(both)] => {
            let (joined, password) = sides(bare(&both.expr))?;
            let (user, colon) = sides(joined)?;
            (text(template, colon) == Some(":")).then_some((user, password))
        }
        _ => None,
    }
}

/// The operands of `+`.
fn sides(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match &expr.kind {
        ExprKind::Binary(binary) if binary.operator == BinaryOperator::Add => Some((&binary.left, &binary.right)),
        _ => None,
    }
}

/// What `base64` encodes; none where it does not.
fn encoded<'t>(template: &'t Template, expr: &'t Expr) -> Option<&'t Expr> {
    match call(template, expr) {
        Some(("base64", [only])) => Some(only),
        _ => None,
    }
}
