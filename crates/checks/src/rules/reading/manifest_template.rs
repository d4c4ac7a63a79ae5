//! `manifest-template`: a template of an integration manifest that does not compile. Found while reading.

use connspec_spec::rules::MANIFEST_TEMPLATE;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: MANIFEST_TEMPLATE.code,
    name: MANIFEST_TEMPLATE.name,
    severity: MANIFEST_TEMPLATE.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A text of an integration manifest that is no template of Django's: an unknown filter or tag, a tag that is not closed, an
expression that cannot be read. Inside `data` the template sees JSON text, so a quote in a filter's argument arrives
with a backslash before it.

## Why
Such a template ends every run that reaches it with an error.

## Example
```jsonc connection
{
  "headers": { "Authorization": "Bearer {{ TOKEN|defualt:'none' }}" },
  "initial_data_form": [{ "id": "TOKEN", "name": "Token", "description": "From your account page", "secret": true }],
  "execute": [{ "url": "https://api.acme.test/users/{{ email }}", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "headers": { "Authorization": "Bearer {{ TOKEN|default:'none' }}" },
  "initial_data_form": [{ "id": "TOKEN", "name": "Token", "description": "From your account page", "secret": true }],
  "execute": [{ "url": "https://api.acme.test/users/{{ email }}", "method": "POST" }]
}
```

## Source
chiefonboarding.md §3; the documentation of Django's templates.
"#;
