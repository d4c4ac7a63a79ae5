//! `refresh-token-not-stored`: `refresh` sends a token that nobody has kept.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};

use super::lives::refresh;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Sent;
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{STORE_ROOTS, plain};

pub static RULE: Rule = Rule {
    code: "CS0514",
    name: "refresh-token-not-stored",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`refresh` sends a key of the store as its refresh token, and neither the form nor a block before it writes that key.

## Why
An unwritten key is empty: the provider answers `invalid_grant` at the first renewal, an hour after connecting.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}" }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}", "refreshToken": "{{body.refresh_token}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}" }
  }
}
```

## Fix
The name under which `token` stores a refresh token is suggested.

## Source
connection.md §3, §6.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(request) = refresh(connection) else { return };
    let Sent::Member(member) = request.sends("refresh_token") else { return };
    let Some(site) = connection.site_of(&member.value) else { return };
    let reads = site.reads();
    let form_is_elsewhere = connection.definition.parts.parameters.is_none();
    if form_is_elsewhere && reads.iter().any(|read| read.root() == "parameters") {
        return;
    }
    let is_initial = |key: &str| {
        let only_later = connection.names.writes_key("data", key)
            && connection
                .names
                .writes_of("data", key)
                .all(|write| matches!(write.phase, Some(Phase::Refresh | Phase::Invalidate)));
        connection.may_store(key) && !only_later
    };
    let all_unwritten =
        reads.iter().all(|read| STORE_ROOTS.contains(&read.root()) && read.key().is_some_and(|key| !is_initial(key)));
    let Some(read) = reads.first().filter(|_| all_unwritten && !connection.names.writes_unknown_data) else { return };
    let key = read.key().unwrap_or_default();
    let mut finding = RULE
        .finding(format!("nothing stores `{key}` before `refresh` sends it"))
        .at(read.place)
        .why("an unwritten key is empty: the first renewal fails with `invalid_grant`")
        .help(format!("write `\"{key}\": \"{{{{body.refresh_token}}}}\"` in `response.data` of `token`"))
        .in_block(request.block);
    let initial = || connection.stored_keys().filter(|stored| is_initial(stored));
    let near = initial().find(|stored| plain(stored) == "refreshtoken").or_else(|| nearest(key, initial()));
    if let Some(near) = near {
        let source = connection.definition.sources.slice(read.place);
        if let Some(start) = source.strip_suffix(key) {
            finding = finding
                .help(format!("did you mean `{near}`?"))
                .fix(Fix::suggestion(format!("send `{near}`")).replace(read.place, format!("{start}{near}")));
        }
    }
    findings.push(finding);
}
