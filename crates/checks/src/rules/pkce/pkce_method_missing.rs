//! `pkce-method-missing`: a hashed challenge that is announced as a plain one.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::{challenge, is_hashed};
use crate::edit::insert_member;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0404",
    name: "pkce-method-missing",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The challenge is a SHA-256 digest, and no `code_challenge_method` says so.

## Why
Without it the method is `plain`: a provider that follows the standard compares the digest with the verifier itself and
answers `invalid_grant`. Providers that know S256 only do not mind.

## Example
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": {
      "code_challenge": "{{replace(replace(replace(sha256(temp.verifier, 'base64'), '+', '-'), '/', '_'), '=', '')}}"
    }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{temp.verifier}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": {
      "code_challenge": "{{replace(replace(replace(sha256(temp.verifier, 'base64'), '+', '-'), '/', '_'), '=', '')}}",
      "code_challenge_method": "S256"
    }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{temp.verifier}}" } }
}
```

## Fix
`"code_challenge_method": "S256"` is added: safe, the challenge is a digest.

## Source
RFC 7636 §4.3.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some((authorize, sent)) = challenge(connection) else { return };
    if !authorize.sends("code_challenge_method").is_absent() || !is_hashed(connection, &sent) {
        return;
    }
    let place = match &sent {
        crate::sending::Sent::Member(member) => member.key_place,
        _ => authorize.key_place(),
    };
    let mut finding = RULE
        .finding("the challenge is a digest, but no `code_challenge_method` says so")
        .at(place)
        .why("without it the method is `plain`, and the provider compares the digest with the verifier itself")
        .help("send `\"code_challenge_method\": \"S256\"`")
        .in_block(authorize.block);
    if let Some(qs) = authorize.node.get("qs").filter(|qs| qs.is_object()) {
        let edits = insert_member(&connection.definition.sources, qs, "code_challenge_method", &json!("S256"));
        finding = finding.fix(Fix::safe("announce S256").with_edits(edits));
    }
    findings.push(finding);
}
