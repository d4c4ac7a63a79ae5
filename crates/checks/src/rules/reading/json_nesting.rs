//! `json-nesting`: brackets nested too deep. Found while reading.

use connspec_spec::rules::TOO_DEEP;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: TOO_DEEP.code,
    name: TOO_DEEP.name,
    severity: TOO_DEEP.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
Objects and lists nested more than 128 deep.

## Why
No definition needs it. Such a file is damaged, or made to exhaust whoever reads it; nothing of it is read.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me", "body": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]] }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "body": [[["a"]]] }
```

## Source
RFC 8259 §9: a reader may limit the depth of nesting.
"#;
