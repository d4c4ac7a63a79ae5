//! `authorize-error-unhandled`: a refusal goes on as if a code had come.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Kind;
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
    let is_oauth1 = connection.definition.kind == Kind::OAuth1;
    let comes_back = is_oauth1 || connection.exchanges_code();
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| comes_back) else { return };
    if authorize.member(&["response", "valid"]).is_some() {
        return;
    }
    // A refusal of OAuth 1 has no name in the standard: it is a callback without a verifier (RFC 5849 §2.2).
    let (variable, valid) = if is_oauth1 {
        let message = "Access was not granted. Connect again and allow it.";
        ("query.oauth_verifier", json!({ "condition": "{{query.oauth_verifier}}", "message": message }))
    } else {
        let message = "Access was not granted: {{ifempty(query.error_description, query.error)}}";
        ("query.error", json!({ "condition": "{{!query.error}}", "message": message }))
    };
    let (missing, next) = if is_oauth1 { ("verifier", "accessToken") } else { ("code", "token") };
    let sources = &connection.definition.sources;
    let edits = match authorize.node.get("response") {
        None => Some(insert_member(sources, authorize.node, "response", &json!({ "valid": valid }))),
        Some(response) if response.is_object() => Some(insert_member(sources, response, "valid", &valid)),
        Some(_) => None,
    };
    let mut finding = RULE
        .finding("a refusal in the callback is not noticed")
        .at(authorize.key_place())
        .why(format!("the flow goes on with an empty {missing}, and the user reads a misleading error of `{next}`"))
        .help(format!("add `response.valid` with a condition on `{variable}`"))
        .in_block(authorize.block);
    if let Some(edits) = edits {
        finding = finding.fix(Fix::suggestion(format!("check `{variable}`")).with_edits(edits));
    }
    findings.push(finding);
}
