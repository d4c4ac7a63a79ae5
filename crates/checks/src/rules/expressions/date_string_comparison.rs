//! `date-string-comparison`: a date compared with a formatted one.

use connspec_diagnostics::Severity;
use connspec_iml::Template;
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind};

use super::kinds::{Kind, each_node, kind};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};
use crate::symbolic::call;

pub static RULE: Rule = Rule {
    code: "CS0813",
    name: "date-string-comparison",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Operator, check),
};

const DOCUMENTATION: &str = r#"
A date compared with the text of another format, or two texts of different formats.

## Why
Texts are compared letter by letter, and a date with a text that does not read as a date compares with nothing: the
condition is the same whatever the time is.

## Example
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "refresh": {
    "condition": "{{formatDate(data.expires, 'DD.MM.YYYY') < formatDate(now, 'DD.MM.YYYY')}}",
    "url": "https://api.acme.test/oauth/token"
  }
}
```

## Instead
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "refresh": { "condition": "{{data.expires < now}}", "url": "https://api.acme.test/oauth/token" }
}
```

## Source
iml.md §7, §12 C7; pitfalls.md 154.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    use BinaryOperator::{Greater, GreaterOrEqual, Less, LessOrEqual};
    each_node(site.template, &mut |expr| {
        let ExprKind::Binary(binary) = &expr.kind else { return };
        if !matches!(binary.operator, Less | LessOrEqual | Greater | GreaterOrEqual) {
            return;
        }
        let formats = (format(site.template, &binary.left), format(site.template, &binary.right));
        let message = match formats {
            (Some(left), Some(right)) if left != right => {
                format!("a date as `{left}` is compared with one as `{right}`")
            }
            (Some(same), Some(_)) if !is_ordered(same) => format!("dates as `{same}` are not in order as texts"),
            (Some(text), None) if kind(&binary.right) == Some(Kind::Date) && !reads_as_date(text) => unreadable(text),
            (None, Some(text)) if kind(&binary.left) == Some(Kind::Date) && !reads_as_date(text) => unreadable(text),
            _ => return,
        };
        findings.push(
            RULE.finding(message)
                .at(site.place(expr.span))
                .why("texts are compared letter by letter, so the outcome has nothing to do with the time")
                .help("compare the dates themselves, without formatDate")
                .in_block(&site.block),
        );
    });
}

fn unreadable(format: &str) -> String {
    format!("a date is compared with a text as `{format}`, which does not read as a date")
}

/// The literal format of a `formatDate` call.
fn format<'t>(template: &'t Template, expr: &'t Expr) -> Option<&'t str> {
    match call(template, expr)? {
        ("formatDate", [_, format, ..]) => match &format.kind {
            ExprKind::Text(text) => Some(text.resolve(template.source())),
            _ => None,
        },
        _ => None,
    }
}

/// From the greatest unit to the smallest, all of fixed width.
fn is_ordered(format: &str) -> bool {
    matches!(format, "X" | "x" | "YYYY" | "YYYY-MM" | "YYYYMM" | "YYYYMMDD" | "HH:mm" | "HH" | "YYYYMMDDHHmmss")
        || format.starts_with("YYYY-MM-DD")
        || format.starts_with("YYYY/MM/DD")
}

/// The published shapes of dates (iml.md §6.4).
fn reads_as_date(format: &str) -> bool {
    ["YYYY-MM-DD", "YYYY/MM/DD", "MM/DD/YYYY", "D.M.YYYY", "DD.MM.YYYY"].iter().any(|shape| format.starts_with(shape))
}
