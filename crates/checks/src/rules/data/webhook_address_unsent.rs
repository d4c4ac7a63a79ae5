//! `webhook-address-unsent`: a webhook that registers itself and does not say where to call.

use connspec_diagnostics::{Place, Severity};
use connspec_spec::{Component, ComponentKind, Node};

use crate::other_request::OtherRequest;
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::Other;

pub static RULE: Rule = Rule {
    code: "CS0641",
    name: "webhook-address-unsent",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Other(check),
};

const DOCUMENTATION: &str = r#"
An `attach` of a webhook of the type `web` that sends something to the service, and nowhere `webhook.url`. `webhook.id`
counts where an address is made with it; by itself it is a number.

## Why
Each such webhook has an address of its own, and `attach` is there to tell the service. Without it the service does not
know where to call, and nothing ever arrives. A shared webhook has one address for all, which is registered by hand: it
is left alone, and so is an `attach` that only asks (GET).

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": {},
  "components": {
    "connection": { "acme": { "connectionType": "basic", "codeFiles": { "communication": "acme.communication.iml.json" } } },
    "webhook": { "events": { "webhookType": "web", "codeFiles": { "attach": "events.attach.iml.json" } } }
  }
}
```
```jsonc file=acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```
```jsonc file=events.attach.iml.json
{ "url": "https://api.acme.test/hooks", "method": "POST", "body": { "event": "user.created" },
  "response": { "data": { "hookId": "{{body.id}}" } } }
```

## Instead
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "generalCodeFiles": {},
  "components": {
    "connection": { "acme": { "connectionType": "basic", "codeFiles": { "communication": "acme.communication.iml.json" } } },
    "webhook": { "events": { "webhookType": "web", "codeFiles": { "attach": "events.attach.iml.json" } } }
  }
}
```
```jsonc file=acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```
```jsonc file=events.attach.iml.json
{ "url": "https://api.acme.test/hooks", "method": "POST", "body": { "event": "user.created", "target": "{{webhook.url}}" },
  "response": { "data": { "hookId": "{{body.id}}" } } }
```

## Source
communication.md §4 `webhook.url`; Make's template of `attach`; app-layout.md A `webhookType`.
"#;

fn check(attach: &Other<'_>, findings: &mut Findings) {
    if !attach.is_of(ComponentKind::Webhook, &["attach"]) || !attach.component.is_some_and(has_its_own_address) {
        return;
    }
    if attach.sites.iter().any(|site| names_address(site) || reads_address(site)) {
        return;
    }
    let registering = attach.each_request().filter(|request| request.node.get("url").is_some() && sends(request.node));
    let stores = |request: &OtherRequest<'_, '_>| {
        request.node.get("response").is_some_and(|response| response.get("data").is_some())
    };
    // The one whose answer is remembered, else the last.
    let request = registering.reduce(|kept, next| if stores(&kept) { kept } else { next });
    let Some(request) = request else { return };
    findings.push(
        RULE.finding("`attach` never sends `webhook.url`")
            .at(place(request.node))
            .why("the service does not learn where to call: nothing ever reaches the webhook")
            .help("send `{{webhook.url}}` where the service expects the address")
            .in_block(request.block()),
    );
}

/// Whether each webhook of this sort has an address of its own.
fn has_its_own_address(webhook: &Component) -> bool {
    let metadata = webhook.metadata.as_ref().and_then(|part| part.node.as_ref());
    let kind = metadata.and_then(|node| node.get("webhookType").or_else(|| node.get("type")));
    kind.and_then(Node::as_str) == Some("web")
}

/// Whether a request certainly tells the service something.
fn sends(request: &Node) -> bool {
    let method = request.get("method").and_then(Node::as_str).unwrap_or_default();
    ["POST", "PUT", "PATCH"].iter().any(|known| method.trim().eq_ignore_ascii_case(known))
}

/// Whether a text reads what may be, or hold, where the webhook is called. A misspelt root is for `unknown-variable`.
fn reads_address(site: &Site<'_>) -> bool {
    const SOMETHING_ELSE: &[&str] = &["parameters", "data", "name", "label", "type", "connection"];
    site.reads().iter().filter(|read| read.root().to_ascii_lowercase().contains("hook")).any(|read| match read.key() {
        Some("id") if read.root() == "webhook" => makes_address(site),
        key => key.is_none_or(|key| !SOMETHING_ELSE.contains(&key)),
    })
}

/// Whether a text may make an address of the number of a webhook: it has a path or another variable in it, and is not
/// the address that the request itself goes to. What is kept in `temp` may become one.
fn makes_address(site: &Site<'_>) -> bool {
    let written = site.template.source();
    let of_query = || written.split_once('?').is_some_and(|(_, query)| query.contains("webhook.id"));
    match site.path() {
        ["url"] => of_query(),
        ["headers" | "qs" | "body", ..] => written.contains('/') || site.reads().len() > 1,
        ["response", ..] => false,
        _ => true,
    }
}

/// Whether the address is named without its braces, of which `expression-without-braces` tells.
fn names_address(site: &Site<'_>) -> bool {
    let text = site.template.source();
    text.contains("webhook.url") || (site.template.is_literal() && text.contains("webhook.id"))
}

/// Where the address is missing: the body, or the request's own address where there is none.
fn place(request: &Node) -> Place {
    let member = ["body", "qs", "url"].iter().find_map(|key| request.member(key));
    member.map_or(request.place, |member| member.key_place)
}
