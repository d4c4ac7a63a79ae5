//! `json-syntax`: a file that is no JSON. Found while reading.

use connspec_spec::rules::JSON_SYNTAX;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: JSON_SYNTAX.code,
    name: JSON_SYNTAX.name,
    severity: JSON_SYNTAX.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A file that is no JSON: a missing comma, an unquoted key, single quotes, a text that never ends. Comments are fine.

## Why
Make refuses the section when it is uploaded. The examples of its own documentation contain such slips, so copies of
them do too.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me"
  "method": "GET"
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "method": "GET"
}
```

## Source
communication.md §1; app-layout.md.
"#;
