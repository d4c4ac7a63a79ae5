//! `code-not-captured`: the code comes back and is not handed to `token`.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::insert_member;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0313",
    name: "code-not-captured",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
Nothing hands the code of the callback on: `authorize.response` keeps nothing of `query`, and `token` does not read
`query` itself; or `token` sends a `temp` key that nothing writes.

## Why
The code is in the callback's query. What is not put into `temp` there is gone, and `token` sends an empty code: the
provider answers `invalid_grant`.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code" }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "authorization_code", "code": "{{temp.code}}" }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code" },
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "authorization_code", "code": "{{temp.code}}" }
  }
}
```

## Fix
`"temp": { "code": "{{query.code}}" }` under `authorize.response` is suggested, or the name that is written.

## Source
Make's documentation of OAuth 2.0 connections; connection.md §4.3.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code()) else {
        return;
    };
    let keeps = ["temp", "data"]
        .into_iter()
        .any(|store| authorize.sites_under(&["response", store]).any(|site| site.reads_variable(&["query"])));
    let reads_itself = connection.sites_of(Phase::Token).any(|site| site.reads_variable(&["query"]));
    if keeps || reads_itself {
        connection.requests_of(Phase::Token).for_each(|token| unwritten(connection, &token, findings));
        return;
    }
    // `body-in-authorize-response` tells how the code is read.
    let mut of_response = authorize.sites_under(&["response", "temp"]);
    if of_response.any(|site| site.reads_variable(&["body", "code"])) {
        return;
    }
    let mut finding = RULE
        .finding("nothing keeps the code that comes back in the callback")
        .at(authorize.key_place())
        .why("only `authorize.response` sees the callback's query: `token` sends an empty code")
        .help("add `\"temp\": { \"code\": \"{{query.code}}\" }` to `authorize.response` and send `{{temp.code}}` in `token`")
        .in_block(authorize.block);
    let sources = &connection.definition.sources;
    let code = json!("{{query.code}}");
    let edits = match (authorize.node.get("response"), authorize.member(&["response", "temp"])) {
        (None, _) => Some(insert_member(sources, authorize.node, "response", &json!({ "temp": { "code": code } }))),
        (Some(response), None) if response.is_object() => {
            Some(insert_member(sources, response, "temp", &json!({ "code": code })))
        }
        (_, Some(temp)) if temp.value.is_object() && temp.value.get("code").is_none() => {
            Some(insert_member(sources, &temp.value, "code", &code))
        }
        _ => None,
    };
    if let Some(edits) = edits {
        finding = finding.fix(Fix::suggestion("keep the code in `temp`").with_edits(edits));
    }
    findings.push(finding);
}

/// `token` sends as code a `temp` key that nothing writes.
fn unwritten(connection: &Connection<'_>, token: &Request<'_, '_>, findings: &mut Findings) {
    let sent = token.sends("code");
    let Some(site) = (match &sent {
        crate::sending::Sent::Member(member) => connection.site_of(&member.value),
        _ => None,
    }) else {
        return;
    };
    if connection.names.writes_unknown_temp {
        return;
    }
    let [read] = site.reads() else { return };
    let Some(key) = read.key().filter(|_| read.root() == "temp") else { return };
    if connection.names.writes_key("temp", key) {
        return;
    }
    let written = connection.names.writes.iter().filter(|write| write.root == "temp").map(|write| write.key);
    let mut finding = RULE
        .finding(format!("`token` sends `temp.{key}` as the code, and nothing writes it"))
        .at(read.place)
        .why("an unwritten name is empty: the provider answers `invalid_grant`")
        .help("send the key that `authorize.response.temp` writes")
        .in_block(token.block);
    let keeps_code = connection.names.writes_key("temp", "code").then_some("code");
    if let Some(near) = keeps_code.or_else(|| nearest(key, written)) {
        finding = finding
            .help(format!("did you mean `temp.{near}`?"))
            .fix(Fix::suggestion(format!("send `temp.{near}`")).replace(read.place, format!("temp.{near}")));
    }
    findings.push(finding);
}
