//! `integration-status-code-numbers`: `status_code` with numbers, which never match.

use crate::integration::{Integration, named};
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::{Fix, Severity};
pub static RULE: Rule = Rule {
    code: "CS1122",
    name: "integration-status-code-numbers",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A number in `status_code`.

## Why
The status is compared as a text, so `[200, 201]`, as the documentation writes it, makes every answer a failure.

## Example
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users", "method": "POST", "status_code": [200, 201] }] }
```

## Instead
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users", "method": "POST", "status_code": ["200", "201"] }] }
```

## Fix
The number is put into quotes: safe, since nothing passes before.

## Source
chiefonboarding.md §3, status check. Our runner's switch for it is `statusCodeNumbers`.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for (_, item) in integration.requests() {
        for code in item.status_code.iter().flat_map(|codes| &codes.value).filter(|code| !code.is_text) {
            findings.push(
                RULE.finding(format!("{} never matches", code.text))
                    .at(code.place)
                    .why("the status is compared as a text, so a number makes every answer a failure")
                    .help(format!("write \"{}\"", code.text))
                    .in_block(named(&item.pointer))
                    .fix(Fix::safe("write it in quotes").replace(code.place, format!("\"{}\"", code.text))),
            );
        }
    }
}
