//! `unused-suppression`: a comment that silences a finding which is not there. Found where suppressions are applied.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: "CS0120",
    name: "unused-suppression",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A comment that silences a finding which is not there.

## Why
The mistake was mended, or the name is misspelt. What is left would hide the next mistake of its kind.

## Example
```jsonc connection
{
  // connspec-ignore CS0204: reachable from inside the company's network only
  "url": "https://api.acme.test/me"
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me"
}
```

## Fix
Removes a comment of which nothing is used: safe.

## Source
connspec's own: docs/checks/README.md, "Choosing and silencing".
"#;
