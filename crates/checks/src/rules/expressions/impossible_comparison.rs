//! `impossible-comparison`: a comparison that always has the same outcome.

use connspec_diagnostics::{Severity, Span};
use connspec_iml::Template;
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind, Keyword};

use super::kinds::{Kind, each_node, kind};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};
use crate::symbolic::steps;

pub static RULE: Rule = Rule {
    code: "CS0822",
    name: "impossible-comparison",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Operator, check),
};

const DOCUMENTATION: &str = r#"
A comparison that cannot hold, whatever the values are: a boolean with the text `'true'`, the status with words,
`timestamp` with a date.

## Why
`true = 'true'` is false, because a text becomes a number to be compared with a boolean; a number equals no words; and
`timestamp` counts seconds where a date counts milliseconds.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{contains(body.roles, 'admin') = 'true'}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{statusCode = 'ok'}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{contains(body.roles, 'admin')}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{statusCode = 200}}" }
}
```

## Source
iml.md §6.3, §7.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    each_node(site.template, &mut |expr| {
        let Some((holds, reason)) = impossible(site.template, expr) else { return };
        findings.push(
            RULE.finding(format!("this is always {holds}: {reason}"))
                .at(site.place(expr.span))
                .why("the outcome does not depend on the values, so the condition decides nothing")
                .help("compare values of the same kind")
                .in_block(&site.block),
        );
    });
}

/// Whether the expression at `span` is such a comparison.
pub(super) fn is_at(template: &Template, span: Span) -> bool {
    let mut found = false;
    each_node(template, &mut |expr| found |= expr.span == span && impossible(template, expr).is_some());
    found
}

/// What the comparison always gives, and why; none when it depends.
fn impossible(template: &Template, expr: &Expr) -> Option<(&'static str, String)> {
    let ExprKind::Binary(binary) = &expr.kind else { return None };
    if let Some(reason) = text_between(template, binary) {
        return Some(("decided by the text", reason));
    }
    let holds = outcome(binary.operator)?;
    let reason = reason(template, binary.operator, &binary.left, &binary.right)
        .or_else(|| reason(template, binary.operator, &binary.right, &binary.left))?;
    Some((holds, reason))
}

/// `a & ':' & b`: `&` and `|` ask whether something is true, and join no texts.
fn text_between(template: &Template, binary: &connspec_iml::ast::Binary) -> Option<String> {
    let asks = |operator| matches!(operator, BinaryOperator::And | BinaryOperator::Or);
    let text = |expr: &Expr| match &expr.kind {
        ExprKind::Text(text) => Some(text.resolve(template.source()).to_owned()).filter(|text| !text.is_empty()),
        _ => None,
    };
    let inner = match &binary.left.kind {
        ExprKind::Binary(left) if asks(left.operator) && left.operator == binary.operator => text(&left.right),
        _ => None,
    };
    let text = inner.or_else(|| text(&binary.left)).filter(|_| asks(binary.operator))?;
    Some(format!("`{text}` is always true, and `{}` joins no texts: write `+`", symbol(binary.operator)))
}

fn symbol(operator: BinaryOperator) -> &'static str {
    if operator == BinaryOperator::And { "&" } else { "|" }
}

/// What a comparison with something incomparable gives; none for other operators.
fn outcome(operator: BinaryOperator) -> Option<&'static str> {
    use BinaryOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    match operator {
        Equal => Some("false"),
        NotEqual => Some("true"),
        Less | LessOrEqual | Greater | GreaterOrEqual => Some("the same"),
        _ => None,
    }
}

/// Why the two can never be compared.
fn reason(template: &Template, operator: BinaryOperator, one: &Expr, other: &Expr) -> Option<String> {
    let is_timestamp = matches!(other.kind, ExprKind::Keyword(Keyword::Timestamp));
    if kind(one) == Some(Kind::Date) && is_timestamp {
        return Some("`timestamp` counts seconds, a date milliseconds".to_owned());
    }
    let ExprKind::Text(text) = &other.kind else { return None };
    let text = text.resolve(template.source());
    let words = !text.trim().is_empty() && text.trim().parse::<f64>().is_err() && !text.starts_with("0x");
    let equality = matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual);
    let is_status = steps(template, one).is_some_and(|steps| steps == ["statusCode"]);
    match kind(one) {
        Some(Kind::Bool) if words && equality => Some(format!("a boolean never equals the text `{text}`")),
        Some(Kind::Number) if words => Some(format!("a number is never compared with the text `{text}`")),
        None if is_status && words => Some(format!("the status is a number, `{text}` is none")),
        _ => None,
    }
}
