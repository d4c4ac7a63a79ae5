//! `juxtaposition`: operands with no operator between them.

use connspec_diagnostics::Severity;

use super::oddities;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0815",
    name: "juxtaposition",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Remark, check),
};

const DOCUMENTATION: &str = r#"
Two operands with nothing between them, or with a word that is no operator: `and`, `or`, `mod`, `?`.

## Why
They are joined as text: `a and b` is the text of `a`, of a variable `and` and of `b`. As a condition such a text is
true, whatever the values are.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{body.active and body.id}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{body.active & body.id}}" }
}
```

## Source
iml.md §4, §7.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    oddities::report_all(
        &RULE,
        site,
        "the operands are joined as text; as a condition such a text is true whatever the values are",
        findings,
    );
}
