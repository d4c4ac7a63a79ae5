//! `invalidate-method-default`: a revocation that goes out as GET.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::{ComponentKind, Node};
use serde_json::json;

use crate::edit;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::{Connection, Other, Whole};

pub static RULE: Rule = Rule {
    code: "CS1004",
    name: "invalidate-method-default",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`invalidate` calls a revocation address without saying the method, so it goes out as GET. The same of `detach` of a webhook,
unless its address has a verb in it: `/hooks/1/delete`.

## Why
RFC 7009 has tokens revoked by POST; most servers answer GET with 404 or 405. The connection is deleted all the same,
and the token stays valid. A `detach` that only reads removes nothing, and the service goes on calling. A request with a
`body` is told by `get-with-body`.

## Example
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "invalidate": { "url": "https://api.acme.test/oauth/revoke", "qs": { "token": "{{data.accessToken}}" } }
}
```

## Instead
```jsonc connection
{
  "token": { "url": "https://api.acme.test/oauth/token" },
  "invalidate": {
    "url": "https://api.acme.test/oauth/revoke",
    "method": "POST",
    "type": "urlencoded",
    "body": { "token": "{{data.accessToken}}" }
  }
}
```

## Fix
`"method": "POST"` is suggested, for `detach` `"method": "DELETE"`; a few providers do take GET.

## Source
RFC 7009 §2.1; RFC 9110 §9.2.1; communication.md §5 `method`; pitfalls.md 145.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    whole.connections.iter().for_each(|connection| of_connection(connection, findings));
    let of_webhooks = |other: &&Other<'_>| other.is_of(ComponentKind::Webhook, &["detach"]);
    whole.others.iter().filter(of_webhooks).for_each(|detach| of_webhook(detach, findings));
}

/// A `detach` whose requests all go out as GET, because none says otherwise.
fn of_webhook(detach: &Other<'_>, findings: &mut Findings) {
    let requests = || detach.each_request().filter(|request| request.node.get("url").is_some());
    let says = |node: &Node| ["method", "body", "{{...}}"].iter().any(|key| node.get(key).is_some());
    // An address with a verb in it may be asked by GET.
    let has_verb = |node: &Node| {
        let address = node.get("url").and_then(Node::as_str).unwrap_or_default().to_ascii_lowercase();
        const VERBS: &[&str] =
            &["delet", "remov", "unsub", "detach", "unregist", "unhook", "destroy", "cancel", "stop"];
        address.starts_with("{{") || VERBS.iter().any(|verb| address.contains(verb))
    };
    if requests().any(|request| says(request.node) || has_verb(request.node)) {
        return;
    }
    let Some(last) = requests().last() else { return };
    let Some(url) = last.node.get("url") else { return };
    let edits = edit::insert_member(&detach.app.sources, last.node, "method", &json!("DELETE"));
    findings.push(
        RULE.finding("`detach` asks by GET, the default method")
            .at(url.place)
            .why("GET only reads: the service keeps the webhook, and goes on calling it when it is gone")
            .help("add `\"method\": \"DELETE\"` or what the service documents, `\"GET\"` if it is that")
            .fix(Fix::suggestion("send it by DELETE").with_edits(edits))
            .in_block(last.block()),
    );
}

fn of_connection(connection: &Connection<'_>, findings: &mut Findings) {
    for (phase, block, request) in connection.requests() {
        if phase != Phase::Invalidate || request.get("method").is_some() || request.get("body").is_some() {
            continue;
        }
        let Some(url) = request.get("url").filter(|url| revokes(url)) else { continue };
        let fix = Fix::suggestion("send it by POST").with_edits(edit::insert_member(
            &connection.app.sources,
            request,
            "method",
            &json!("POST"),
        ));
        findings.push(
            RULE.finding("the token is revoked by GET, the default method")
                .at(url.place)
                .why("servers take revocations by POST (RFC 7009); refused, the token stays valid after the deletion")
                .help("add `\"method\": \"POST\"`, or `\"method\": \"GET\"` when the provider asks for it")
                .fix(fix)
                .in_block(block),
        );
    }
}

/// Whether an address is one of revocation by its path.
fn revokes(url: &Node) -> bool {
    let address = url.as_str().unwrap_or_default().to_ascii_lowercase();
    let path = address.split('?').next().unwrap_or_default();
    path.contains("/revoke") || path.contains("revocation")
}
