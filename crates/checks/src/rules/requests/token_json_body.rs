//! `token-json-body`: a token request in JSON by default.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;
use serde_json::json;

use crate::edit::insert_member;
use crate::request::{header, headers_are_computed, method};
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0215",
    name: "token-json-body",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A token request whose body is JSON because nothing says otherwise.

## Why
RFC 6749 asks for form encoding at the token endpoint, and strict services refuse anything else. Some services do want
JSON: write `"type": "json"` to say so.

## Example
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
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
`"type": "urlencoded"` is suggested.

## Source
RFC 6749 §4.1.3, §4.4.2, §6; communication.md §5 `type`.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (phase, block, request) in connection.requests() {
        let asks_for_token = matches!(phase, Phase::Token | Phase::Refresh);
        let is_default = request.get("type").is_none() && header(request, "content-type").is_none();
        if !asks_for_token || !is_default || headers_are_computed(request) || method(request).as_deref() != Some("POST")
        {
            continue;
        }
        let is_grant = |body: &Node| body.is_object() && body.get("grant_type").is_some();
        let Some(body) = request.member("body").filter(|body| is_grant(&body.value)) else { continue };
        let edits = insert_member(&connection.app.sources, request, "type", &json!("urlencoded"));
        findings.push(
            RULE.finding("the token request is sent as JSON")
                .at(body.key_place)
                .why("RFC 6749 asks for form encoding here, and strict services refuse anything else")
                .help("set `type` to urlencoded; or to json, if this service really wants it")
                .in_block(block)
                .fix(Fix::suggestion("send it as a form").with_edits(edits)),
        );
    }
}
