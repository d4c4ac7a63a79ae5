//! `zero-index`: a position counted from 0.

use connspec_diagnostics::{Fix, Severity};

use super::oddities;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0802",
    name: "zero-index",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Remark, check),
};

const DOCUMENTATION: &str = r#"
A position `[0]`, or a step `.0`. Positions in expressions count from 1; only the arguments of functions such as
`slice` and `indexOf` count from 0.

## Why
`[0]` is always undefined: the value is empty, and nothing says so.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "uid": "{{body.accounts[0].id}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "uid": "{{body.accounts[1].id}}" }
}
```

## Fix
The position 1 is suggested. It is not applied by itself: a member that is really called `0` may be meant.

## Source
iml.md §8; pitfalls.md 128.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    for remark in oddities::of_rule(&RULE, site) {
        let first = if site.template.source()[remark.span.range()].starts_with('[') { "[1]" } else { "1" };
        let fix = Fix::suggestion("take the first item").replace(site.place(remark.span), first);
        findings.push(oddities::report(&RULE, site, remark, "the value is always empty, and nothing says so").fix(fix));
    }
}
