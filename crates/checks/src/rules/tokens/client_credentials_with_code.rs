//! `client-credentials-with-code`: a grant without a user, sent with what a user has granted.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0520",
    name: "client-credentials-with-code",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token` asks with `grant_type=client_credentials` and sends a `code` or a `redirect_uri`, or what another grant takes: an
`assertion`, or `username` and `password` beside the client's own id.

## Why
`client_credentials` gives the app's own token, not the user's: the code is not redeemed, and whoever connects gets the
same access. Strict providers refuse the surplus parameters. But for a code it is a warning: servers are to ignore parameters they do
not know.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "client_credentials", "code": "{{temp.code}}" }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "authorization_code", "code": "{{temp.code}}" }
  }
}
```

## Source
RFC 6749 §3.2, §4.1.3, §4.3.2, §4.4; RFC 7523 §2.1.
"#;

const OF_CODE: &str = "redeem a code with `authorization_code`; without a user leave `code` and `redirect_uri` out";

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for token in connection.requests_of(Phase::Token) {
        let grant = token.sends("grant_type");
        if grant.literal() != Some("client_credentials") {
            continue;
        }
        let sends = |name: &str| token.sends(name).is_there();
        let is_login = || ["username", "password", "client_id"].into_iter().all(sends);
        let (what, help) = match () {
            () if sends("code") => ("a `code`", OF_CODE),
            () if sends("redirect_uri") => ("a `redirect_uri`", OF_CODE),
            () if sends("assertion") => (
                "an `assertion`",
                "a signed assertion is exchanged with the grant `urn:ietf:params:oauth:grant-type:jwt-bearer`",
            ),
            () if is_login() => {
                ("`username` and `password`", "a user's name and password are exchanged with the grant `password`")
            }
            () => continue,
        };
        let mut finding = RULE
            .finding(format!("`client_credentials` is sent together with {what}"))
            .at(grant.place().unwrap_or_else(|| token.key_place()))
            .why("this grant knows no user: what a user has granted is not looked at, or the provider refuses the request")
            .help(help)
            .in_block(token.block);
        // A server ignores what it does not know (RFC 6749 §3.2); a code says that something else was meant.
        if !sends("code") {
            finding.severity = Severity::Warning;
        }
        findings.push(finding);
    }
}
