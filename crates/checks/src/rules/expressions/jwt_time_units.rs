//! `jwt-time-units`: a time claim of a token that is not in seconds.

use connspec_diagnostics::{Severity, Span};
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind, Keyword};

use super::kinds::{Kind, kind};
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::symbolic::{bare, call, minutes_ahead, text, whole};

pub static RULE: Rule = Rule {
    code: "CS0810",
    name: "jwt-time-units",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Section(check),
};

const DOCUMENTATION: &str = r#"
`exp`, `iat` or `nbf` of a signed token as a date, as a text or in milliseconds; `exp` as the moment of signing, or
before it.

## Why
RFC 7519 counts seconds since 1970. A date is written as text, and `timestamp + 300000` is not five minutes but three
days and a half: servers refuse tokens that live too long, or whose times are no numbers.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "temp": { "claims": { "iss": "{{parameters.id}}", "exp": "{{addMinutes(now, 5)}}" } },
  "headers": { "authorization": "Bearer {{jwt(temp.claims, parameters.key)}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "temp": { "claims": { "iss": "{{parameters.id}}", "exp": "{{timestamp + 300}}" } },
  "headers": { "authorization": "Bearer {{jwt(temp.claims, parameters.key)}}" }
}
```

## Source
RFC 7519 §2 NumericDate; pitfalls.md 136.
"#;

fn check(sites: &[Site<'_>], findings: &mut Findings) {
    let is_claim = |site: &&Site<'_>| matches!(site.key(), "exp" | "iat" | "nbf") && site.path().len() > 1;
    let mut claims = sites.iter().filter(is_claim).peekable();
    if claims.peek().is_some() && signs_tokens(sites) {
        claims.for_each(|site| examine(site, findings));
    }
}

fn examine(site: &Site<'_>, findings: &mut Findings) {
    let found = match whole(site.template) {
        Some(expr) => wrong_unit(site, expr).map(|message| (message, expr.span)),
        None => sum_outside(site).map(|message| (message, Span::new(0, site.template.source().len()))),
    };
    let Some((message, span)) = found else { return };
    let help = match site.key() {
        "exp" => "write `{{timestamp + 300}}` for five minutes from now",
        _ => "write `{{timestamp}}`",
    };
    findings.push(
        RULE.finding(message)
            .at(site.place(span))
            .why("the times of a token are seconds since 1970 (RFC 7519 §2); servers refuse anything else")
            .help(help)
            .in_block(&site.block),
    );
}

/// `{{timestamp}} + 300`: text stands around the time.
fn sum_outside(site: &Site<'_>) -> Option<String> {
    let is_time = |expr: &Expr| {
        matches!(expr.kind, ExprKind::Keyword(Keyword::Timestamp | Keyword::Now)) || kind(expr) == Some(Kind::Date)
    };
    let has_time = site.template.expressions().any(|expression| is_time(bare(&expression.expr)));
    has_time.then(|| format!("`{}` is a text: nothing outside the braces is worked out", site.key()))
}

fn wrong_unit(site: &Site<'_>, expr: &Expr) -> Option<String> {
    let key = site.key();
    if kind(expr) == Some(Kind::Date) {
        return Some(format!("`{key}` is a date, which is sent as text"));
    }
    if let Some(("formatDate", [date, rest @ ..])) = call(site.template, expr) {
        return match rest.first().map(|format| text(site.template, format)) {
            Some(Some("x")) => Some(format!("`{key}` is in milliseconds: the format of seconds is a capital X")),
            Some(Some("X")) => {
                let ahead = minutes_ahead(site.template, date).filter(|_| key == "exp");
                let is_text = || format!("`{key}` is a text of digits: write parseNumber(…) around it");
                Some(ahead.and_then(has_passed).unwrap_or_else(is_text))
            }
            Some(None) => None,
            _ => Some(format!("`{key}` is a formatted date, which is a text")),
        };
    }
    if let Some(("parseNumber", [formatted])) = call(site.template, expr).filter(|_| key == "exp") {
        let Some(("formatDate", [date, format])) = call(site.template, formatted) else { return None };
        let in_seconds = text(site.template, format) == Some("X");
        return has_passed(minutes_ahead(site.template, date).filter(|_| in_seconds)?);
    }
    if key == "exp" && matches!(expr.kind, ExprKind::Keyword(Keyword::Timestamp)) {
        return has_passed(0.0);
    }
    let ExprKind::Binary(binary) = &expr.kind else { return None };
    let is_seconds = matches!(binary.left.kind, ExprKind::Keyword(Keyword::Timestamp));
    match (binary.operator, &binary.right.kind) {
        (BinaryOperator::Subtract, ExprKind::Number(less)) if is_seconds && key == "exp" => has_passed(-*less),
        (BinaryOperator::Multiply, ExprKind::Number(1000.0)) if is_seconds || reads_timestamp(&binary.left) => {
            Some(format!("`{key}` is in milliseconds: `timestamp` already counts seconds"))
        }
        (BinaryOperator::Add, ExprKind::Number(more)) if is_seconds && IN_MILLISECONDS.contains(more) => {
            Some(format!("`{key}` is {} hours ahead: `timestamp` counts seconds", (more / 360.0).round() / 10.0))
        }
        _ => None,
    }
}

/// An `exp` so far ahead of the signing.
fn has_passed(ahead: f64) -> Option<String> {
    let message = match ahead {
        0.0 => "`exp` is the moment of signing: the token has ended when it arrives",
        ahead if ahead < 0.0 => "`exp` lies before the moment of signing: the token has ended when it arrives",
        _ => return None,
    };
    Some(message.to_owned())
}

/// `(timestamp + 300)`
fn reads_timestamp(expr: &Expr) -> bool {
    let ExprKind::Binary(sum) = &bare(expr).kind else { return false };
    [&sum.left, &sum.right].iter().any(|side| matches!(bare(side).kind, ExprKind::Keyword(Keyword::Timestamp)))
}

/// Half a minute to an hour in milliseconds, as they are usually written.
const IN_MILLISECONDS: &[f64] = &[30e3, 60e3, 120e3, 180e3, 300e3, 600e3, 900e3, 1800e3, 3600e3];

/// Whether the section signs tokens at all: elsewhere the keys may mean anything.
fn signs_tokens(sites: &[Site<'_>]) -> bool {
    sites.iter().any(|site| {
        let text = site.template.source();
        text.contains("jwt(") || text.contains("generateJwtWithKeyId(")
    })
}
