//! `integration-unknown-key`: a key the validator refuses.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_spec::dialect::ManifestType;

use crate::edit::{remove_member, rename_member};
use crate::integration::Integration;
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1101",
    name: "integration-unknown-key",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A key at the top of an integration manifest that its kind does not have. Manifests that import people
(`data_structure`, `next_page`, …) have no `form`, `exists`, `revoke`, `extra_user_info` and
`post_execute_notification`; the others have none of the keys of an import.

## Why
The validator refuses the whole manifest for it.

## Example
```jsonc connection
{
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }],
  "header": { "Accept": "application/json" }
}
```

## Instead
```jsonc connection
{
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }],
  "headers": { "Accept": "application/json" }
}
```

## Fix
A key that is nearly right is renamed, any other taken out: suggested, since only you know what was meant.

## Source
chiefonboarding.md §1, §7.
"#;

const BOTH: &[&str] = &["execute", "initial_data_form", "headers", "oauth"];
const ACCESS: &[&str] = &["form", "exists", "revoke", "post_execute_notification", "extra_user_info"];
const IMPORT: &[&str] = &[
    "data_from",
    "data_structure",
    "next_page_token_from",
    "next_page",
    "next_page_from",
    "schedule",
    "action",
    "amount_pages_to_fetch",
];

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let imports = integration.manifest.manifest_type == ManifestType::SyncUsers;
    let (own, foreign) = if imports { (IMPORT, ACCESS) } else { (ACCESS, IMPORT) };
    let known = || BOTH.iter().chain(own).copied();
    for member in integration.root.effective_members().filter(|member| known().all(|key| member.key != key)) {
        let key = &member.key;
        let mut finding = RULE
            .finding(if foreign.contains(&key.as_str()) {
                format!("`{key}` is no key of a manifest that imports people")
            } else {
                format!("`{key}` is no key of a manifest")
            })
            .at(member.key_place)
            .why("the validator refuses a manifest with a key it does not know");
        let free = known().filter(|key| integration.root.get(key).is_none());
        finding = match nearest(key, free) {
            Some(near) => finding
                .help(format!("did you mean `{near}`?"))
                .fix(Fix::suggestion(format!("rename it to `{near}`")).with_edits(rename_member(member, near))),
            None => finding.help("take it out").fix(Fix::suggestion("take it out").with_edits(remove_member(
                integration.sources(),
                integration.root,
                member,
            ))),
        };
        findings.push(finding);
    }
}
