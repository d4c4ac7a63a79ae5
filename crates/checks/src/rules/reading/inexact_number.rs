//! `inexact-number`: a number that JavaScript rounds. Found while reading.

use connspec_spec::rules::INEXACT_NUMBER;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: INEXACT_NUMBER.code,
    name: INEXACT_NUMBER.name,
    severity: INEXACT_NUMBER.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A whole number beyond 2^53.

## Why
Make holds numbers as doubles, so the last digits change: `12345678901234567891` is sent as `12345678901234567000`.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "qs": { "account": 12345678901234567891 }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "qs": { "account": "12345678901234567891" }
}
```

## Source
communication.md §7; RFC 8259 §6.
"#;
