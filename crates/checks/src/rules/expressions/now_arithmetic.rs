//! `now-arithmetic`: seconds added to a date with `+`.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind};

use super::kinds::{Kind, each_node, kind};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0812",
    name: "now-arithmetic",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Operator, check),
};

const DOCUMENTATION: &str = r#"
A date and a number joined with `+`, such as `now + 3600`.

## Why
`+` adds numbers only; a date and a number become a text, `2026-01-01T00:00:00.000Z3600`, which is no date any more.
A condition that compares it is never true.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "expires": "{{now + body.expires_in}}" } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
}
```

## Fix
`addSeconds` is suggested where seconds can be meant.

## Source
iml.md §7; pitfalls.md 153.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    let source = site.template.source();
    each_node(site.template, &mut |expr| {
        let ExprKind::Binary(binary) = &expr.kind else { return };
        if binary.operator != BinaryOperator::Add {
            return;
        }
        let (date, number) = match (kind(&binary.left), kind(&binary.right)) {
            (Some(Kind::Date), _) => (&binary.left, &binary.right),
            (_, Some(Kind::Date)) => (&binary.right, &binary.left),
            _ => return,
        };
        if !is_duration(number, source) {
            return;
        }
        let (date, number_text) = (&source[date.span.range()], &source[number.span.range()]);
        let mut finding = RULE
            .finding(format!("`{}` is no date: `+` joins a date and a number as text", &source[expr.span.range()]))
            .at(site.place(expr.span))
            .why("the text is no date any more, so a comparison with it never holds")
            .help("write addSeconds(date, seconds), or addMinutes, addHours, addDays")
            .in_block(&site.block);
        let milliseconds = matches!(number.kind, ExprKind::Number(value) if value >= 1e7);
        if !milliseconds && !source[expr.span.range()].contains(['\\', '"']) {
            let meant = format!("addSeconds({date}, {number_text})");
            finding = finding.fix(Fix::suggestion(format!("write `{meant}`")).replace(site.place(expr.span), meant));
        }
        findings.push(finding);
    });
}

/// A number, or a variable that by its name is a time span.
fn is_duration(expr: &Expr, source: &str) -> bool {
    let ExprKind::Path(_) = &expr.kind else { return kind(expr) == Some(Kind::Number) };
    let written = source[expr.span.range()].to_ascii_lowercase().replace(['_', '`'], "");
    ["expiresin", "expirein", "lifetime", "ttl", "seconds", "maxage"].iter().any(|name| written.ends_with(name))
}
