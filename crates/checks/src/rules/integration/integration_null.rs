//! `integration-null`: null where a key may be left out but not be nothing.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;

use crate::edit::remove_member;
use crate::integration::{Integration, named};
use crate::rule::{Check, Findings, Rule};

pub static RULE: Rule = Rule {
    code: "CS1139",
    name: "integration-null",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
Null as the value of a key that may be left out: at the top of a manifest, in a request, in `oauth`, in an entry of a
form. What must not be left out either counts as missing and has other rules.

## Why
The validator knows a key with a value and no key, and refuses null for each of them. A run takes most nulls for nothing,
which is why such a manifest may have worked where it was written.

## Example
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users", "method": "POST", "headers": null }] }
```

## Instead
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }] }
```

## Fix
The key is taken out: suggested.

## Source
chiefonboarding.md §1: the validator; Django REST framework, "Core arguments of fields": `allow_null` is false unless said.
"#;

const TOP: &[&str] = &[
    "form",
    "exists",
    "revoke",
    "post_execute_notification",
    "initial_data_form",
    "extra_user_info",
    "headers",
    "oauth",
    "data_from",
    "next_page",
    "next_page_from",
    "next_page_token_from",
    "schedule",
    "amount_pages_to_fetch",
];
const REQUEST: &[&str] = &[
    "data",
    "headers",
    "status_code",
    "store_data",
    "continue_if",
    "polling",
    "files",
    "save_as_file",
    "extra_headers",
];
const FORM: &[&str] = &["url", "items", "data_from", "choice_value", "choice_name", "options_source"];

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let root = integration.root;
    look(integration, root, TOP, "", findings);
    if let Some(oauth) = root.get("oauth") {
        look(integration, oauth, &["without_code"], "oauth", findings);
    }
    for (_, item) in integration.requests() {
        look(integration, &item.node, REQUEST, &named(&item.pointer), findings);
    }
    for (form, item) in integration.forms() {
        let keys: &[&str] = if form == "form" { FORM } else { &["secret"] };
        look(integration, &item.node, keys, &named(&item.pointer), findings);
    }
}

fn look(integration: &Integration<'_>, node: &Node, keys: &[&str], block: &str, findings: &mut Findings) {
    let nulls = node.effective_members().filter(|member| member.value.is_null());
    for member in nulls.filter(|member| keys.contains(&member.key.as_str())) {
        let edits = remove_member(integration.sources(), node, member);
        let finding = RULE
            .finding(format!("`{}` may not be null", member.key))
            .at(member.value.place)
            .why("the validator refuses null; a key without a value is left out")
            .help("take it out")
            .fix(Fix::suggestion("take it out").with_edits(edits));
        findings.push(if block.is_empty() { finding } else { finding.in_block(block) });
    }
}
