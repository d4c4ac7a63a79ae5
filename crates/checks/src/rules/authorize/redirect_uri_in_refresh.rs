//! `redirect-uri-in-refresh`: a renewal that names a callback.

use connspec_diagnostics::{Fix, Severity};

use crate::edit::remove_member;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Sent;
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0306",
    name: "redirect-uri-in-refresh",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`refresh` sends a `redirect_uri`.

## Why
The grant has no such parameter. Some providers refuse it (MercadoLibre), a few demand it (Tempo), most ignore it; Make's
reviewers call it a mistake.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": {
      "grant_type": "refresh_token",
      "refresh_token": "{{data.refreshToken}}",
      "redirect_uri": "{{oauth.localRedirectUri}}"
    }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}" }
  }
}
```

## Fix
Leaving it out is suggested, unless the provider demands it.

## Source
RFC 6749 §6; pitfalls.md 48.
"#;

/// Providers that demand it.
const DEMAND_IT: &[&str] = &["tempo.io"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for request in connection.requests_of(Phase::Refresh) {
        let sent = request.sends("redirect_uri");
        let place = match &sent {
            Sent::Member(member) => member.key_place,
            Sent::Inline(_, place) => *place,
            Sent::Unknown | Sent::Absent => continue,
        };
        if request.goes_to(DEMAND_IT) {
            continue;
        }
        let mut finding = RULE
            .finding("`refresh` sends a `redirect_uri`")
            .at(place)
            .why("the grant has none: most providers ignore it, some refuse it")
            .help("leave it out, unless the provider demands it")
            .in_block(request.block);
        if let Sent::Member(member) = &sent {
            let owner = ["body", "qs"].iter().filter_map(|key| request.node.get(key));
            let mut owner =
                owner.filter(|owner| owner.member("redirect_uri").is_some_and(|own| own.key_place == place));
            if let Some(object) = owner.next() {
                let edits = remove_member(&connection.definition.sources, object, member);
                finding = finding.fix(Fix::suggestion("leave it out").with_edits(edits));
            }
        }
        findings.push(finding);
    }
}
