//! `integration-secret-flag-missing`: nothing says whether a value is secret.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::insert_member;
use crate::integration::Integration;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::is_secret_name;
pub static RULE: Rule = Rule {
    code: "CS1116",
    name: "integration-secret-flag-missing",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An entry of `initial_data_form` without `secret`. For one whose name says that it is a secret this is a warning, for
others a remark. Generated values need none. Also one that is named like a secret and says `false`.

## Why
The validator's default is true, and the code that reads the form takes an absent flag for false: what is typed is shown.

## Example
```jsonc connection
{
  "initial_data_form": [{ "id": "API_TOKEN", "name": "Token", "description": "From the settings" }],
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "initial_data_form": [{ "id": "API_TOKEN", "name": "Token", "description": "From the settings", "secret": true }],
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Fix
`"secret": true` is added: safe, the value stays the same and is hidden.

## Source
chiefonboarding.md §1: an omitted secret key means NOT secret at run time.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for item in &integration.manifest.initial_data_form {
        let Some(id) = item.node.get("id").filter(|_| item.secret.is_none() && !item.is_generated()) else { continue };
        let edits = insert_member(integration.sources(), &item.node, "secret", &json!(true));
        let mut finding = RULE
            .finding(format!("nothing says whether `{}` is secret", item.id))
            .at(id.place)
            .why("without the flag the value is shown where it is edited")
            .help("add `\"secret\": true`, or false for what everybody may see")
            .in_block("initial_data_form")
            .fix(Fix::safe("hide it: `\"secret\": true`").with_edits(edits));
        if !is_secret_name(&item.id) {
            finding.severity = Severity::Info;
        }
        findings.push(finding);
    }
    shown(integration, findings);
}

/// Values that are named like a secret and declared to be none.
fn shown(integration: &Integration<'_>, findings: &mut Findings) {
    for item in integration.manifest.initial_data_form.iter().filter(|item| is_secret_name(&item.id)) {
        let Some(flag) = item.node.get("secret").filter(|flag| flag.as_bool() == Some(false)) else { continue };
        findings.push(
            RULE.finding(format!("`{}` is named like a secret and declared to be none", item.id))
                .at(flag.place)
                .why("the value is shown where it is edited")
                .help("write `\"secret\": true`")
                .in_block("initial_data_form")
                .fix(Fix::suggestion("hide it: `\"secret\": true`").replace(flag.place, "true")),
        );
    }
}
