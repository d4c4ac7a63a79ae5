//! `timeout-range`: a time Make does not wait.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0225",
    name: "timeout-range",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A `timeout` that is no number from 1 to 300000.

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

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (_, block, request) in connection.requests() {
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
                .in_block(block),
        );
    }
}
