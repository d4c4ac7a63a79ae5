//! `manifest-incomplete`: an integration manifest that lacks what a run needs. Found while reading.

use connspec_spec::rules::MANIFEST_INCOMPLETE;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: MANIFEST_INCOMPLETE.code,
    name: MANIFEST_INCOMPLETE.name,
    severity: MANIFEST_INCOMPLETE.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
An integration manifest, or a fragment of one, without a part that every run needs: `execute`, `data_structure` where
people are imported, `authenticate_url` and `access_token` in `oauth`, `url` in a request.

## Why
The original refuses such a manifest, or fails in the middle of a run.

## Example
```jsonc connection
{
  "initial_data_form": [{ "id": "TOKEN", "name": "Token", "description": "From your account page", "secret": true }],
  "exists": { "url": "https://api.acme.test/users/{{ email }}", "method": "GET", "expected": "{{ email }}" }
}
```

## Instead
```jsonc connection
{
  "initial_data_form": [{ "id": "TOKEN", "name": "Token", "description": "From your account page", "secret": true }],
  "exists": { "url": "https://api.acme.test/users/{{ email }}", "method": "GET", "expected": "{{ email }}" },
  "execute": [{ "url": "https://api.acme.test/users?token={{ TOKEN|urlencode }}", "method": "POST" }]
}
```

## Source
chiefonboarding.md §1, §2.
"#;
