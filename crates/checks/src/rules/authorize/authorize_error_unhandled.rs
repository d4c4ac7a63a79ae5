//! `authorize-error-unhandled`: a refusal goes on as if a code had come.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::insert_member;
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0317",
    name: "authorize-error-unhandled",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize.response` has no `valid`.

## Why
A provider reports a refusal in the callback, as `?error=invalid_scope&error_description=…`. Make goes on regardless,
`token` sends an empty code, and the user reads the provider's error about that instead of the reason.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code": "{{temp.code}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": {
      "valid": {
        "condition": "{{!query.error}}",
        "message": "Access was not granted: {{ifempty(query.error_description, query.error)}}"
      },
      "temp": { "code": "{{query.code}}" }
    }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code": "{{temp.code}}" } }
}
```

## Fix
Such a `valid` is suggested.

## Source
RFC 6749 §4.1.2.1; connection.md §4.3.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code()) else {
        return;
    };
    if authorize.member(&["response", "valid"]).is_some() {
        return;
    }
    let valid = json!({
        "condition": "{{!query.error}}",
        "message": "Access was not granted: {{ifempty(query.error_description, query.error)}}",
    });
    let sources = &connection.definition.sources;
    let edits = match authorize.node.get("response") {
        None => Some(insert_member(sources, authorize.node, "response", &json!({ "valid": valid }))),
        Some(response) if response.is_object() => Some(insert_member(sources, response, "valid", &valid)),
        Some(_) => None,
    };
    let mut finding = RULE
        .finding("a refusal in the callback is not noticed")
        .at(authorize.key_place())
        .why("the flow goes on with an empty code, and the user reads a misleading error of `token`")
        .help("add `response.valid` with a condition on `query.error`")
        .in_block(&authorize.block);
    if let Some(edits) = edits {
        finding = finding.fix(Fix::suggestion("check `query.error`").with_edits(edits));
    }
    findings.push(finding);
}
