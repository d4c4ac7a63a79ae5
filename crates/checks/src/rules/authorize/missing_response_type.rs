//! `missing-response-type`: the provider is not told that a code is wanted.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::{insert_member, replace_value};
use crate::providers::WITHOUT_RESPONSE_TYPE;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Sent;
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0307",
    name: "missing-response-type",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize` sends no `response_type`, or one without `code`.

## Why
The parameter is required: without `response_type=code` a provider refuses with `invalid_request` or
`unsupported_response_type`. With `token` the answer comes behind a `#`, which never reaches Make. A few providers that
are known to do without it are left alone, and pages that give the code under a name of their own (`spapi_oauth_code`).

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "client_id": "{{parameters.clientId}}", "redirect_uri": "{{oauth.localRedirectUri}}" },
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": {
      "response_type": "code",
      "client_id": "{{parameters.clientId}}",
      "redirect_uri": "{{oauth.localRedirectUri}}"
    },
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
`"response_type": "code"` is suggested.

## Source
RFC 6749 §3.1.1, §4.1.1.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code()) else {
        return;
    };
    let is_pushed = ["request_uri", "request"].iter().any(|name| !authorize.sends(name).is_absent());
    let sent = authorize.sends("response_type");
    let sources = &connection.definition.sources;
    let finding = RULE
        .finding("`authorize` does not ask for a code")
        .help("send `\"response_type\": \"code\"`")
        .in_block(authorize.block);
    match &sent {
        Sent::Absent if !is_pushed && !authorize.goes_to(WITHOUT_RESPONSE_TYPE) && !has_code_of_its_own(connection) => {
            let mut finding = finding
                .at(authorize.key_place())
                .why("`response_type` is required: without it the provider refuses the request (RFC 6749 §3.1.1)");
            if let Some(qs) = authorize.node.get("qs").filter(|qs| qs.is_object()) {
                let edits = insert_member(sources, qs, "response_type", &json!("code"));
                finding = finding.fix(Fix::suggestion("ask for a code").with_edits(edits));
            }
            findings.push(finding);
        }
        Sent::Member(member) if sent.literal().is_some_and(|types| !types.split(' ').any(|one| one == "code")) => {
            let edits = replace_value(sources, &member.value, &json!("code"));
            findings.push(
                finding
                    .at(member.value.place)
                    .why("what else comes back stands behind a `#` and never reaches Make")
                    .fix(Fix::suggestion("ask for a code").with_edits(edits)),
            );
        }
        _ => {}
    }
}

/// Whether the callback brings a code under the service's own name (`spapi_oauth_code`): then the page has words of its
/// own, too.
fn has_code_of_its_own(connection: &Connection<'_>) -> bool {
    let mut reads = connection.reads_of("query").filter(|(site, _)| site.phase == Phase::Authorize);
    reads.any(|(_, read)| read.key().is_some_and(|key| key.ends_with("_code")))
}
