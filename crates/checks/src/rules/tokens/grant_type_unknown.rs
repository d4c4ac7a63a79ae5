//! `grant-type-unknown`: a `grant_type` that no standard knows.

use connspec_diagnostics::{Fix, Severity};
use serde_json::json;

use super::refresh_wrong_grant;
use crate::edit::replace_value;
use crate::parameters::meant_grant;
use crate::rule::{Check, Findings, Rule};
use crate::sending::{Request, Sent};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0526",
    name: "grant-type-unknown",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A literal `grant_type` that is a near miss of one of the standard's, or a name people use for one: `authorisation_code`,
`jwt-bearer`, `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`. Names that providers make for their own grants,
such as `ig_refresh_token`, are left alone. It is a warning for `device_code`, which a few providers take.

## Why
Providers compare it letter by letter and answer `unsupported_grant_type`.

## Example
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "body": { "grant_type": "authorisation_code", "code": "{{temp.code}}" }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "body": { "grant_type": "authorization_code", "code": "{{temp.code}}" }
  }
}
```

## Fix
The grant that is meant is suggested.

## Source
RFC 6749 §4.1.3, §4.3.2, §4.4.2, §6; RFC 7523 §2.1.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for request in connection.each_request().filter(|request| matches!(request.phase, Phase::Token | Phase::Refresh)) {
        let Sent::Member(member) = request.sends("grant_type") else { continue };
        let Some(written) = member.value.as_str().filter(|text| !text.contains("{{")) else { continue };
        let Some(meant) = meant_grant(written) else { continue };
        let is_told_otherwise = request.phase == Phase::Refresh && refresh_wrong_grant::is_misspelt(written);
        if is_told_otherwise || is_of_wechat(&request, written) {
            continue;
        }
        let edits = replace_value(&connection.definition.sources, &member.value, &json!(meant));
        let mut finding = RULE
            .finding(format!("`{written}` is no grant"))
            .at(member.value.place)
            .why("providers compare it letter by letter and answer `unsupported_grant_type`")
            .help(format!("did you mean `{meant}`?"))
            .fix(Fix::suggestion(format!("write `{meant}`")).with_edits(edits))
            .in_block(request.block);
        // Short for the grant of RFC 8628, as a few providers take it.
        if written == "device_code" {
            finding.severity = Severity::Warning;
        }
        findings.push(finding);
    }
}

/// `grant_type=client_credential` with `appid` and `secret`, as WeChat documents it.
fn is_of_wechat(request: &Request<'_, '_>, grant: &str) -> bool {
    grant == "client_credential" && request.sends("appid").is_there()
}
