//! `integration-polling-without-condition`: `polling` that does not know what it waits for.

use crate::integration::{Integration, named};
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::Severity;
pub static RULE: Rule = Rule {
    code: "CS1110",
    name: "integration-polling-without-condition",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
`polling` without `continue_if`.

## Why
Nothing says when to stop asking: the validator refuses it, a run breaks off.

## Example
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/jobs/1", "method": "GET", "polling": { "interval": 5, "amount": 10 } }] }
```

## Instead
```jsonc connection
{
  "execute": [{
    "url": "https://api.acme.test/jobs/1",
    "method": "GET",
    "polling": { "interval": 5, "amount": 10 },
    "continue_if": { "response_notation": "state", "value": "done" }
  }]
}
```

## Source
chiefonboarding.md §1: polling needs continue_if.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for (_, item) in integration.requests() {
        let Some(polling) = item.polling.as_ref().filter(|_| item.continue_if.is_none()) else { continue };
        findings.push(
            RULE.finding("`polling` has no `continue_if`")
                .at(polling.key)
                .why("nothing says which answer is waited for")
                .help("add `continue_if` with `response_notation` and `value`")
                .in_block(named(&item.pointer)),
        );
    }
}
