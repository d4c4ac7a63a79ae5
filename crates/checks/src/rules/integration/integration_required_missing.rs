//! `integration-required-missing`: something the validator or a run demands is missing.

use connspec_diagnostics::Severity;
use connspec_spec::Node;

use crate::integration::{Integration, named};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1103",
    name: "integration-required-missing",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A key the validator demands, or one without which a run ends: `name` and `type` of a form entry, `items` where it is
chosen from a list that no `url` answers, `expected` of `exists`,
`type`, `to`, `subject` and `message` of a notification, `action` and `data_from` of an import. An empty text counts as
missing. Requests without `url` and manifests without `execute` are `manifest-incomplete`; `method` and `description`
have rules of their own.

## Why
The validator refuses the manifest; where one came in without it, a run ends in the middle.

## Example
```jsonc connection
{
  "form": [{ "id": "TEAM", "name": "Team" }],
  "execute": [{ "url": "https://api.acme.test/teams/{{ TEAM }}", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "form": [{ "id": "TEAM", "name": "Team", "type": "input" }],
  "execute": [{ "url": "https://api.acme.test/teams/{{ TEAM }}", "method": "POST" }]
}
```

## Source
chiefonboarding.md §1, §7.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let root = integration.root;
    for (form, item) in integration.forms() {
        let wanted: &[&str] = if form == "form" { &["name", "type"] } else { &["name"] };
        demand(&item.node, wanted, "id", &named(&item.pointer), findings);
        if form == "form" && item.is_choice() && item.request.is_none() && item.node.get("items").is_none() {
            report(&item.node, "items", "id", &named(&item.pointer), findings);
        }
    }
    if let Some(exists) = root.get("exists").filter(|exists| !exists.members().is_empty()) {
        demand(exists, &["expected"], "url", "exists", findings);
    }
    let messages = root.get("post_execute_notification").map(Node::elements).unwrap_or_default();
    for (index, message) in messages.iter().enumerate() {
        let block = named(&format!("/post_execute_notification/{index}"));
        demand(message, &["type", "to", "subject", "message"], "type", &block, findings);
    }
    if root.get("data_structure").is_some() {
        demand(root, &["action"], "data_structure", "", findings);
        // An empty `data_from` is the whole answer.
        if root.get("data_from").is_none() {
            report(root, "data_from", "data_structure", "", findings);
        }
    }
}

fn demand(node: &Node, keys: &[&str], shown: &str, block: &str, findings: &mut Findings) {
    for key in keys {
        let is_missing = node.get(key).is_none_or(|value| value.is_null() || value.as_str() == Some(""));
        if is_missing {
            report(node, key, shown, block, findings);
        }
    }
}

/// Points at the empty value, else at the key people know the object by, else at the object.
fn report(node: &Node, key: &str, shown: &str, block: &str, findings: &mut Findings) {
    let place = node
        .get(key)
        .map(|value| value.place)
        .or_else(|| node.member(shown).map(|member| member.key_place))
        .unwrap_or(node.place);
    let mut finding = RULE
        .finding(format!("`{key}` is missing"))
        .at(place)
        .why("the validator refuses a manifest without it, or a run ends where it is needed")
        .help(format!("add `{key}`"));
    if !block.is_empty() {
        finding = finding.in_block(block);
    }
    findings.push(finding);
}
