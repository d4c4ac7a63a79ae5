//! `integration-id-characters`: an id that is not made of capitals, digits and underscores.

use crate::integration::Integration;
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::Severity;
pub static RULE: Rule = Rule {
    code: "CS1113",
    name: "integration-id-characters",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An id of a form with other characters than capital letters, digits and underscores.

## Why
That is how ids are to be written. With a dash, a space or a dot, or an underscore at its beginning, no template can name
the value at all.

## Example
```jsonc connection
{
  "initial_data_form": [{ "id": "api-key", "name": "Key", "description": "A key", "secret": true }],
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "initial_data_form": [{ "id": "API_KEY", "name": "Key", "description": "A key", "secret": true }],
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Source
chiefonboarding.md §1: ids should be capitals, digits, underscore.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for (form, item) in integration.forms().filter(|(_, item)| !item.id.is_empty()) {
        let fits = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
        let Some(id) = item.node.get("id").filter(|_| !item.id.chars().all(fits)) else { continue };
        let nameable =
            item.id.chars().all(|letter| letter.is_alphanumeric() || letter == '_') && !item.id.starts_with('_');
        findings.push(
            RULE.finding(format!("`{}` is not made of capitals, digits and underscores", item.id))
                .at(id.place)
                .why(if nameable { "ids are to be written so" } else { "no template can name such a value" })
                .help("rename it, and what reads it")
                .in_block(form),
        );
    }
}
