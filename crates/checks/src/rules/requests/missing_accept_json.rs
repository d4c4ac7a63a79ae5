//! `missing-accept-json`: JSON that nobody asked for.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::insert_member;
use crate::request::{Url, header, headers_are_computed, literal, urls};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0216",
    name: "missing-accept-json",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A token request to GitHub that reads the answer as JSON without asking for JSON.

## Why
GitHub's token endpoint answers with a form unless the request has `Accept: application/json`. With
`response.type` json that answer cannot be read.

## Example
```jsonc connection
{
  "token": {
    "url": "https://github.com/login/oauth/access_token",
    "method": "POST",
    "type": "urlencoded",
    "body": { "code": "{{temp.code}}" },
    "response": { "type": "json" }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "url": "https://github.com/login/oauth/access_token",
    "method": "POST",
    "type": "urlencoded",
    "headers": { "accept": "application/json" },
    "body": { "code": "{{temp.code}}" },
    "response": { "type": "json" }
  }
}
```

## Fix
Adding the header is suggested.

## Source
GitHub's documentation "Authorizing OAuth apps"; communication.md §7 `type`.
"#;

/// Token endpoints that answer with a form unless asked for JSON: host and path.
const ANSWERING_FORMS: &[(&str, &str)] = &[("github.com", "/login/oauth/access_token")];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for Url { block, request, node: url, text, host, .. } in urls(connection) {
        let Some((host, span)) = host else { continue };
        let path = text[span.range().end..].split('?').next().unwrap_or_default();
        let answers_form = ANSWERING_FORMS.iter().any(|known| host.eq_ignore_ascii_case(known.0) && path == known.1);
        if !answers_form {
            continue;
        }
        let reads_json = request.get("response").and_then(|response| literal(response, "type")) == Some("json");
        if !reads_json || header(request, "accept").is_some() || headers_are_computed(request) {
            continue;
        }
        let sources = &connection.app.sources;
        let edits = match request.get("headers") {
            Some(headers) => insert_member(sources, headers, "accept", &json!("application/json")),
            None => insert_member(sources, request, "headers", &json!({"accept": "application/json"})),
        };
        findings.push(
            RULE.finding(format!("`{host}` answers with a form unless JSON is asked for"))
                .at(url.place_of(span))
                .why("the answer is read as JSON, which a form is not: no token is found in it")
                .help("send the header `accept: application/json`")
                .in_block(block)
                .fix(Fix::suggestion("ask for JSON").with_edits(edits)),
        );
    }
}
