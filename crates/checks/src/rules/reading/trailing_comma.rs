//! `trailing-comma`: a comma after the last entry. Found while reading.

use connspec_spec::rules::TRAILING_COMMA;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: TRAILING_COMMA.code,
    name: TRAILING_COMMA.name,
    severity: TRAILING_COMMA.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A comma after the last entry of an object or a list.

## Why
JSON knows no trailing comma. Make's editor marks it, and other readers of the file refuse it.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "method": "GET",
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "method": "GET"
}
```

## Fix
Removes the comma: safe, it means nothing.

## Source
iml.md §1; communication.md §1.
"#;
