//! `valid-accepts-error-status`: a `valid` that takes an error for a success.

use connspec_diagnostics::Severity;
use connspec_iml::Template;
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind};

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{bare, number, steps};

pub static RULE: Rule = Rule {
    code: "CS0714",
    name: "valid-accepts-error-status",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A `valid` that asks for a status of 400 or above, as where a service answers 400 to a good key and 401 to a bad one.

## Why
Make's documentation says that an answer from 400 on can never be a success. Published connections are made so all the
same; connspec runs them as they are meant, and `validOnError` sets the other way.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/send",
  "response": { "valid": { "condition": "{{statusCode = 400}}", "message": "The key was refused" } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": { "condition": "{{body.ok}}", "message": "The key was refused" } }
}
```

## Source
Make's documentation of `valid`; communication.md §7.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    // Nobody answers `authorize` but the browser, without a status.
    for (_, block, request) in connection.requests().filter(|(phase, ..)| *phase != Phase::Authorize) {
        let Some(valid) = request.get("response").and_then(|response| response.get("valid")) else { continue };
        let Some(site) = connection.site_of(valid.get("condition").unwrap_or(valid)) else { continue };
        let mut found = Vec::new();
        for expression in site.template.expressions() {
            accepted(site.template, &expression.expr, &mut found);
        }
        for (status, expr) in found {
            findings.push(
                RULE.finding(format!("`valid` takes status {status} for a success"))
                    .at(site.place(expr.span))
                    .why("Make's documentation says that no answer from 400 on can be one: the connection may be refused")
                    .help("send a request that succeeds with the right credentials, or try this one in Make")
                    .in_block(block),
            );
        }
    }
}

/// The statuses from 400 on that make the condition true.
fn accepted<'e>(template: &Template, expr: &'e Expr, found: &mut Vec<(f64, &'e Expr)>) {
    let ExprKind::Binary(binary) = &bare(expr).kind else { return };
    match binary.operator {
        BinaryOperator::And | BinaryOperator::Or => {
            accepted(template, &binary.left, found);
            accepted(template, &binary.right, found);
        }
        BinaryOperator::Equal => {
            let is_status = |side: &Expr| steps(template, side).is_some_and(|steps| steps == ["statusCode"]);
            let sides = [(&binary.left, &binary.right), (&binary.right, &binary.left)];
            let status = sides.into_iter().find_map(|(one, other)| number(other).filter(|_| is_status(one)));
            found.extend(status.filter(|status| *status >= 400.0).map(|status| (status, bare(expr))));
        }
        _ => {}
    }
}
