//! `choice-incomplete`: an entry to choose from without its label, its value or its date.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_spec::{ComponentKind, Member};

use crate::rule::{Check, Findings, Rule};
use crate::subject::Other;

pub static RULE: Rule = Rule {
    code: "CS0140",
    name: "choice-incomplete",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Other(check),
};

const DOCUMENTATION: &str = r#"
The `output` of a remote procedure with a `label` and no `value`, or the other way round; the `output` of a trigger's
`epoch` without its `label` or its `date`.

## Why
A list to choose from shows the `label` and hands the `value` on. Without the one the list has empty lines, without the
other the choice has no effect. The list of an epoch hands the `date` on: where the trigger begins.

## Example
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=rpcs/folders/api.imljson
{ "url": "/folders", "response": { "iterate": "{{body.folders}}", "output": { "lable": "{{item.name}}", "value": "{{item.id}}" } } }
```

## Instead
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=rpcs/folders/api.imljson
{ "url": "/folders", "response": { "iterate": "{{body.folders}}", "output": { "label": "{{item.name}}", "value": "{{item.id}}" } } }
```

## Fix
A near key is suggested.

## Source
communication.md §7 output; app-layout.md A (epoch).
"#;

const OF_RPC: &[&str] = &["label", "value"];
const OF_EPOCH: &[&str] = &["label", "date"];

/// What fields of a form have, and entries to choose from have not.
const OF_FIELDS: &[&str] = &["name", "type", "spec", "options", "required"];

fn check(other: &Other<'_>, findings: &mut Findings) {
    let wanted = if other.is_of(ComponentKind::Module, &["epoch"]) {
        OF_EPOCH
    } else if other.is_of(ComponentKind::Rpc, &["communication", "api"]) {
        OF_RPC
    } else {
        return;
    };
    for (block, request) in other.requests() {
        let output = request.get("response").and_then(|response| response.member("output"));
        let Some(output) = output.filter(|output| output.value.is_object()) else { continue };
        let is_computed = output.value.members().iter().any(|member| member.key.contains("{{"));
        let is_field = OF_FIELDS.iter().any(|key| output.value.get(key).is_some());
        if !is_computed && !is_field {
            examine(output, wanted, &block, findings);
        }
    }
}

fn examine(output: &Member, wanted: &[&'static str], block: &str, findings: &mut Findings) {
    let has = |key: &str| output.value.get(key).is_some();
    // What has neither is a collection of its own, which a procedure may give as well.
    if !wanted.iter().any(|key| has(key)) {
        return;
    }
    for missing in wanted.iter().copied().filter(|key| !has(key)) {
        let mut unknown = output.value.effective_members().filter(|member| !wanted.contains(&member.key.as_str()));
        let near = unknown.find(|member| is_meant(member, missing));
        let finding = RULE
            .finding(format!("the output has no `{missing}`"))
            .why("an entry to choose from is what is shown and what is handed on: without one the list is of no use")
            .in_block(block);
        findings.push(match near {
            Some(near) => finding.at(near.key_place).help(format!("did you mean `{missing}`?")).fix(
                Fix::suggestion(format!("rename `{}` to `{missing}`", near.key))
                    .replace(near.key_place, format!("\"{missing}\"")),
            ),
            None => finding.at(output.key_place).help(format!("add `{missing}` beside the others")),
        });
    }
}

/// Whether a key is a slip for `wanted`, or cut short.
fn is_meant(member: &Member, wanted: &str) -> bool {
    let key = member.key.as_str();
    nearest(key, [wanted]).is_some() || (key.len() > 2 && wanted.starts_with(key)) || is_title(key, wanted)
}

/// What other tools call the label.
fn is_title(key: &str, wanted: &str) -> bool {
    wanted == "label" && matches!(key, "title" | "text" | "caption")
}
