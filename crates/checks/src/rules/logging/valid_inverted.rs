//! `valid-inverted`: a `valid` that takes errors for successes, and successes for errors.

use connspec_diagnostics::{Fix, Severity, Span};
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind, Keyword, UnaryOperator};
use connspec_spec::Node;
use smol_str::SmolStr;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_name, normal};
use crate::site::{Holding, Phase, Site};
use crate::symbolic::{bare, call, number, steps, text, whole};

pub static RULE: Rule = Rule {
    code: "CS0717",
    name: "valid-inverted",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
A `valid` that holds when the answer is an error and fails when it is none: `{{body.error}}`, `{{!body.ok}}`,
`{{statusCode >= 400}}`. Of the callback also one that never holds: it asks for an error and a code, or for neither.

## Why
`valid` says when an answer is good. Turned round, right credentials are refused with its message, and wrong ones are
taken.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": { "condition": "{{body.error}}", "message": "The key was refused" } }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{!body.ok}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": { "condition": "{{!body.error}}", "message": "The key was refused" } }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{body.ok}}" }
}
```

## Fix
The opposite is suggested. A condition that asks for one error among others (`{{body.error = 'missing_field'}}`,
`{{statusCode = 400}}`) is left alone: some services tell a good key so.

## Source
communication.md §3, §7 `valid`; iml.md §6.5.
"#;

/// When a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    WhenGood,
    WhenBad,
}

impl Holds {
    fn turned(self) -> Self {
        match self {
            Self::WhenGood => Self::WhenBad,
            Self::WhenBad => Self::WhenGood,
        }
    }

    fn turned_if(self, is_turned: bool) -> Self {
        if is_turned { self.turned() } else { self }
    }
}

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !matches!(site.path(), ["response", "valid"] | ["response", "valid", "condition"]) {
        return;
    }
    let Some(expr) = whole(site.template) else { return };
    if let Some(span) = of_no_callback(site, expr) {
        findings.push(
            RULE.finding("`valid` holds for no callback: one brings a code or an error, and never both or neither")
                .at(site.place(span))
                .why("`valid` says when an answer is good: nobody can connect")
                .help("ask for the code, and that there be no error: `{{query.code && !query.error}}`")
                .in_block(&site.block),
        );
        return;
    }
    if holds(site, expr) != Some(Holds::WhenBad) {
        return;
    }
    let opposite = format!("{{{{{}}}}}", opposite(site.template.source(), expr));
    let written = serde_json::Value::from(opposite.as_str()).to_string();
    findings.push(
        RULE.finding("`valid` holds when the answer is an error, and fails when it is none")
            .at(site.place(expr.span))
            .why("`valid` says when an answer is good: a good one is refused with its message, a bad one is taken")
            .help(format!("turn it round: `{opposite}`"))
            .fix(Fix::suggestion("turn the condition round").replace(site.node.place, written))
            .in_block(&site.block),
    );
}

/// Where a callback must have what only a granted one has, and what only a refused one has (RFC 6749 §4.1.2).
fn of_no_callback(site: &Site<'_>, expr: &Expr) -> Option<Span> {
    let expr = bare(expr);
    let ExprKind::Binary(binary) = &expr.kind else { return None };
    if site.phase != Phase::Authorize || binary.operator != BinaryOperator::And {
        return None;
    }
    let is_of_both = |one: Option<Holds>, other: Option<Holds>| one.is_some_and(|one| other == Some(one.turned()));
    if is_of_both(holds(site, &binary.left), holds(site, &binary.right)) {
        return Some(expr.span);
    }
    of_no_callback(site, &binary.left).or_else(|| of_no_callback(site, &binary.right))
}

/// When a condition holds, where that is certain.
fn holds(site: &Site<'_>, expr: &Expr) -> Option<Holds> {
    let expr = bare(expr);
    match &expr.kind {
        ExprKind::Path(_) => of_member(site, steps(site.template, expr)?),
        ExprKind::Unary(UnaryOperator::Not, operand) if is_needed(site, operand) => Some(Holds::WhenBad),
        ExprKind::Unary(UnaryOperator::Not, operand) => holds(site, operand).map(Holds::turned),
        ExprKind::Binary(binary) => match binary.operator {
            BinaryOperator::And | BinaryOperator::Or => {
                let (left, right) = (holds(site, &binary.left)?, holds(site, &binary.right)?);
                (left == right).then_some(left)
            }
            operator => {
                let (left, right) = (&binary.left, &binary.right);
                compared(site, left, operator, right).or_else(|| compared(site, right, swapped(operator), left))
            }
        },
        ExprKind::Call(_) => match call(site.template, expr)? {
            ("if", [condition, then, rest @ ..]) => {
                let otherwise = rest.first().map_or(Some(false), |otherwise| constant(site, otherwise));
                let (then, otherwise) = (constant(site, then)?, otherwise?);
                (then != otherwise).then(|| holds(site, condition))?.map(|holds| holds.turned_if(otherwise))
            }
            ("ifempty", [value, otherwise]) if constant(site, otherwise) == Some(false) => holds(site, value),
            ("length", [list]) => holds(site, list),
            _ => None,
        },
        _ => None,
    }
}

/// What a member of the answer, or of the callback, says by being there.
fn of_member(site: &Site<'_>, steps: &[SmolStr]) -> Option<Holds> {
    let [root, first, rest @ ..] = steps else { return None };
    if !matches!(root.as_str(), "body" | "query") {
        return None;
    }
    let is_error = |name: &str| {
        matches!(
            normal(name).as_str(),
            "error"
                | "errors"
                | "errormessage"
                | "errormsg"
                | "errordescription"
                | "errorcode"
                | "haserror"
                | "iserror"
        )
    };
    let last = rest.last().unwrap_or(first);
    let of_error = || matches!(last.as_str(), "message" | "code" | "type" | "description" | "reason");
    if is_error(last) || (is_error(first) && rest.len() == 1 && of_error()) {
        return Some(Holds::WhenBad);
    }
    let is_good = match root.as_str() {
        "query" => matches!(last.as_str(), "code" | "oauth_verifier") && rest.is_empty(),
        _ => {
            let name = normal(last);
            matches!(name.as_str(), "ok" | "success" | "succeeded" | "successful" | "issuccess" | "accesstoken")
        }
    };
    // A browser brings no answer.
    let is_there = site.phase != Phase::Authorize || root == "query";
    (is_good && is_there).then_some(Holds::WhenGood)
}

/// Whether it is a member of the answer that the connection cannot do without: a token that `response.data` stores, or
/// what `uid` and `metadata` say who is connected with.
fn is_needed(site: &Site<'_>, expr: &Expr) -> bool {
    let Some(asked) = steps(site.template, expr).filter(|steps| steps[0] == "body" && steps.len() > 1) else {
        return false;
    };
    let Some(response) = site.owner.get("response") else { return false };
    let is_it = |node: &Node| {
        let template = node.template();
        template.and_then(|template| steps(template, whole(template)?)).is_some_and(|steps| steps == asked)
    };
    let names_user = || {
        let metadata = response.get("metadata").and_then(|metadata| metadata.get("value"));
        [response.get("uid"), metadata].into_iter().flatten().any(is_it)
    };
    let is_stored =
        || response.get("data").is_some_and(|data| data.members().iter().any(|member| is_it(&member.value)));
    names_user() || (asked.last().is_some_and(|name| is_secret_name(name)) && is_stored())
}

/// `left operator right`, where `left` is what is asked about.
fn compared(site: &Site<'_>, left: &Expr, operator: BinaryOperator, right: &Expr) -> Option<Holds> {
    use BinaryOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    if steps(site.template, left).is_some_and(|steps| steps == ["statusCode"]) {
        return of_status(site, operator, number(right)?);
    }
    match operator {
        Equal | NotEqual if text(site.template, right).is_some_and(is_outcome) => {
            let is_status = |name: &str| matches!(name, "status" | "state" | "result");
            let steps = steps(site.template, left).filter(|steps| steps[0] == "body")?;
            steps.last().filter(|name| is_status(name))?;
            let is_error = text(site.template, right) == Some("error");
            Some(Holds::WhenGood.turned_if(is_error != (operator == NotEqual)))
        }
        Equal | NotEqual => {
            let is_wanted = constant(site, right)?;
            let is_member = matches!(bare(left).kind, ExprKind::Path(_)) || call(site.template, left)?.0 == "length";
            let holds = is_member.then(|| holds(site, left))??;
            Some(holds.turned_if(is_wanted == (operator == NotEqual)))
        }
        Greater | Less | GreaterOrEqual | LessOrEqual => {
            let is_length = call(site.template, left)?.0 == "length";
            match (operator, number(right)?) {
                (Greater, 0.0) | (GreaterOrEqual, 1.0) if is_length => holds(site, left),
                (Less, 1.0) | (LessOrEqual, 0.0) if is_length => holds(site, left).map(Holds::turned),
                _ => None,
            }
        }
        _ => None,
    }
}

/// What a service says of its answer as a whole.
fn is_outcome(text: &str) -> bool {
    matches!(text, "error" | "ok" | "success")
}

/// A comparison of the status. One with a single status from 400 on may be how a service tells a good key.
fn of_status(site: &Site<'_>, operator: BinaryOperator, status: f64) -> Option<Holds> {
    use BinaryOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    // Where redirects are not followed they may be the good answer.
    if ["followRedirects", "followAllRedirects", "followRedirect", "followAllRedirect"]
        .iter()
        .any(|flag| site.owner.get(flag).is_some())
    {
        return None;
    }
    match (operator, status) {
        (Equal, 200.0 | 201.0) => Some(Holds::WhenGood),
        (NotEqual, 200.0) => Some(Holds::WhenBad),
        (Less, 300.0 | 400.0) | (LessOrEqual, 299.0 | 399.0) => Some(Holds::WhenGood),
        (GreaterOrEqual, 300.0 | 400.0) | (Greater, 299.0 | 399.0 | 400.0) | (Less, 200.0) => Some(Holds::WhenBad),
        _ => None,
    }
}

/// The same comparison with its sides exchanged.
fn swapped(operator: BinaryOperator) -> BinaryOperator {
    match operator {
        BinaryOperator::Less => BinaryOperator::Greater,
        BinaryOperator::LessOrEqual => BinaryOperator::GreaterOrEqual,
        BinaryOperator::Greater => BinaryOperator::Less,
        BinaryOperator::GreaterOrEqual => BinaryOperator::LessOrEqual,
        other => other,
    }
}

/// Whether a constant stands for yes or no.
fn constant(site: &Site<'_>, expr: &Expr) -> Option<bool> {
    match &bare(expr).kind {
        ExprKind::Keyword(Keyword::True) => Some(true),
        ExprKind::Keyword(Keyword::False | Keyword::Null | Keyword::EmptyString) | ExprKind::Empty => Some(false),
        ExprKind::Number(1.0) => Some(true),
        ExprKind::Number(0.0) => Some(false),
        ExprKind::Text(_) => match text(site.template, expr)? {
            "true" => Some(true),
            "false" | "" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The expression that holds when `expr` does not.
fn opposite(source: &str, expr: &Expr) -> String {
    let written = |expr: &Expr| source[expr.span.range()].to_owned();
    match &expr.kind {
        ExprKind::Unary(UnaryOperator::Not, operand) => written(bare(operand)),
        ExprKind::Binary(binary) => {
            let operator = match binary.operator {
                BinaryOperator::Less => ">=",
                BinaryOperator::LessOrEqual => ">",
                BinaryOperator::Greater => "<=",
                BinaryOperator::GreaterOrEqual => "<",
                BinaryOperator::Equal => "!=",
                BinaryOperator::NotEqual => "=",
                _ => return format!("!({})", written(expr)),
            };
            format!("{} {operator} {}", written(&binary.left), written(&binary.right))
        }
        _ => format!("!{}", written(expr)),
    }
}
