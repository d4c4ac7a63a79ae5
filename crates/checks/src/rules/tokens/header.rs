//! What the rules about the `authorization` header ask for.

use connspec_iml::Template;
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind, Piece};

use crate::site::Site;
use crate::symbolic::{bare, call, text};

/// Whether the text is the value of a header called `authorization`, in whatever case.
pub(super) fn is_authorization(site: &Site<'_>) -> bool {
    matches!(site.path(), ["headers", name] if name.eq_ignore_ascii_case("authorization"))
}

/// The operands of `a + b + c`.
pub(super) fn summands(expr: &Expr) -> Vec<&Expr> {
    match &bare(expr).kind {
        ExprKind::Binary(binary) if binary.operator == BinaryOperator::Add => {
            let mut parts = summands(&binary.left);
            parts.extend(summands(&binary.right));
            parts
        }
        _ => vec![bare(expr)],
    }
}

/// Whether an expression is the Base64 of a pair: `base64(user + ':' + password)`.
pub(super) fn is_encoded_pair(template: &Template, expr: &Expr) -> bool {
    matches!(call(template, expr), Some(("base64", [pair, ..])) if is_pair(template, pair))
}

/// Whether an expression is `user + ':' + password`.
pub(super) fn is_pair(template: &Template, expr: &Expr) -> bool {
    let parts = summands(expr);
    parts.len() > 2 && parts.iter().any(|part| text(template, part).is_some_and(|text| text.trim() == ":"))
}

/// An operand as written, in parentheses where `+` would take it apart.
pub(super) fn operand(template: &Template, expr: &Expr) -> String {
    let written = &template.source()[expr.span.range()];
    match expr.kind {
        ExprKind::Binary(_) | ExprKind::Juxtaposed(_) | ExprKind::Unary(..) => format!("({written})"),
        _ => written.to_owned(),
    }
}

/// The text behind its first `skip` bytes as one expression: texts quoted, expressions joined with `+`.
pub(super) fn one_expression(template: &Template, skip: usize) -> Option<String> {
    let source = template.source();
    let mut parts = Vec::new();
    for piece in template.ast() {
        match piece {
            Piece::Text(span) => {
                let text = &source[span.range().start.max(skip).min(span.range().end)..span.range().end];
                if text.contains(['\'', '\\']) {
                    return None;
                }
                if !text.is_empty() {
                    parts.push(format!("'{text}'"));
                }
            }
            Piece::Expression(expression) if template.expressions().count() == 1 && parts.is_empty() => {
                parts.push(source[expression.expr.span.range()].to_owned());
            }
            Piece::Expression(expression) => parts.push(operand(template, &expression.expr)),
        }
    }
    Some(parts.join(" + "))
}
