//! `refresh-wrong-grant`: a renewal that asks for something else.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use crate::edit::replace_value;
use crate::parameters::is_of_a_provider;
use crate::rule::{Check, Findings, Rule};
use crate::sending::{Request, Sent};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0516",
    name: "refresh-wrong-grant",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`refresh` sends `grant_type=authorization_code`, or a misspelt `refresh_token`.

## Why
There is no code any more when a token is renewed: the provider answers `invalid_grant`, `invalid_request` or
`unsupported_grant_type`. Logging in anew with `client_credentials` or `password`, and the grants providers have
invented, are left alone.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": { "url": "https://api.acme.test/oauth/token" },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "authorization_code", "refresh_token": "{{data.refreshToken}}" }
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
`refresh_token` is suggested.

## Source
RFC 6749 §6.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    connection.requests_of(Phase::Refresh).for_each(|request| examine(connection, &request, findings));
}

fn examine(connection: &Connection<'_>, request: &Request<'_, '_>, findings: &mut Findings) {
    let sent = request.sends("grant_type");
    let (Some(grant), Some(place)) = (sent.literal(), sent.place()) else { return };
    let why = match grant {
        "authorization_code" => "there is no code any more: the provider refuses the renewal",
        _ if is_misspelt(grant) => "providers compare it letter by letter and answer `unsupported_grant_type`",
        _ => return,
    };
    let mut finding = RULE
        .finding(format!("`refresh` asks with `grant_type` `{grant}`"))
        .at(place)
        .why(why)
        .help("send `refresh_token`")
        .in_block(request.block);
    if let Sent::Member(member) = &sent {
        let edits = replace_value(&connection.definition.sources, &member.value, &json!("refresh_token"));
        finding = finding.fix(Fix::suggestion("ask with `refresh_token`").with_edits(edits));
    }
    findings.push(finding);
}

/// Whether a grant is `refresh_token`, written almost so.
pub(super) fn is_misspelt(grant: &str) -> bool {
    grant != "refresh_token" && !is_of_a_provider(grant) && nearest(grant, ["refresh_token"]).is_some()
}
