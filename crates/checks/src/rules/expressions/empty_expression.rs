//! `empty-expression`: `{{}}`.

use connspec_diagnostics::Severity;

use super::oddities;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0817",
    name: "empty-expression",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Remark, check),
};

const DOCUMENTATION: &str = r#"
An expression with nothing in it.

## Why
It gives null, and nothing within a text. Usually a name was forgotten.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```

## Source
iml.md §2.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    oddities::report_all(
        &RULE,
        site,
        "it gives null, and nothing within a text; usually a name was forgotten",
        findings,
    );
}
