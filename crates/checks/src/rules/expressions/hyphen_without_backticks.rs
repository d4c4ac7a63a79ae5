//! `hyphen-without-backticks`: a name with a dash that is read as a subtraction.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::Root;

use super::oddities;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0804",
    name: "hyphen-without-backticks",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Remark, check),
};

const DOCUMENTATION: &str = r#"
A name with a dash and without backticks, such as `headers.retry-after`: it is read as a subtraction.

## Why
`headers.retry-after` is `headers.retry` minus the variable `after`: not a number. A subtraction of two variables,
`body.total-body.used`, is left alone.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "data": { "session": "{{headers.x-session}}" } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "data": { "session": "{{headers.`x-session`}}" } }
}
```

## Fix
Backticks around the name: safe, a subtraction from a name that nothing provides gives nothing.

## Source
iml.md §4, §8; pitfalls.md 130.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    for remark in oddities::of_rule(&RULE, site) {
        let written = &site.template.source()[remark.span.range()];
        if subtracts_a_variable(written) {
            continue;
        }
        let why = "the subtraction gives no number, so the value is empty or `NaN`";
        let mut finding = oddities::report(&RULE, site, remark, why);
        if let Some(meant) = in_backticks(written) {
            let fix = Fix::safe("put the name in backticks").replace(site.place(remark.span), meant);
            finding = finding.fix(fix);
        }
        findings.push(finding);
    }
}

/// `body.total-body.used`: what follows the dash is a variable of its own.
fn subtracts_a_variable(written: &str) -> bool {
    let behind = written.split('-').skip(1);
    behind.map(str::trim).any(|name| name.split_once('.').is_some_and(|(root, _)| Root::named(root).is_some()))
}

/// The path with backticks around each step that has a dash; none when there is more to it than names.
fn in_backticks(written: &str) -> Option<String> {
    let is_plain = |character: char| character.is_alphanumeric() || "_-.[]".contains(character);
    if !written.chars().all(is_plain) {
        return None;
    }
    let step = |step: &str| {
        let (name, index) = step.split_at(step.find('[').unwrap_or(step.len()));
        if name.contains('-') { format!("`{name}`{index}") } else { step.to_owned() }
    };
    Some(written.split('.').map(step).collect::<Vec<_>>().join("."))
}
