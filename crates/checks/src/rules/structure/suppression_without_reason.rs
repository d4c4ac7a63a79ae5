//! `suppression-without-reason`: a comment that silences a finding and does not say why. Found where suppressions are applied.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: "CS0119",
    name: "suppression-without-reason",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A comment that silences a finding and does not say why.

## Why
Whoever reads it later cannot tell whether the reason still holds, or whether there ever was one.

## Example
```jsonc connection
{
  // connspec-ignore CS0204
  "url": "http://api.acme.test/me"
}
```

## Instead
```jsonc connection
{
  // connspec-ignore CS0204: reachable from inside the company's network only
  "url": "http://api.acme.test/me"
}
```

## Source
connspec's own: docs/checks/README.md, "Choosing and silencing".
"#;
