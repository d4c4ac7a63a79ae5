//! `expiry-compared-with-number`: a stored date against a number.

use std::cell::LazyCell;

use connspec_diagnostics::Severity;
use connspec_iml::Template;
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind, Keyword};
use hashbrown::HashSet;

use super::lives::{renewals, token_writes};
use crate::rule::{Check, Findings, Rule};
use crate::rules::expressions::kinds::each_node;
use crate::subject::Connection;
use crate::symbolic::{Sort, bare, call, number, sort, store_key, text, whole};

pub static RULE: Rule = Rule {
    code: "CS0529",
    name: "expiry-compared-with-number",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A condition compares a stored date with a number, or takes seconds from it with `-`.

## Why
A date compared with a number counts milliseconds since 1970: `data.expires < 300` never holds, and with `timestamp`, which
counts seconds, it never holds either, nor with `formatDate(now, 'X')`. The token is not renewed. Taking from it is a warning: milliseconds may be meant.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
  },
  "refresh": { "condition": "{{data.expires < timestamp}}", "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
  },
  "refresh": { "condition": "{{data.expires < addMinutes(now, 5)}}", "url": "https://api.acme.test/oauth/token" }
}
```

## Source
iml.md §6.3, §7; connection.md §6.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let renewals = renewals(connection);
    if renewals.is_empty() {
        return;
    }
    let dates = LazyCell::new(|| dates(connection));
    for (request, site) in renewals {
        let template = &site.template;
        let mut report = |span, message: String, severity| {
            let mut finding = RULE
                .finding(message)
                .at(site.place(span))
                .why("as a number a date counts milliseconds since 1970: the condition never holds when it should")
                .help("compare with a date: `data.expires < addMinutes(now, 5)`")
                .in_block(request.block);
            finding.severity = severity;
            findings.push(finding);
        };
        each_node(template, &mut |expr| {
            let ExprKind::Binary(binary) = &expr.kind else { return };
            let is_date = |side: &Expr| store_key(template, side).filter(|key| dates.contains(*key));
            let is_number = |side: &Expr| {
                let counts = matches!(bare(side).kind, ExprKind::Keyword(Keyword::Timestamp))
                    || sort(template, side) == Sort::Number
                    || is_seconds_as_text(template, side);
                let is_instant = number(side).is_some_and(|number| number.abs() > 1e11);
                counts && !is_instant
            };
            let sides: [(&Expr, &Expr); 2] = [(&binary.left, &binary.right), (&binary.right, &binary.left)];
            let is_between = |(one, other): (&Expr, &Expr)| is_number(other).then(|| is_date(one))?;
            let Some(key) = sides.into_iter().find_map(is_between) else { return };
            use BinaryOperator::{Greater, GreaterOrEqual, Less, LessOrEqual, Subtract};
            match binary.operator {
                Less | LessOrEqual | Greater | GreaterOrEqual => {
                    report(
                        expr.span,
                        format!("`data.{key}` is a date, and is compared with a number"),
                        Severity::Error,
                    );
                }
                // Whoever counts in milliseconds may get what is meant, while the date is one and no text.
                Subtract => {
                    let message = format!("`data.{key}` is a date, and `-` takes milliseconds from it");
                    report(expr.span, message, Severity::Warning);
                }
                _ => {}
            }
        });
    }
}

/// The keys that hold a date in every block that stores them.
fn dates<'a>(connection: &Connection<'a>) -> HashSet<&'a str> {
    let (mut dates, mut others) = (HashSet::new(), HashSet::new());
    for write in token_writes(connection) {
        let is_date = write
            .site
            .is_some_and(|site| whole(site.template).is_some_and(|expr| sort(site.template, expr) == Sort::Date));
        let keys = if is_date { &mut dates } else { &mut others };
        keys.insert(write.member.key.as_str());
    }
    dates.retain(|key| !others.contains(*key));
    dates
}

/// `formatDate(now, 'X')`.
fn is_seconds_as_text(template: &Template, expr: &Expr) -> bool {
    match call(template, expr) {
        Some(("formatDate", [_, format, ..])) => text(template, format) == Some("X"),
        _ => false,
    }
}
