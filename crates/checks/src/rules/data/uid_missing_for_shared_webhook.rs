//! `uid-missing-for-shared-webhook`: a shared webhook whose connection has no uid.

use connspec_diagnostics::Severity;
use connspec_diagnostics::suggest::nearest;
use connspec_spec::{Component, ComponentKind, Definition, Member, Node};

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0602",
    name: "uid-missing-for-shared-webhook",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A webhook of the type `web-shared` that names no `uid`, or whose connection sets no `response.uid`.

## Why
All users share one address. Make finds out whose a call is by comparing its uid with those of the connections; without
them no call reaches anybody.

## Example
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "components": {
    "connection": { "acme": { "connectionType": "basic", "codeFiles": { "communication": "c/acme.communication.iml.json" } } },
    "webhook": { "events": { "webhookType": "web-shared", "connection": "acme", "codeFiles": { "communication": "w/events.communication.iml.json" } } }
  }
}
```
```jsonc file=c/acme.communication.iml.json
{ "url": "https://api.acme.test/me" }
```
```jsonc file=w/events.communication.iml.json
{ "uid": "{{body.account}}" }
```

## Instead
```jsonc file=makecomapp.json
{
  "fileVersion": 1,
  "components": {
    "connection": { "acme": { "connectionType": "basic", "codeFiles": { "communication": "c/acme.communication.iml.json" } } },
    "webhook": { "events": { "webhookType": "web-shared", "connection": "acme", "codeFiles": { "communication": "w/events.communication.iml.json" } } }
  }
}
```
```jsonc file=c/acme.communication.iml.json
{ "url": "https://api.acme.test/me", "response": { "uid": "{{body.id}}" } }
```
```jsonc file=w/events.communication.iml.json
{ "uid": "{{body.account}}" }
```

## Source
Make's documentation of shared webhooks; communication.md §1, pitfalls.md 97.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let webhooks = whole.app.components.iter().filter(|component| component.kind == ComponentKind::Webhook);
    for (webhook, shared) in webhooks.filter_map(|webhook| Some((webhook, shared(webhook)?))) {
        if names_no_uid(webhook) {
            findings.push(
                RULE.finding(format!("the shared webhook `{}` names no uid", webhook.name))
                    .at(shared.place)
                    .why("Make finds out whose a call is by the uid: without it no call reaches anybody")
                    .help("set `uid` at the top of its communication, to what the call says of its account"),
            );
        }
        for connection in whole.connections.iter().filter(|connection| is_used(webhook, connection.definition)) {
            let definition = connection.definition;
            if connection.communication().is_none() || sets_uid(connection) {
                continue;
            }
            findings.push(
                RULE.finding(format!("the connection `{}` of this shared webhook sets no uid", definition.name))
                    .at(shared.place)
                    .why("Make finds out whose a call is by the uid: without it no call reaches anybody")
                    .help("set `response.uid`: in `info` of an OAuth connection, at the top of a basic one"),
            );
        }
    }
}

/// The node that says a webhook is shared.
fn shared(webhook: &Component) -> Option<&Node> {
    let metadata = webhook.metadata.as_ref()?.node.as_ref()?;
    let kind = metadata.get("webhookType").or_else(|| metadata.get("type"))?;
    (kind.as_str() == Some("web-shared")).then_some(kind)
}

/// Whether the communication of a webhook is there and says nothing of whose a call is. A misspelt key is for
/// `unknown-directive`.
fn names_no_uid(webhook: &Component) -> bool {
    let part = webhook.part("communication").or_else(|| webhook.part("api"));
    let Some(root) = part.and_then(|part| part.node.as_ref()).filter(|root| root.is_object()) else { return false };
    let names = |member: &Member| member.key.contains("{{") || nearest(&member.key, ["uid"]).is_some();
    !root.effective_members().any(names)
}

fn is_used(webhook: &Component, definition: &Definition) -> bool {
    [&webhook.connection, &webhook.alt_connection].into_iter().flatten().any(|name| *name == definition.name)
}

/// Whether the block that is asked for the uid sets one: `info`, or the only block of a basic connection.
fn sets_uid(connection: &Connection<'_>) -> bool {
    let asked = connection.requests().filter(|(phase, ..)| matches!(phase, Phase::Info | Phase::Basic));
    asked
        .filter_map(|(.., node)| node.get("response"))
        .any(|response| response.get("uid").is_some() || response.member("{{...}}").is_some() || !response.is_object())
}
