//! `pkce-verifier-missing-in-token`: a challenge is sent, its verifier is not.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::{challenge, token_that_redeems};
use crate::edit::insert_member;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0401",
    name: "pkce-verifier-missing-in-token",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`authorize` sends a `code_challenge`, `token` no `code_verifier`.

## Why
A code that was asked for with a challenge is only given out for the verifier: the provider answers `invalid_grant`.

## Example
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "code_challenge": "{{temp.verifier}}", "code_challenge_method": "plain" },
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code": "{{temp.code}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "code_challenge": "{{temp.verifier}}", "code_challenge_method": "plain" },
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "code": "{{temp.code}}", "code_verifier": "{{temp.verifier}}" }
  }
}
```

## Fix
Sending the `temp` key that the challenge is made of is suggested.

## Source
RFC 7636 §4.5, §4.6.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some((authorize, sent)) = challenge(connection) else { return };
    let mut requests = connection.requests_of(crate::site::Phase::Token);
    if !requests.all(|token| token.sends("code_verifier").is_absent()) {
        return;
    }
    let Some(token) = token_that_redeems(connection) else { return };
    let challenge_place = sent.place().unwrap_or_else(|| authorize.key_place());
    let mut finding = RULE
        .finding("`token` sends no `code_verifier` for the `code_challenge` of `authorize`")
        .at(token.key_place())
        .why("the code is only given out for the verifier: the provider answers `invalid_grant`")
        .help("send the text that the challenge was made of as `code_verifier`")
        .also(challenge_place, "the challenge is sent here")
        .in_block(token.block);
    let template = sent.template();
    let made_of = template.iter().flat_map(|template| template.variables());
    let verifier = made_of.filter(|variable| variable.segments[0] == "temp").map(|read| read.segments.join(".")).next();
    if let (Some(verifier), Some(body)) = (verifier, token.node.get("body").filter(|body| body.is_object())) {
        let value = json!(format!("{{{{{verifier}}}}}"));
        let edits = insert_member(&connection.definition.sources, body, "code_verifier", &value);
        finding = finding.fix(Fix::suggestion(format!("send `{verifier}` as `code_verifier`")).with_edits(edits));
    }
    findings.push(finding);
}
