//! `member-of-result`: a step behind the result of a call.

use connspec_diagnostics::Severity;

use super::oddities;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0814",
    name: "member-of-result",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Remark, check),
};

const DOCUMENTATION: &str = r#"
A step behind a closing parenthesis, such as `first(body.items).name`: only variables have steps.

## Why
It does not parse; Make stops with an error, or shows the whole object where a member is meant.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "uid": "{{first(body.accounts).id}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "uid": "{{get(first(body.accounts), 'id')}}" }
}
```

## Source
iml.md §4, §12 C10.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    oddities::report_all(
        &RULE,
        site,
        "only variables have members: the expression fails when it is evaluated",
        findings,
    );
}
