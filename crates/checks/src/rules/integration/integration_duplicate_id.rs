//! `integration-duplicate-id`: an id that is given twice.

use crate::integration::Integration;
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::{Place, Severity};
pub static RULE: Rule = Rule {
    code: "CS1115",
    name: "integration-duplicate-id",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
Two entries of a manifest's forms with the same id.

## Why
Both values go under one name, so one of them is lost.

## Example
```jsonc connection
{
  "initial_data_form": [
    { "id": "KEY", "name": "Key", "description": "A key", "secret": true },
    { "id": "KEY", "name": "Team", "description": "A team", "secret": false }
  ],
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "initial_data_form": [
    { "id": "KEY", "name": "Key", "description": "A key", "secret": true },
    { "id": "TEAM", "name": "Team", "description": "A team", "secret": false }
  ],
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Source
chiefonboarding.md §3, templates: one context for all values.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let mut seen: Vec<(&str, Place)> = Vec::new();
    for (form, item) in integration.forms() {
        let Some(id) = item.node.get("id").filter(|_| !item.id.is_empty()) else { continue };
        match seen.iter().find(|(known, _)| *known == item.id) {
            Some((_, first)) => findings.push(
                RULE.finding(format!("`{}` is asked for twice", item.id))
                    .at(id.place)
                    .also(*first, "here first")
                    .why("both values go under one name, so one of them is lost")
                    .help("give one of them another id")
                    .in_block(form),
            ),
            None => seen.push((&item.id, id.place)),
        }
    }
}
