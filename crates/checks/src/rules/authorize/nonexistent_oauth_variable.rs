//! `nonexistent-oauth-variable`: a member of `oauth` that Make does not have.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};

use crate::rule::{Check, Findings, Rule};
use crate::site::{Phase, Site};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0314",
    name: "nonexistent-oauth-variable",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`oauth.code`, `oauth.accessToken`, `oauth.callbackUrl` and the like: `oauth` has only `scope`, `redirectUri`,
`localRedirectUri` and `makeRedirectUri`.

## Why
A name that does not exist is empty, without any error: an empty code is sent, or an empty address.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code": "{{oauth.code}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code": "{{temp.code}}" } }
}
```

## Fix
The variable that is meant is suggested, where it can be told.

## Source
Make's documentation of OAuth 2.0 connections (available variables); connection.md §4.2, §4.3.
"#;

/// The members of `oauth`.
pub(super) const VARIABLES: &[&str] = &["scope", "redirectUri", "localRedirectUri", "makeRedirectUri"];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for site in connection.sites.iter().filter(|site| !is_overwritten_state(site)) {
        for read in site.reads().iter().filter(|read| read.root() == "oauth") {
            let Some(key) = read.key().filter(|key| !VARIABLES.contains(key)) else { continue };
            let mut finding = RULE
                .finding(format!("`oauth.{key}` does not exist"))
                .at(read.place)
                .why("a name that does not exist is empty, and nothing says so")
                .help(format!("`oauth` has {}", VARIABLES.join(", ")))
                .in_block(&site.block);
            if key == "code" {
                finding = finding.help(
                    "the code comes back as `query.code`: write `\"temp\": { \"code\": \"{{query.code}}\" }` in `authorize.response` and read `temp.code`",
                );
            }
            // What the callback itself brings, where it is read.
            let is_of_callback = site.phase == Phase::Authorize && site.is_under(&["response"]) && key == "code";
            let meant = if is_of_callback { Some("query.code".to_owned()) } else { meant(connection, key) };
            if let Some(meant) = meant {
                finding = finding
                    .help(format!("did you mean `{meant}`?"))
                    .fix(Fix::suggestion(format!("read `{meant}`")).replace(read.place, meant));
            }
            findings.push(finding);
        }
    }
}

/// `state` of `authorize` is written by Make whatever stands there: another rule tells that.
fn is_overwritten_state(site: &Site<'_>) -> bool {
    site.phase == Phase::Authorize && site.path() == ["qs", "state"]
}

fn meant(connection: &Connection<'_>, key: &str) -> Option<String> {
    match key {
        "code" | "verifier" => connection.names.writes_key("temp", key).then(|| format!("temp.{key}")),
        "accessToken" | "refreshToken" | "token" => {
            connection.names.writes_key("data", key).then(|| format!("data.{key}"))
        }
        "callbackUrl" | "callbackUri" | "callback" | "redirectUrl" | "redirect_uri" => {
            Some("oauth.localRedirectUri".to_owned())
        }
        "scopes" => Some("oauth.scope".to_owned()),
        _ => nearest(key, VARIABLES.iter().copied()).map(|near| format!("oauth.{near}")),
    }
}
