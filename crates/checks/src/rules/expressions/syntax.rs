//! `expression-syntax`: an expression that does not parse.

use connspec_diagnostics::Severity;

use super::oddities;
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;

pub static RULE: Rule = Rule {
    code: "CS0801",
    name: "expression-syntax",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Expression(check),
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
    oddities::report_all(&RULE, site, "Make stops with an error when it evaluates this expression", findings);
}
