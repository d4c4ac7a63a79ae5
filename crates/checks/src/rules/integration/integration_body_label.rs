//! `integration-body-label`: a body whose `Content-Type` says something else, or nothing.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::{insert_member, replace_value};
use crate::integration::{Integration, named};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1124",
    name: "integration-body-label",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A form under `Content-Type: application/json`, and JSON (`"cast_data_to_json": false`) without a `Content-Type`.

## Why
`data` goes out as a form unless `cast_data_to_json` is false, whatever the header says, and `requests` labels no text.
Most services answer 400 to either.

## Example
```jsonc connection
{
  "headers": { "Content-Type": "application/json" },
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST", "data": { "mail": "{{ email }}" } }]
}
```

## Instead
```jsonc connection
{
  "headers": { "Content-Type": "application/json" },
  "execute": [{
    "url": "https://api.acme.test/users",
    "method": "POST",
    "data": { "mail": "{{ email }}" },
    "cast_data_to_json": false
  }]
}
```

## Fix
For a form under a JSON label `"cast_data_to_json": false` is suggested: the service may want the form.

## Source
chiefonboarding.md §3, body encoding.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for (_, item) in integration.requests() {
        let Some(data) = item.node.member("data").filter(|data| !data.value.members().is_empty()) else { continue };
        let label = integration.headers_of(item).iter().find(|header| header.name.eq_ignore_ascii_case("content-type"));
        let finding = match (label, item.casts()) {
            (Some(label), true) if label.value.value.source().contains("json") => {
                let edits = match item.node.get("cast_data_to_json") {
                    Some(flag) => replace_value(integration.sources(), flag, &json!(false)),
                    None => insert_member(integration.sources(), &item.node, "cast_data_to_json", &json!(false)),
                };
                RULE.finding("the header says JSON, and a form is sent")
                    .at(data.key_place)
                    .also(label.value.place, "this is sent with it")
                    .why("`data` goes out as a form unless `cast_data_to_json` is false")
                    .help("write `\"cast_data_to_json\": false`, or give the request headers of its own")
                    .fix(Fix::suggestion("send JSON: `\"cast_data_to_json\": false`").with_edits(edits))
            }
            (None, false) => RULE
                .finding("nothing says that JSON is sent")
                .at(data.key_place)
                .why("a text goes out without a `Content-Type`")
                .help("add the header `Content-Type: application/json`"),
            _ => continue,
        };
        findings.push(finding.in_block(named(&item.pointer)));
    }
}
