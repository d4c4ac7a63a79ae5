//! `legacy-redirect-variable`: the callback on integromat.com.

use connspec_diagnostics::{Fix, Severity};

use super::callback::wants_the_old_address;
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0304",
    name: "legacy-redirect-variable",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`oauth.redirectUri` is read, which is always `https://www.integromat.com/oauth/cb/app`.

## Why
The variable is there for old apps. New apps are refused with it in review, and on a private instance the browser does
not come back. Where the provider itself has that address registered for everyone, as the Custom App Academy does, the
variable is right and is left alone.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "redirect_uri": "{{oauth.redirectUri}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "redirect_uri": "{{oauth.localRedirectUri}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
`oauth.localRedirectUri` is suggested: the address registered with the provider must change with it.

## Source
Make's documentation of OAuth 2.0 connections ("not suggested for new apps"); academy-api.md.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    if wants_the_old_address(connection) {
        return;
    }
    for (site, read) in connection.reads_of("oauth").filter(|(_, read)| read.key() == Some("redirectUri")) {
        let place = read.place;
        findings.push(
            RULE.finding("`oauth.redirectUri` is the old address on integromat.com")
                .at(place)
                .why("Make does not want it in new apps, and on a private instance the browser does not come back")
                .help("read `oauth.localRedirectUri` in all places, and register that address with the provider")
                .fix(Fix::suggestion("read `oauth.localRedirectUri`").replace(place, "oauth.localRedirectUri"))
                .in_block(&site.block),
        );
    }
}
