//! `timeout-range`: a time Make does not wait.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0225",
    name: "timeout-range",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A `timeout` that is no number from 1 to 300000.
Base and modules are looked at too.

## Why
It counts milliseconds. Make takes its own 40000 instead of a text, and nothing waits longer than five minutes.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me", "timeout": "60 s" }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "timeout": 60000 }
```

## Source
communication.md §5 `timeout`.
"#;

/// The longest time Make waits, in milliseconds.
const LONGEST: f64 = 300_000.0;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for (block, request) in whole.all_requests() {
        let Some(timeout) = request.get("timeout").filter(|timeout| !timeout.is_null()) else { continue };
        let message = match timeout.as_f64() {
            Some(value) if (1.0..=LONGEST).contains(&value) => continue,
            Some(_) => "`timeout` is outside 1 to 300000".to_owned(),
            None => format!("`timeout` is {}, not a number", timeout.kind_name()),
        };
        findings.push(
            RULE.finding(message)
                .at(timeout.place)
                .why("it counts milliseconds; Make waits 40000 where it finds no number, and never longer than 300000")
                .help("write a number of milliseconds from 1 to 300000")
                .in_block(&*block),
        );
    }
}
