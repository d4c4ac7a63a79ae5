//! `integration-value-unknown`: a word where only certain words are taken.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;
use serde_json::json;

use crate::edit::replace_value;
use crate::integration::{Integration, Stage, named};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1108",
    name: "integration-value-unknown",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A value that is none of those its key takes: `method` (`exists` takes GET, POST and PUT only), `type` of a form entry and
of a notification, `options_source`, `action`, `extra_headers`.

## Why
The validator refuses the manifest. `"action": "sync"`, which the documentation names, is refused too.

## Example
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users", "method": "post" }] }
```

## Instead
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }] }
```

## Fix
A word that differs in case alone is written as it must be: safe. One that is nearly right is suggested.

## Source
chiefonboarding.md §1, §7.
"#;

const METHODS: &[&str] = &["HEAD", "GET", "POST", "PUT", "PATCH", "DELETE"];

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let root = integration.root;
    for (stage, item) in integration.requests() {
        let block = named(&item.pointer);
        let methods = if stage == Stage::Exists { &["GET", "POST", "PUT"] } else { METHODS };
        look(integration, &item.node, "method", methods, &block, findings);
        look(integration, &item.node, "extra_headers", &["pritunl"], &block, findings);
    }
    for (_, item) in integration.forms().filter(|(form, _)| *form == "form") {
        let block = named(&item.pointer);
        look(integration, &item.node, "type", &["multiple_choice", "choice", "input", "generate"], &block, findings);
        look(integration, &item.node, "options_source", &["fixed list", "fetch url"], &block, findings);
    }
    for node in root.get("post_execute_notification").map(Node::elements).unwrap_or_default() {
        look(integration, node, "type", &["email", "text"], "post_execute_notification", findings);
    }
    look(integration, root, "action", &["create", "update"], "", findings);
}

fn look(integration: &Integration<'_>, node: &Node, key: &str, words: &[&str], block: &str, findings: &mut Findings) {
    let Some(written) = node.get(key) else { return };
    let Some(word) = written.as_str().filter(|word| !word.is_empty() && !words.contains(word)) else { return };
    let list = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let mut finding = RULE
        .finding(format!("`{key}` cannot be `{word}`"))
        .at(written.place)
        .why("the validator takes no other word than those it knows")
        .help(format!("write one of {list}"));
    if !block.is_empty() {
        finding = finding.in_block(block);
    }
    let same = words.iter().find(|known| known.eq_ignore_ascii_case(word.trim()));
    let edits = |word: &str| replace_value(integration.sources(), written, &json!(word));
    findings.push(match (same, nearest(word, words.iter().copied())) {
        (Some(same), _) => finding.fix(Fix::safe(format!("write `{same}`")).with_edits(edits(same))),
        (None, Some(near)) => finding.fix(Fix::suggestion(format!("write `{near}`")).with_edits(edits(near))),
        (None, None) => finding,
    });
}
