//! `pkce-challenge-missing`: a verifier is sent that no challenge announced.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::sending::Sent;
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0406",
    name: "pkce-challenge-missing",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token` sends a `code_verifier`, `authorize` no `code_challenge`.

## Why
Without a challenge the verifier protects nothing. A provider that follows the current practice refuses it, because an
attacker may have taken the challenge out; others ignore it.

## Example
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "response_type": "code" }
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
      "response_type": "code",
      "code_challenge": "{{replace(replace(replace(sha256(temp.verifier, 'base64'), '+', '-'), '/', '_'), '=', '')}}",
      "code_challenge_method": "S256"
    }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{temp.verifier}}" } }
}
```

## Source
RFC 7636 §4.3; RFC 9700 §2.1.1 (PKCE downgrade); corpus-notes.md B.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(authorize) = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code()) else {
        return;
    };
    let is_pushed = ["request_uri", "request"].iter().any(|name| !authorize.sends(name).is_absent());
    // A server may announce the challenge itself before the redirect.
    let announces = connection.sites_of(Phase::Preauthorize).any(|site| site.key() == "code_challenge");
    if is_pushed || announces || !authorize.sends("code_challenge").is_absent() {
        return;
    }
    for token in connection.requests_of(Phase::Token) {
        let Sent::Member(member) = token.sends("code_verifier") else { continue };
        findings.push(
            RULE.finding("a `code_verifier` is sent, but `authorize` sends no `code_challenge`")
                .at(member.key_place)
                .why("it protects nothing, and a provider that follows RFC 9700 refuses the code")
                .help("send `code_challenge` and `code_challenge_method` in `authorize`, or leave the verifier out")
                .in_block(token.block),
        );
    }
}
