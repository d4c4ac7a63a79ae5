//! `argument-kind`: an argument of a kind the function refuses.

use connspec_diagnostics::Severity;
use connspec_iml::Template;
use connspec_iml::ast::{Expr, ExprKind, Keyword};

use super::kinds::{Kind, each_node, kind};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0820",
    name: "argument-kind",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Call, check),
};

const DOCUMENTATION: &str = r#"
An argument that is of another kind than the function works on: a text where a list belongs, words where a number
does, `timestamp` where a date does.

## Why
Functions of lists fail on anything else. `timestamp` counts seconds, a number as a date milliseconds: the date is in
January 1970.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "qs": { "fields": "{{join('id,name', ' ')}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "expires": "{{addSeconds(timestamp, body.expires_in)}}" } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "qs": { "fields": "{{join(split('id,name', ','), ' ')}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
}
```

## Source
iml.md §6.4, §10; iml-functions.json.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    each_node(site.template, &mut |expr| {
        let ExprKind::Call(call) = &expr.kind else { return };
        let Some(function) = call.function else { return };
        for (index, argument) in call.arguments.iter().enumerate() {
            let Some(message) = refused(function.name, index, argument, site.template) else { continue };
            let exchanged = if call.arguments.len() == 2 { "; are the two exchanged?" } else { "" };
            findings.push(
                RULE.finding(message)
                    .at(site.place(argument.span))
                    .why("the expression fails when it is evaluated, or gives something else than is meant")
                    .help(format!("the call is {}{exchanged}", function.signature))
                    .in_block(&site.block),
            );
        }
    });
}

/// Why `function` refuses its argument at `index`; none when it may be right.
fn refused(function: &str, index: usize, argument: &Expr, template: &Template) -> Option<String> {
    if is_fixed_subject(function, index, argument, template) {
        let written = &template.source()[argument.span.range()];
        return Some(format!("`{function}` works on its first argument, and `{written}` is always the same"));
    }
    let given = kind(argument)?;
    let written = &template.source()[argument.span.range()];
    if takes_list(function, index) {
        return (given != Kind::Array)
            .then(|| format!("`{function}` works on a list, and `{written}` is {}", named(given)));
    }
    if takes_date(function, index) {
        if matches!(argument.kind, ExprKind::Keyword(Keyword::Timestamp)) {
            return Some("`timestamp` counts seconds, a date in numbers milliseconds: write `now`".to_owned());
        }
        let wrong = matches!(given, Kind::Bool | Kind::Array) || is_words(argument, template);
        return wrong.then(|| format!("`{function}` works on a date, and `{written}` is none"));
    }
    if takes_number(function, index) {
        let wrong = matches!(given, Kind::Array | Kind::Date) || is_words(argument, template);
        return wrong.then(|| format!("`{function}` takes a number here, and `{written}` is none"));
    }
    None
}

/// Whether the first argument, which the function works on, is a short literal that belongs in second place: a separator,
/// a path, a format.
fn is_fixed_subject(function: &str, index: usize, argument: &Expr, template: &Template) -> bool {
    let ExprKind::Text(text) = &argument.kind else { return false };
    let text = text.resolve(template.source());
    index == 0
        && match function {
            "split" => text.chars().count() <= 1,
            "get" => {
                !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
            }
            "parseDate" => ["YY", "DD", "HH"].iter().any(|token| text.contains(token)),
            _ => false,
        }
}

fn named(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "a boolean",
        Kind::Number => "a number",
        Kind::Text => "a text",
        Kind::Date => "a date",
        Kind::Array => "a list",
    }
}

fn takes_list(function: &str, index: usize) -> bool {
    const FUNCTIONS: &[&str] = &[
        "join",
        "add",
        "remove",
        "map",
        "sort",
        "reverse",
        "shuffle",
        "slice",
        "flatten",
        "distinct",
        "deduplicate",
        "toCollection",
        "first",
        "last",
        "pop",
        "shift",
    ];
    index == 0 && FUNCTIONS.contains(&function) || function == "merge"
}

fn takes_date(function: &str, index: usize) -> bool {
    let shifts = function.starts_with("add") && takes_number(function, 1);
    index == 0 && (shifts || function == "formatDate") || function == "dateDiff" && index < 2
}

fn takes_number(function: &str, index: usize) -> bool {
    const FUNCTIONS: &[&str] = &["addSeconds", "addMinutes", "addHours", "addDays", "addMonths", "addYears"];
    index == 1 && FUNCTIONS.contains(&function)
}

/// A literal text without any digit: neither a number nor a date.
fn is_words(argument: &Expr, template: &Template) -> bool {
    let ExprKind::Text(text) = &argument.kind else { return false };
    !text.resolve(template.source()).bytes().any(|byte| byte.is_ascii_digit())
}
