//! `directive-shape`: a directive with a value of the wrong shape. Found while reading.

use connspec_spec::rules::DIRECTIVE_SHAPE;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: DIRECTIVE_SHAPE.code,
    name: DIRECTIVE_SHAPE.name,
    severity: DIRECTIVE_SHAPE.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A directive whose value has a shape Make does not understand: headers as a list, a url as an object.

## Why
Such a directive has no effect, or the request fails for a reason that names something else.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": [{ "name": "authorization", "value": "Bearer {{parameters.apiKey}}" }]
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" }
}
```

## Source
communication.md §5, §7; Make's editor schema.
"#;
