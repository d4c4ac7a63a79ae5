//! `trigger-incomplete`: a trigger that does not say what is new.

use connspec_diagnostics::Severity;
use connspec_diagnostics::suggest::nearest;
use connspec_spec::{ComponentKind, Node};

use crate::forms::{declared_type, is_type};
use crate::rule::{Check, Findings, Rule};
use crate::subject::{Other, Whole};

pub static RULE: Rule = Rule {
    code: "CS0141",
    name: "trigger-incomplete",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`response.trigger` without `id`, or without `date` where its type is `date`; a module of the type `trigger` without
`response.trigger`.

## Why
Make finds out what is new by the id of each item, and by its date where the type is `date`. Without them every run gives
everything again, or nothing.

## Example
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=modules/watch/api.imljson
{ "url": "/documents", "response": { "iterate": "{{body.items}}", "trigger": { "type": "date", "order": "desc", "id": "{{item.id}}" } } }
```

## Instead
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=modules/watch/api.imljson
{ "url": "/documents", "response": { "iterate": "{{body.items}}", "trigger": { "type": "date", "order": "desc", "id": "{{item.id}}", "date": "{{item.created}}" } } }
```

## Source
communication.md §7 trigger.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for other in whole.others.iter().filter(|other| other.is_of(ComponentKind::Module, &["communication", "api"])) {
        let (mut has_trigger, mut count) = (false, 0);
        for (block, request) in other.requests() {
            count += 1;
            let Some(response) = request.get("response") else { continue };
            // What is computed may hold a trigger, and of a misspelt key `unknown-directive` tells.
            has_trigger |= !response.is_object() || response.members().iter().any(|member| is_meant(&member.key));
            if let Some(trigger) = response.member("trigger").filter(|trigger| trigger.value.is_object()) {
                for missing in missing(&trigger.value) {
                    findings.push(
                        RULE.finding(format!("`trigger` has no `{missing}`"))
                            .at(trigger.key_place)
                            .why("Make finds out by it what is new since the last run")
                            .help(format!("add `\"{missing}\": \"{{{{item.…}}}}\"`"))
                            .in_block(&block),
                    );
                }
            }
        }
        if count > 0 && !has_trigger && !whole.others.iter().any(base_has_trigger) {
            report_absent(other, findings);
        }
    }
}

fn is_meant(key: &str) -> bool {
    key.contains("{{") || nearest(key, ["trigger"]).is_some()
}

fn base_has_trigger(other: &Other<'_>) -> bool {
    let response = other.part.node.as_ref().filter(|_| other.is_base()).and_then(|base| base.get("response"));
    response.is_some_and(|response| !response.is_object() || response.get("trigger").is_some())
}

/// The keys that are not there: those that are misspelt are for `unknown-directive`.
fn missing(trigger: &Node) -> impl Iterator<Item = &'static str> {
    let is_by_date = trigger.get("type").and_then(Node::as_str) == Some("date");
    let wanted = if is_by_date { &["id", "date"][..] } else { &["id"] };
    let known = ["type", "order", "id", "date"];
    let is_there = |key: &str| {
        let mut members = trigger.members().iter().filter(|member| !known.contains(&member.key.as_str()));
        let mut is_meant = |key: &str| members.any(|member| nearest(&member.key, [key]).is_some());
        trigger.get(key).is_some() || trigger.member("{{...}}").is_some() || is_meant(key)
    };
    wanted.iter().copied().filter(move |key| !is_there(key)).collect::<Vec<_>>().into_iter()
}

fn report_absent(other: &Other<'_>, findings: &mut Findings) {
    let Some(component) = other.component.filter(|component| is_type(component, "trigger")) else { return };
    let place = declared_type(component).map(|kind| kind.place);
    if let Some(place) = place {
        findings.push(
            RULE.finding(format!("the trigger `{}` has no `response.trigger`", component.name))
                .at(place)
                .why("Make cannot find out what is new since the last run")
                .help("add `response.trigger` with `type`, `order`, `id` and, for `date`, `date`"),
        );
    }
}
