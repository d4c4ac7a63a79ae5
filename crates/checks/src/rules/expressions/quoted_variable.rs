//! `quoted-variable`: a variable in quotes, which is a text.

use connspec_diagnostics::{Diagnostic, Fix, Place, Severity};
use connspec_iml::Signs;
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind};

use super::kinds::each_node;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0840",
    name: "quoted-variable",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Expression, check),
};

const DOCUMENTATION: &str = r#"
A variable in quotes within an expression: `{{'parameters.apiKey'}}`, `{{base64('parameters.key')}}`; or two of
them with a colon between: `{{base64('parameters.user:parameters.password')}}`.

## Why
What stands in quotes is a text. The words `parameters.apiKey` are sent as the key.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-api-key": "{{'parameters.apiKey'}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-api-key": "{{parameters.apiKey}}" }
}
```

## Fix
Taking the quotes away is suggested.

## Source
iml.md §4 (texts), §5 (variables).
"#;

/// Functions that use their argument as it is; others may take a path as a text, as `get` and `map` do.
const TAKE_VALUES: &[&str] =
    &["base64", "md5", "sha1", "sha256", "sha512", "encodeURL", "lower", "upper", "trim", "ifempty"];

fn check(site: &Site<'_>, findings: &mut Findings) {
    const QUOTES: Signs = Signs::of("'\"");
    let (_, in_expressions) = site.signs();
    if !in_expressions.have_any(QUOTES) {
        return;
    }
    let mut look = |expr: &Expr| {
        let ExprKind::Text(text) = &expr.kind else { return };
        let written = text.resolve(site.template.source());
        let place = site.place(expr.span);
        if is_pair(written) {
            findings.push(pair(site, place, written));
            return;
        }
        if !is_variable(written) {
            return;
        }
        findings.push(
            RULE.finding(format!("`{written}` in quotes is a text, not the variable"))
                .at(place)
                .why("the words themselves are used, not the value they name")
                .help(format!("write `{written}` without quotes"))
                .fix(Fix::suggestion("take the quotes away").replace(place, written))
                .in_block(&site.block),
        );
    };
    site.template.expressions().for_each(|expression| look(&expression.expr));
    each_node(site.template, &mut |expr| match &expr.kind {
        ExprKind::Call(call) if TAKE_VALUES.contains(&call.name.resolve(site.template.source())) => {
            call.arguments.first().into_iter().for_each(&mut look);
        }
        ExprKind::Binary(binary) if binary.operator == BinaryOperator::Add => {
            [&binary.left, &binary.right].into_iter().for_each(&mut look);
        }
        _ => {}
    });
}

/// Whether a text is two variables with a colon between them.
fn is_pair(text: &str) -> bool {
    text.split_once(':').is_some_and(|(first, second)| is_variable(first) && is_variable(second))
}

fn pair(site: &Site<'_>, place: Place, written: &str) -> Diagnostic {
    let right = written.replacen(':', " + ':' + ", 1);
    RULE.finding(format!("`{written}` in quotes is a text, not the two variables"))
        .at(place)
        .why("the words themselves are used, not the values they name")
        .help(format!("write `{right}`"))
        .fix(Fix::suggestion("take the variables out of the quotes").replace(place, right))
        .in_block(&site.block)
}

/// Whether a text is `parameters.apiKey` and the like: a root of a connection, and names behind it.
fn is_variable(text: &str) -> bool {
    const ROOTS: &[&str] = &["parameters", "connection", "common", "temp", "oauth", "body", "data", "query"];
    let is_name = |name: &str| {
        name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text.split_once('.').is_some_and(|(root, steps)| ROOTS.contains(&root) && steps.split('.').all(is_name))
}
