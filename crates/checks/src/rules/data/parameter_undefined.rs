//! `parameter-undefined`: a form value read that no field asks for.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_spec::{Component, ComponentKind};

use crate::forms::{Form, is_type};
use crate::parameters::is_one_slip;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::site::{Phase, Read, Site};
use crate::subject::{Connection, Other, Whole};
use crate::values::unguarded;

pub static RULE: Rule = Rule {
    code: "CS0610",
    name: "parameter-undefined",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`parameters.x` in a connection whose form has no field `x`, and which stores nothing under that name; or in a module or a
webhook whose own form has no such field. Where a form is not all at hand, or a remote procedure may see the fields of a
module, only slips are reported.

## Why
It is undefined whatever the user fills in. Where the expression provides for an empty value, as `ifempty` does, that
always holds: a warning.

## Example
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "apiKey", "type": "password" }],
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apikey}}" } }
}
```
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=modules/getDocument/api.imljson
{ "url": "/documents/{{parameters.documentId}}" }
```
```jsonc file=modules/getDocument/parameters.imljson
[]
```
```jsonc file=modules/getDocument/expect.imljson
[{ "name": "id", "type": "text", "label": "Document ID", "required": true }]
```

## Instead
```jsonc bundle
{
  "type": "basic",
  "parameters": [{ "name": "apiKey", "type": "password" }],
  "communication": { "url": "https://api.acme.test/me", "headers": { "x-api-key": "{{parameters.apiKey}}" } }
}
```
```jsonc file=metadata.json
{ "name": "acme" }
```
```jsonc file=connections/acme/api.imljson
{ "url": "https://api.acme.test/me" }
```
```jsonc file=modules/getDocument/api.imljson
{ "url": "/documents/{{parameters.id}}" }
```
```jsonc file=modules/getDocument/parameters.imljson
[]
```
```jsonc file=modules/getDocument/expect.imljson
[{ "name": "id", "type": "text", "label": "Document ID", "required": true }]
```

## Fix
A near name is suggested.

## Source
connection.md §3; communication.md §4, app-layout.md A and B, pitfalls.md 104.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    whole.connections.iter().for_each(|connection| of_connection(connection, findings));
    let forms: Vec<_> = whole.app.components.iter().map(|component| (component, Form::of(component))).collect();
    for other in &whole.others {
        let own = forms.iter().find(|(component, _)| other.component.is_some_and(|own| std::ptr::eq(own, *component)));
        if let Some((component, form)) = own.filter(|(_, form)| !form.names.is_empty() || form.is_complete) {
            of_component(whole, other, component, form, &forms, findings);
        }
    }
}

fn of_connection(connection: &Connection<'_>, findings: &mut Findings) {
    let provided = connection.provided();
    if !provided.is_complete {
        return;
    }
    for site in &connection.sites {
        for read in site.reads().iter().filter(|read| read.root() == "parameters") {
            let Some(key) = read.key().filter(|key| !provided.gives(key)) else { continue };
            if provided.has(key) {
                // What was granted is kept beside the store, and only afterwards.
                let asks = matches!(site.phase, Phase::Preauthorize | Phase::Authorize | Phase::Token);
                if asks && matches!(key, "scope" | "scopes") && unguarded(site).contains(&read) {
                    findings.push(scope_asked_for(site, read, key));
                }
                continue;
            }
            let near = provided.spelt_alike(key).map(|(name, _)| name).or_else(|| nearest(key, provided.names()));
            findings.push(finding(site, read, key, near, unguarded(site).contains(&read)));
        }
    }
}

/// The scopes to ask for, read from a field that is not there.
fn scope_asked_for(site: &Site<'_>, read: &Read<'_>, key: &str) -> Diagnostic {
    let finding = finding(site, read, key, None, true).help("the scopes to ask for are in `oauth.scope`");
    let is_plain = site.app.sources.slice(read.place) == format!("parameters.{key}");
    let fix = || Fix::suggestion("read `oauth.scope`").replace(read.place, "oauth.scope");
    if is_plain { finding.fix(fix()) } else { finding }
}

/// A section of a module, a webhook or a remote procedure.
fn of_component(
    whole: &Whole<'_>,
    other: &Other<'_>,
    component: &Component,
    form: &Form<'_>,
    forms: &[(&Component, Form<'_>)],
    findings: &mut Findings,
) {
    // A remote procedure sees the fields of the module that calls it, an instant trigger those of its webhook.
    let shares = component.kind == ComponentKind::Rpc || is_type(component, "instant_trigger");
    let is_complete = form.is_complete && !shares;
    for site in &other.sites {
        for read in site.reads().iter().filter(|read| read.root() == "parameters") {
            let Some(key) = read.key().filter(|key| !form.has(key) && !key.starts_with("__")) else { continue };
            let near = || form.names.iter().copied();
            let slip = near().find(|name| is_slip(key, name));
            let is_elsewhere = shares && forms.iter().any(|(_, form)| form.has(key));
            if is_elsewhere || is_asked_for_by_rpc(whole, shares, key) || (!is_complete && slip.is_none()) {
                continue;
            }
            findings.push(finding(
                site,
                read,
                key,
                slip.or_else(|| nearest(key, near())),
                unguarded(site).contains(&read),
            ));
        }
    }
}

/// Whether the address of a remote procedure hands a value of this name on, as `rpc://folders?team=…` does.
fn is_asked_for_by_rpc(whole: &Whole<'_>, shares: bool, key: &str) -> bool {
    let hands_on = |text: &str| text.starts_with("rpc://") && text.contains(&format!("{key}="));
    let mut found = false;
    for part in whole.app.components.iter().filter(|_| shares).flat_map(|component| &component.parts) {
        let Some(node) = &part.node else { continue };
        node.visit(&mut |_, node| found |= node.as_str().is_some_and(hands_on));
    }
    found
}

/// Whether one name is the other with one slip, or in another spelling. In two or three letters everything is near.
fn is_slip(written: &str, known: &str) -> bool {
    const SHORTEST: usize = 4;
    let (one, other) = (normal(written), normal(known));
    one == other || (one.len() >= SHORTEST && is_one_slip(one.as_bytes(), other.as_bytes()))
}

fn finding(site: &Site<'_>, read: &Read<'_>, key: &str, near: Option<&str>, is_relied_on: bool) -> Diagnostic {
    let mut finding = RULE
        .finding(format!("the form has no field `{key}`"))
        .at(read.place)
        .why("this is undefined whatever the user fills in")
        .in_block(&site.block);
    if !is_relied_on {
        finding.severity = Severity::Warning;
        finding.why = "this is undefined whatever the user fills in: what is written for that case always holds".into();
    }
    match near {
        Some(near) if read.segments.len() == 2 => {
            let is_plain = near.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let right = if is_plain { format!("parameters.{near}") } else { format!("parameters.`{near}`") };
            finding
                .help(format!("did you mean `{right}`?"))
                .fix(Fix::suggestion(format!("read `{right}`")).replace(read.place, right))
        }
        _ => finding.help("add a field of this name to the form, or take the expression out"),
    }
}
