//! `mixed-comparison`: a comparison of two kinds of values.

use connspec_diagnostics::Severity;

use super::{impossible_comparison, oddities};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0823",
    name: "mixed-comparison",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Remark, check),
};

const DOCUMENTATION: &str = r#"
A comparison by `=` or `!=` of values that are plainly of two kinds, such as a number and a text.

## Why
`=` converts before it compares, as JavaScript's `==` does, although official pages call it strict: `'0' = 0` and
`true = '1'` are true. It works as long as that is what was meant.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{indexOf(body.roles, 'admin') != '-1'}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{indexOf(body.roles, 'admin') != -1}}" }
}
```

## Source
iml.md §7, §12 C1.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    for remark in oddities::of_sound(&RULE, site) {
        // One that can never hold is told of in stronger words.
        if !impossible_comparison::is_at(site.template, remark.span) {
            let why = "the comparison may hold for values that are not the same";
            findings.push(oddities::report(&RULE, site, remark, why));
        }
    }
}
