//! `get-with-body`: a body that is not sent.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;
use serde_json::json;

use crate::edit::{insert_member, replace_value};
use crate::request::method;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0213",
    name: "get-with-body",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A `body` in a request that is sent with GET.

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
communication.md §5 `method`.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (phase, block, request) in connection.requests() {
        let is_empty = |body: &Node| body.is_null() || (body.is_object() && body.members().is_empty());
        let Some(body) = request.member("body").filter(|body| !is_empty(&body.value)) else { continue };
        if phase == Phase::Authorize || request.get("url").is_none() || method(request).as_deref() != Some("GET") {
            continue;
        }
        let written = request.get("method").filter(|method| !method.is_null());
        let mut finding = RULE
            .finding(if written.is_some() { "a `body` with GET" } else { "a `body` and no `method`, which means GET" })
            .at(body.key_place)
            .why("with GET neither the body nor its Content-Type is sent")
            .help("set `method` to POST, or move the values into `qs`")
            .in_block(block);
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
