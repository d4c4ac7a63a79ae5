//! `argument-count`: too few or too many arguments.

use connspec_diagnostics::Severity;

use super::oddities;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0819",
    name: "argument-count",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Remark, check),
};

const DOCUMENTATION: &str = r#"
A call with fewer arguments than the function needs; with more than it takes it is a warning.

## Why
A missing argument is undefined: `replace(text, '-')` has nothing to put in the place, `addSeconds(3600)` no date.
An argument too many is ignored, which mostly means that a parenthesis stands in the wrong place.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "data": { "expires": "{{addSeconds(body.expires_in)}}" } }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-user": "{{lower(parameters.user, parameters.domain)}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
}
```

## Source
iml.md §9; iml-functions.json.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    for remark in oddities::of_sound(&RULE, site) {
        let why = match remark.severity {
            Severity::Error => "a missing argument is undefined, so that the result is empty or the expression fails",
            _ => "what is too many is ignored; often a parenthesis stands in the wrong place",
        };
        let mut finding = oddities::report(&RULE, site, remark, why);
        finding.severity = remark.severity;
        findings.push(finding);
    }
}
