//! `integration-description-missing`: an entry of `initial_data_form` without a description.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::{insert_member, replace_value};
use crate::integration::Integration;
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1105",
    name: "integration-description-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An entry of `initial_data_form` or `extra_user_info` without `description`, or with an empty one. Entries named
`generate` need it too, although the documentation shows them without.

## Why
The validator refuses the manifest.

## Example
```jsonc connection
{
  "initial_data_form": [{ "id": "PASSWORD", "name": "generate" }],
  "execute": [{ "url": "https://api.acme.test/users?p={{ PASSWORD }}", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "initial_data_form": [{ "id": "PASSWORD", "name": "generate", "description": "Made up at every run" }],
  "execute": [{ "url": "https://api.acme.test/users?p={{ PASSWORD }}", "method": "POST" }]
}
```

## Fix
The name is suggested as the description: the validator takes it, a person would like more.

## Source
chiefonboarding.md §1, §7.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for (form, item) in integration.forms().filter(|(form, _)| *form != "form") {
        if item.description.as_deref().is_some_and(|description| !description.trim().is_empty()) {
            continue;
        }
        let Some(id) = item.node.member("id") else { continue };
        let text = json!(if item.is_generated() { "Made up at every run" } else { item.name.as_str() });
        let written = item.node.get("description");
        let edits = match written {
            Some(node) => replace_value(integration.sources(), node, &text),
            None => insert_member(integration.sources(), &item.node, "description", &text),
        };
        let finding = RULE
            .finding(format!("`{}` has no description", item.id))
            .at(written.map_or(id.key_place, |node| node.place))
            .why("the validator demands one, of generated values too")
            .help("say where the value is found")
            .in_block(form);
        let is_told = text.as_str().is_some_and(|text| !text.is_empty());
        findings.push(if is_told {
            finding.fix(Fix::suggestion("describe it by its name").with_edits(edits))
        } else {
            finding
        });
    }
}
