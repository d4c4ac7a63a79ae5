//! `pkce-verifier-regenerated`: a new random value where the first one is needed.

use connspec_diagnostics::Severity;

use super::{challenge, verifier_key};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Phase, Site};
use crate::subject::Connection;
use crate::symbolic::is_random;

pub static RULE: Rule = Rule {
    code: "CS0405",
    name: "pkce-verifier-regenerated",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`uuid` or `random` stands in `code_challenge`, in `code_verifier`, or in a second `temp` of the same name in `token`.

## Why
Each reading of `uuid` is a new value. A verifier that is made again is not the one the challenge was made of, and the
provider answers `invalid_grant`. Make it once, in `temp` of `authorize`: that is evaluated once and lives on across
the redirect.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "code_challenge": "{{sha256(uuid, 'base64')}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{uuid}}" } }
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

## Source
RFC 7636 §4.1, §4.5; iml.md §5 (`uuid` per evaluation); connection.md §4.4.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if challenge(connection).is_none() {
        return;
    }
    let key = verifier_key(connection);
    let names_it = |site: &Site<'_>| match (site.phase, site.is_response_side()) {
        (Phase::Authorize, false) => site.key() == "code_challenge",
        (Phase::Token, false) => {
            site.key() == "code_verifier" || (site.is_under(&["temp"]) && key.as_deref() == Some(site.key()))
        }
        _ => false,
    };
    for site in connection.sites.iter().filter(|site| names_it(site) && is_random(site.template)) {
        findings.push(
            RULE.finding(format!("`{}` is made of a new random value", site.key()))
                .at(site.node.place)
                .why("it is not the value the other side was made of: the provider answers `invalid_grant`")
                .help("make the verifier once, in `temp` of `authorize`, and read it in both places")
                .in_block(&site.block),
        );
    }
}
