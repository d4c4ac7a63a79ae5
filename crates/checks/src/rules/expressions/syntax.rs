//! `expression-syntax`: an expression that does not parse.

use connspec_diagnostics::Severity;
use connspec_iml::Finding;

use super::oddities;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0801",
    name: "expression-syntax",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Remark, check),
};

const DOCUMENTATION: &str = r#"
Something between `{{` and `}}` that is no expression: a missing operand, parenthesis or quote.

## Why
Make stops with an error when it evaluates it, which for a connection means: when a user clicks.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic {{base64(parameters.user + ':' + parameters.password}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic {{base64(parameters.user + ':' + parameters.password)}}" }
}
```

## Source
iml.md §4, §11.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    for remark in oddities::of_rule(&RULE, site).filter(|remark| !follows_from_a_quote(site, remark)) {
        let why = "Make stops with an error when it evaluates this expression";
        let mut finding = oddities::report(&RULE, site, remark, why);
        if let Some((written, meant)) = foreign_operator(site.template.source(), remark) {
            finding.message = format!("there is no operator `{written}`");
            finding.help = meant.to_owned();
        }
        findings.push(finding);
    }
}

/// Whether a parenthesis is open only because a quote behind it is: the rest of the expression is text.
fn follows_from_a_quote(site: &Site<'_>, remark: &Finding) -> bool {
    let is_inside = |other: &Finding| {
        let mut expressions = site.template.expressions();
        expressions.any(|expression| expression.span.contains(remark.span) && expression.span.contains(other.span))
    };
    let is_quote = |other: &&Finding| other.code == "unclosed-quote" && other.span > remark.span;
    remark.code == "unclosed-bracket" && site.template.findings().iter().filter(is_quote).any(is_inside)
}

/// Operators of other languages, and what to write instead.
const OPERATORS: &[(&str, &str)] = &[
    ("!===", "write `!=`"),
    ("====", "write `=`"),
    ("<>", "write `!=`"),
    ("=<", "write `<=`"),
    ("=>", "write `>=`; functions with an arrow do not exist"),
    ("+=", "nothing is assigned in an expression: write `+`"),
    ("-=", "nothing is assigned in an expression: write `-`"),
    ("->", "write a dot: `body.id`"),
    ("**", "multiply: `a * a`"),
    ("=!", "write `!=`"),
];

/// The operator of another language that leaves one of ours without an operand.
fn foreign_operator<'s>(source: &'s str, remark: &Finding) -> Option<(&'s str, &'static str)> {
    let at = remark.span.range().start;
    let is_around = |written: &str| {
        (0..=written.len()).find_map(|before| {
            let start = at.checked_sub(before)?;
            source.get(start..start + written.len()).filter(|part| *part == written)
        })
    };
    let mut operators = OPERATORS.iter().filter(|_| remark.code == "missing-operand");
    operators.find_map(|(written, meant)| Some((is_around(written)?, *meant)))
}
