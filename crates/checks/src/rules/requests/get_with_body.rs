//! `get-with-body`: a body that is not sent.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_spec::{Member, Node};
use serde_json::json;

use crate::edit::{insert_member, replace_value};
use crate::other_request::GoesBy;
use crate::request::method;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::{Connection, Whole};

pub static RULE: Rule = Rule {
    code: "CS0213",
    name: "get-with-body",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A `body` in a request that is sent with GET.
Modules, remote procedures and the requests of webhooks are looked at too: a module without a `method` takes that of the
base. The base itself is not: its `body` is the default of those modules that send one.

## Why
With GET, Make sends neither `body` nor a Content-Type. A forgotten `method` is the usual reason: without one it is GET,
and the token endpoint receives a request without any credentials.

## Example
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "type": "urlencoded",
    "body": { "grant_type": "client_credentials" }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "type": "urlencoded",
    "body": { "grant_type": "client_credentials" }
  }
}
```

## Fix
For `token` and `refresh` POST is suggested.

## Source
communication.md §5 `method`, §6.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    whole.connections.iter().for_each(|connection| examine(connection, findings));
    for request in whole.each_other_request().filter(|request| !request.is_of_base()) {
        let Some(body) = body(request.node).filter(|_| request.node.get("url").is_some() && request.is_get()) else {
            continue;
        };
        let is_written = matches!(request.goes_by("method"), GoesBy::Value(_));
        findings.push(finding(body, is_written, &request.block()));
    }
}

fn body(request: &Node) -> Option<&Member> {
    let is_empty = |body: &Node| body.is_null() || (body.is_object() && body.members().is_empty());
    request.member("body").filter(|body| !is_empty(&body.value))
}

fn finding(body: &Member, is_written: bool, block: &str) -> Diagnostic {
    RULE.finding(if is_written { "a `body` with GET" } else { "a `body` and no `method`, which means GET" })
        .at(body.key_place)
        .why("with GET neither the body nor its Content-Type is sent")
        .help("set `method` to POST, or move the values into `qs`")
        .in_block(block)
}

fn examine(connection: &Connection<'_>, findings: &mut Findings) {
    for (phase, block, request) in connection.requests() {
        let Some(body) = body(request) else { continue };
        if phase == Phase::Authorize || request.get("url").is_none() || method(request).as_deref() != Some("GET") {
            continue;
        }
        let written = request.get("method").filter(|method| !method.is_null());
        let mut finding = finding(body, written.is_some(), block);
        if matches!(phase, Phase::Token | Phase::Refresh) {
            let sources = &connection.app.sources;
            let edits = match request.get("method") {
                Some(method) => replace_value(sources, method, &json!("POST")),
                None => insert_member(sources, request, "method", &json!("POST")),
            };
            finding = finding.fix(Fix::suggestion("send it with POST").with_edits(edits));
        }
        findings.push(finding);
    }
}
