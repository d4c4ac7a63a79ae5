//! `unquoted-text`: a date format without quotes.

use connspec_diagnostics::Severity;

use super::oddities;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0816",
    name: "unquoted-text",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Remark, check),
};

const DOCUMENTATION: &str = r#"
A date format that is written without quotes.

## Why
`YYYY-MM-DD` is read as a subtraction of three variables; the function gets something that is no format and uses its
own.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "qs": { "since": "{{formatDate(now, YYYY-MM-DD)}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "qs": { "since": "{{formatDate(now, 'YYYY-MM-DD')}}" }
}
```

## Source
iml.md §12 C16.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    oddities::report_all(&RULE, site, "the function gets something that is no format and uses its own", findings);
}
