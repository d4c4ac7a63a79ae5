//! `content-type-header-without-type`: a header that does not fit the body.

use connspec_diagnostics::{Fix, Severity};

use crate::edit::{insert_member, replace_value};
use crate::request::{header, literal, method};
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0214",
    name: "content-type-header-without-type",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A header that promises a form, and a body that is sent as JSON.

## Why
`type` decides how the body is written, and it is JSON when absent. The header only changes what the service is told: it
reads `{"grant_type":…}` as a form and finds no parameter in it.

## Example
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "headers": { "content-type": "application/x-www-form-urlencoded" },
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
Sets `type` to `urlencoded`: safe for an object. A body that is a text is suggested to be sent as `text`.

## Source
communication.md §5 `type`.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (phase, block, request) in connection.requests() {
        let header = header(request, "content-type").filter(|header| {
            let value = header.value.as_str().unwrap_or_default().to_ascii_lowercase();
            value.contains("application/x-www-form-urlencoded")
        });
        let Some(header) = header else { continue };
        let is_json = match request.get("type").filter(|node| !node.is_null()) {
            None => true,
            Some(_) => literal(request, "type") == Some("json"),
        };
        let is_sent = phase != Phase::Authorize && method(request).is_none_or(|method| method != "GET");
        let body = request.get("body").filter(|body| is_json && is_sent && !body.is_null());
        let Some(body) = body else { continue };
        let is_text = body.template().is_some_and(|text| text.whole_expression().is_none());
        let kind = if is_text { "text" } else { "urlencoded" };
        let title = format!("set `type` to `{kind}`");
        let fix = if body.is_object() { Fix::safe(title) } else { Fix::suggestion(title) };
        let sources = &connection.app.sources;
        let edits = match request.get("type") {
            Some(written) => replace_value(sources, written, &kind.into()),
            None => insert_member(sources, request, "type", &kind.into()),
        };
        findings.push(
            RULE.finding("the header promises a form, but the body is sent as JSON")
                .at(header.value.place)
                .why("`type` decides how the body is written; without it that is JSON, in which the service finds no parameter")
                .help(format!("set `type` to `{kind}`"))
                .in_block(block)
                .fix(fix.with_edits(edits)),
        );
    }
}
