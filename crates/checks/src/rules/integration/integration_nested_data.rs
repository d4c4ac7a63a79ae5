//! `integration-nested-data`: an object within `data`, of which only names are sent.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;
use serde_json::json;

use crate::edit::{insert_member, replace_value};
use crate::integration::{Integration, named};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1123",
    name: "integration-nested-data",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
An object within `data`, in a member or in a list, where `cast_data_to_json` is true, as it is when absent. And `data`
that is a list.

## Why
What is cast is sent as a form, and a form has no objects: of `{"data": {"user": "a"}}` goes out `data=user`, the name
without its value. A list cannot be sent at all.

## Example
```jsonc connection
{ "execute": [{ "url": "https://api.acme.test/users", "method": "POST", "data": { "user": { "mail": "{{ email }}" } } }] }
```

## Instead
```jsonc connection
{
  "execute": [{
    "url": "https://api.acme.test/users",
    "method": "POST",
    "data": { "user": { "mail": "{{ email }}" } },
    "headers": { "Content-Type": "application/json" },
    "cast_data_to_json": false
  }]
}
```

## Fix
`"cast_data_to_json": false` is suggested: the service may want a form of another shape.

## Source
chiefonboarding.md §3, body encoding (verified with requests).
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for (_, item) in integration.requests().into_iter().filter(|(_, item)| item.casts()) {
        let Some(data) = item.node.member("data") else { continue };
        let holds_objects = |node: &Node| node.is_object() || node.elements().iter().any(Node::is_object);
        let nested = data.value.effective_members().filter(|member| holds_objects(&member.value));
        let list = Some(data).filter(|data| !data.value.elements().is_empty());
        for member in nested.chain(list) {
            let edits = match item.node.get("cast_data_to_json") {
                Some(flag) => replace_value(integration.sources(), flag, &json!(false)),
                None => insert_member(integration.sources(), &item.node, "cast_data_to_json", &json!(false)),
            };
            findings.push(
                RULE.finding(if member.key == "data" && member.value.is_array() {
                    "`data` is a list, which no form can carry".to_owned()
                } else {
                    format!("of `{}` only the names of its members are sent", member.key)
                })
                .at(member.key_place)
                .why("`data` goes out as a form unless `cast_data_to_json` is false")
                .help("write `\"cast_data_to_json\": false` to send JSON, with a `Content-Type` that says so")
                .in_block(named(&item.pointer))
                .fix(Fix::suggestion("send JSON: `\"cast_data_to_json\": false`").with_edits(edits)),
            );
        }
    }
}
