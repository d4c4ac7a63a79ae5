//! `expression-without-braces`: a variable written as plain text.

use connspec_diagnostics::{Fix, Severity, Span};

use super::braces::variable_at;
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;

pub static RULE: Rule = Rule {
    code: "CS0807",
    name: "expression-without-braces",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Expression(check),
};

const DOCUMENTATION: &str = r#"
A text that is a variable and nothing else, without `{{ }}`: `body.access_token` in `response.data`,
`parameters.apiKey` in a header. In a query or a body such words may be the provider's own (`data.customer`); there only
`parameters`, `connection`, `common` and `temp` count.

## Why
It is a text: the words `body.access_token` are stored as the token.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "token": "body.access_token" } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/login",
  "response": { "data": { "token": "{{body.access_token}}" } }
}
```

## Fix
The braces are suggested; not applied by itself, for the text may be meant.

## Source
pitfalls.md 133.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    let text = site.template.source();
    let is_variable = text.contains('.') && variable_at(text, 0) == Some(text.len()) && !text.starts_with(' ');
    if !is_variable || !may_hold(site, text.split(['.', '[']).next().unwrap_or_default()) {
        return;
    }
    let (start, end) = (site.place(Span::at(0)), site.place(Span::at(text.len())));
    findings.push(
        RULE.finding(format!("`{text}` is a text without braces, not a variable"))
            .at(site.place(Span::new(0, text.len())))
            .why("the words themselves are used, not the value they name")
            .help(format!("write {{{{{text}}}}}"))
            .fix(Fix::suggestion("put it between `{{` and `}}`").replace(start, "{{").replace(end, "}}"))
            .in_block(&site.block),
    );
}

/// Whether a variable with this root is what such a text must mean here.
fn may_hold(site: &Site<'_>, root: &str) -> bool {
    let input = matches!(root, "parameters" | "connection" | "common" | "temp");
    let answer = matches!(root, "body" | "headers" | "query" | "data" | "oauth" | "environment");
    match site.directive().as_str() {
        "url" | "headers" | "temp" | "condition" => input || root == "data",
        "qs" | "body" => input,
        "response.data" | "response.temp" | "response.expires" | "response.uid" | "response.metadata"
        | "response.scope" | "response.valid" => input || answer,
        _ => false,
    }
}
