//! `parse-date-arguments`: a time zone where `parseDate` takes the format.

use connspec_diagnostics::{Fix, Severity, Span};
use connspec_iml::Template;
use connspec_iml::ast::{Expr, ExprKind};

use super::kinds::each_node;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0811",
    name: "parse-date-arguments",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Call, check),
};

const DOCUMENTATION: &str = r#"
A time zone as the second argument of `parseDate`: the second is the format, the zone is the third.

## Why
The text does not have the "format" `Europe/Prague`, so the date is invalid and an expiry that is made of it never
comes. While a connection is created there is no scenario, and `environment.timezone` is empty too.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "expires": "{{parseDate(body.expires, environment.timezone)}}" } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "expires": "{{parseDate(body.expires, 'YYYY-MM-DD HH:mm:ss', 'Europe/Prague')}}" } }
}
```

## Fix
Without the argument the format is found by itself; that is suggested.

## Source
pitfalls.md 151; iml.md §6.4.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !site.template.calls_any(&["parseDate"]) {
        return;
    }
    each_node(site.template, &mut |expr| {
        let ExprKind::Call(call) = &expr.kind else { return };
        let is_parse_date = call.function.is_some_and(|function| function.name == "parseDate");
        let [text, second, rest @ ..] = call.arguments.as_slice() else { return };
        if !is_parse_date || !is_zone(site.template, second) {
            return;
        }
        let mut finding = RULE
            .finding("the second argument of `parseDate` is the format, not the time zone")
            .at(site.place(second.span))
            .why(
                "the text does not have this \"format\": the date is invalid, and what is compared with it never comes",
            )
            .help("write parseDate(text, format, zone), or parseDate(text) when the text is ISO 8601")
            .in_block(&site.block);
        if rest.is_empty() {
            let argument = Span { start: text.span.end, end: second.span.end };
            finding = finding.fix(Fix::suggestion("leave the argument out").replace(site.place(argument), ""));
        }
        findings.push(finding);
    });
}

/// `environment.timezone`, `parameters.timezone`, `'Europe/Prague'`, `'UTC'`.
fn is_zone(template: &Template, expr: &Expr) -> bool {
    let source = template.source();
    match &expr.kind {
        ExprKind::Text(text) => {
            let text = text.resolve(source);
            let is_name = |part: &str| {
                part.starts_with(|first: char| first.is_ascii_uppercase())
                    && part.chars().skip(1).any(|character| character.is_ascii_lowercase())
                    && part.chars().all(|character| character.is_ascii_alphabetic() || character == '_')
            };
            matches!(text, "UTC" | "GMT")
                || text.split_once('/').is_some_and(|(area, place)| is_name(area) && is_name(place))
        }
        ExprKind::Path(_) => {
            let written = source[expr.span.range()].to_ascii_lowercase().replace('_', "");
            written.ends_with(".timezone")
        }
        _ => false,
    }
}
