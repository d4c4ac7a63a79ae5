//! `argument-count`: too few or too many arguments.

use connspec_diagnostics::Severity;
use connspec_iml::ast::{Call, Expr, ExprKind};
use connspec_iml::functions::Function;

use super::kinds::each_node;
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;

pub static RULE: Rule = Rule {
    code: "CS0819",
    name: "argument-count",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Expression(check),
};

const DOCUMENTATION: &str = r#"
A call with fewer arguments than the function needs; with more than it takes it is a warning.

## Why
A missing argument is undefined: `replace(text, '-')` has nothing to put in the place, `addSeconds(3600)` no date.
An argument too many is ignored, which mostly means that a parenthesis stands in the wrong place.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "data": { "expires": "{{addSeconds(body.expires_in)}}" } }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-user": "{{lower(parameters.user, parameters.domain)}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
}
```

## Source
iml.md §9; iml-functions.json.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    each_node(&site.template, &mut |expr| {
        if let ExprKind::Call(call) = &expr.kind
            && let Some(function) = call.function
        {
            count(site, expr, call, function, findings);
        }
    });
}

fn count(site: &Site<'_>, expr: &Expr, call: &Call, function: &Function, findings: &mut Findings) {
    // The commas of an object literal are no separators of this call's arguments: the literal is the mistake.
    let remarks = site.template.findings().iter();
    if remarks.filter(|remark| remark.code == "inline-literal").any(|literal| expr.span.contains(literal.span)) {
        return;
    }
    let given = call.arguments.len();
    let is_empty = |argument: &&Expr| matches!(argument.kind, ExprKind::Empty);
    let written = given - call.arguments.iter().rev().take_while(is_empty).count();
    let (least, most) = (function.arguments.least, function.arguments.most);
    let name = function.name;
    let finding = if given < least {
        RULE.finding(format!("`{name}` needs {}, {} given", arguments(least), are(given)))
            .why("a missing argument is undefined, so that the result is empty or the expression fails")
    } else if most.is_some_and(|most| written > most) {
        let most = most.unwrap_or_default();
        let mut finding = RULE
            .finding(format!("`{name}` takes {}, {} given", arguments(most), are(written)))
            .why("what is too many is ignored; often a parenthesis stands in the wrong place");
        finding.severity = Severity::Warning;
        finding
    } else {
        return;
    };
    findings
        .push(finding.at(site.place(expr.span)).help(format!("write {}", function.signature)).in_block(&site.block));
}

fn arguments(count: usize) -> String {
    if count == 1 { "one argument".to_owned() } else { format!("{count} arguments") }
}

fn are(count: usize) -> String {
    match count {
        0 => "none is".to_owned(),
        1 => "one is".to_owned(),
        _ => format!("{count} are"),
    }
}
