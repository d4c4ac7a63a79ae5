//! `juxtaposition`: operands with no operator between them.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_iml::Finding;
use connspec_iml::foreign::joined_by_colon;

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
Two operands with nothing between them, or with a word that is no operator: `and`, `or`, `not`, `mod`, `?`, `:`.

## Why
They are joined as text: `a and b` is the text of `a`, of a variable `and` and of `b`. As a condition such a text is
true, whatever the values are. A colon belongs to names: `common.id:common.secret` is one variable, which does not exist.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{body.active and body.id}}" }
}
```

```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic {{base64(parameters.user:parameters.password)}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "valid": "{{body.active & body.id}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Basic {{base64(parameters.user + ':' + parameters.password)}}" }
}
```

## Fix
Of a colon: it is suggested as a text that `+` joins.

## Source
iml.md §4, §7.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    for remark in oddities::of_rule(&RULE, site) {
        if remark.code == "joining-colon" {
            findings.push(colon(site, remark));
            continue;
        }
        let why = "the operands are joined as text; as a condition such a text is true whatever the values are";
        findings.push(oddities::report(&RULE, site, remark, why));
    }
}

/// A colon between two values, or as an operand of its own.
fn colon(site: &Site<'_>, remark: &Finding) -> Diagnostic {
    let why = "Make looks for a variable of that name; there is none, and nothing is sent in its place";
    let meant = joined_by_colon(&site.template.source()[remark.span.range()]).unwrap_or_else(|| "':'".to_owned());
    let mut finding = oddities::report(&RULE, site, remark, why);
    finding.severity = Severity::Error;
    finding.fix(Fix::suggestion(format!("write `{meant}`")).replace(site.place(remark.span), meant))
}
