//! `webhook-data-unknown`: a webhook's request reads what its `attach` does not store.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Place, Severity, Span};
use connspec_spec::{Component, ComponentKind};
use hashbrown::HashSet;

use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::site::{Read, Site};
use crate::subject::{Other, Whole};
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0640",
    name: "webhook-data-unknown",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`webhook.x` in `attach`, `detach` or `update` of a webhook, for an x that `response.data` of its `attach` does not store
and that is not Make's own. And `data.x` there, as a warning, for an x that it does store.

## Why
What `attach` stores under `response.data` is all a webhook remembers of its registration. Under any other name there is
nothing: the address of `detach` has a hole, and the service goes on calling a webhook that is gone. What is stored is
read from `webhook`: nothing says that `data` has it there as well.

## Example
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=webhooks/events/attach.imljson
{ "url": "https://api.acme.test/hooks", "method": "POST", "body": { "target": "{{webhook.url}}" },
  "response": { "data": { "hookId": "{{body.id}}" } } }
```
```jsonc file=webhooks/events/detach.imljson
{ "url": "https://api.acme.test/hooks/{{webhook.externalHookId}}", "method": "DELETE" }
```

## Instead
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=webhooks/events/attach.imljson
{ "url": "https://api.acme.test/hooks", "method": "POST", "body": { "target": "{{webhook.url}}" },
  "response": { "data": { "externalHookId": "{{body.id}}" } } }
```
```jsonc file=webhooks/events/detach.imljson
{ "url": "https://api.acme.test/hooks/{{webhook.externalHookId}}", "method": "DELETE" }
```

## Fix
A near name is suggested.

## Source
communication.md §4, §7: `data` of attach writes the webhook's collection; the comments in Make's template of `attach`.
"#;

/// What Make itself puts there (communication.md §4).
const OF_MAKE: &[&str] = &["url", "id"];

/// Names that no document lists, and that may be there all the same.
const PERHAPS: &[&str] = &["parameters", "data", "name", "label", "type", "uid", "udid", "connection"];

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let webhooks = whole.app.components.iter().filter(|component| component.kind == ComponentKind::Webhook);
    for webhook in webhooks {
        let Some(stored) = stored(webhook) else { continue };
        let of_webhook = |other: &&Other<'_>| other.component.is_some_and(|component| std::ptr::eq(component, webhook));
        for other in whole.others.iter().filter(of_webhook) {
            if other.is_of(ComponentKind::Webhook, &["attach", "detach", "update"]) {
                other.sites.iter().for_each(|site| examine(site, &other.part.name, &stored, findings));
            }
        }
    }
}

/// The names that `attach`, and `update` after it, store; none when the files do not show all, or there is no `attach`.
fn stored(webhook: &Component) -> Option<Vec<&str>> {
    webhook.part("attach")?.node.as_ref().filter(|attach| !attach.members().is_empty() || attach.is_array())?;
    let mut names = HashSet::new();
    for part in webhook.parts.iter().filter(|part| matches!(part.name.as_str(), "attach" | "update")) {
        let root = part.node.as_ref()?;
        let requests = if root.is_array() { root.elements() } else { std::slice::from_ref(root) };
        for response in requests.iter().filter_map(|request| request.get("response")) {
            let data = response.get("data");
            let is_known = response.is_object() && data.is_none_or(|data| data.is_object() || data.is_null());
            let members = data.into_iter().flat_map(|data| data.members());
            names.extend(members.map(|member| member.key.as_str()));
            if !is_known || response.member("{{...}}").is_some() {
                return None;
            }
        }
    }
    let mut names: Vec<_> = names.into_iter().collect();
    names.sort_unstable();
    (!names.iter().any(|name| name.contains("{{"))).then_some(names)
}

fn examine(site: &Site<'_>, section: &str, stored: &[&str], findings: &mut Findings) {
    for read in site.reads().iter().filter(|read| read.root() == "data") {
        if let Some(key) = read.key().filter(|key| stored.contains(key)) {
            findings.push(of_webhook(site, read, key));
        }
    }
    for read in unguarded(site).into_iter().filter(|read| read.root() == "webhook") {
        let Some(key) = read.key().filter(|key| !OF_MAKE.contains(key) && !PERHAPS.contains(key)) else { continue };
        let near = near(key, stored);
        // `attach` runs first: what it reads of the webhook is Make's, and only slips are certain.
        if stored.contains(&key) || (section == "attach" && near.is_none()) {
            continue;
        }
        findings.push(finding(site, read, key, near, stored));
    }
}

/// `data.x` where `webhook.x` has the value.
fn of_webhook(site: &Site<'_>, read: &Read<'_>, key: &str) -> Diagnostic {
    let mut finding = RULE
        .finding(format!("`data.{key}` is read where `webhook.{key}` has the value"))
        .at(read.place)
        .why("what `attach` stores under `response.data` is read from `webhook` when it is updated or detached")
        .help(format!("did you mean `webhook.{key}`?"))
        .fix(Fix::suggestion(format!("read `webhook.{key}`")).replace(root_of(read), "webhook"))
        .in_block(&site.block);
    finding.severity = Severity::Warning;
    finding
}

/// Where the first name of a variable stands.
fn root_of(read: &Read<'_>) -> Place {
    let start = read.place.span.range().start;
    Place::new(read.place.source, Span::new(start, start + read.root().len()))
}

/// The name that is meant: spelt alike, or within a slip, or the only one that holds the other (`hookId` of
/// `externalHookId`).
fn near<'n>(key: &str, stored: &[&'n str]) -> Option<&'n str> {
    let (wanted, names) = (normal(key), || stored.iter().copied().chain(OF_MAKE.iter().copied()));
    let part_of = |longer: &str, shorter: &str| shorter.len() > 3 && longer.ends_with(shorter);
    let related = |name: &&str| part_of(&wanted, &normal(name)) || part_of(&normal(name), &wanted);
    nearest(key, names()).or_else(|| names().find(related))
}

fn finding(site: &Site<'_>, read: &Read<'_>, key: &str, near: Option<&str>, stored: &[&str]) -> Diagnostic {
    let finding = RULE
        .finding(format!("`attach` stores no `{key}`"))
        .at(read.place)
        .why("a webhook remembers what `response.data` of its `attach` stores, and Make's `url` and `id`: this is undefined")
        .in_block(&site.block);
    match near {
        Some(near) if read.segments.len() == 2 => {
            let right = format!("webhook.{near}");
            finding
                .help(format!("did you mean `{right}`?"))
                .fix(Fix::suggestion(format!("read `{right}`")).replace(read.place, right))
        }
        _ if stored.is_empty() => finding.help(format!("store it with `response.data.{key}` in `attach`")),
        _ => {
            let names: Vec<_> = stored.iter().map(|name| format!("`{name}`")).collect();
            finding.help(format!("it stores {}", names.join(", ")))
        }
    }
}
