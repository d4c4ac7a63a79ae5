//! `inline-literal`: an array or an object written inside an expression.

use connspec_diagnostics::Severity;

use super::oddities;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0803",
    name: "inline-literal",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Remark, check),
};

const DOCUMENTATION: &str = r#"
An array `['a', 'b']` or an object `{ key: value }` inside an expression. The language has no such literals.

## Why
Brackets give null, and braces are text around joined pieces: what is sent is empty or garbled.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "authorization": "Bearer {{jwt({ sub: parameters.user }, parameters.key)}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "qs": { "fields": "{{join(['id', 'name'], ',')}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "temp": { "claims": { "sub": "{{parameters.user}}" } },
  "headers": { "authorization": "Bearer {{jwt(temp.claims, parameters.key)}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "qs": { "fields": "{{join(split('id,name', ','), ',')}}" }
}
```

## Source
iml.md §4, §12 C14; pitfalls.md 129.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    oddities::report_all(&RULE, site, "what is sent is empty or garbled, and nothing says so", findings);
}
