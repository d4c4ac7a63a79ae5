//! `response-expires-missing`: the end of the refresh token is known and Make is not told.

use connspec_diagnostics::Severity;
use connspec_iml::ast::{Expr, Path, Visitor};

use super::lives::refresh;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Phase, Site};
use crate::subject::Connection;
use crate::symbolic::is_refresh_duration;

pub static RULE: Rule = Rule {
    code: "CS0518",
    name: "response-expires-missing",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token` reads the life of the refresh token, and has no `response.expires`.

## Why
Make asks the user to reconnect in time only when `response.expires` says when. Without it the first sign is a renewal
that fails, and with it a scenario.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "refreshExpires": "{{addSeconds(now, body.refresh_expires_in)}}" } }
  },
  "refresh": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "expires": "{{addSeconds(now, body.refresh_expires_in)}}" }
  },
  "refresh": { "url": "https://api.acme.test/oauth/token" }
}
```

## Source
Make's documentation of `response.expires`; connection.md §7.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let tells_make = |site: &Site<'_>| site.phase == Phase::Token && site.path() == ["response", "expires"];
    if refresh(connection).is_none() || connection.sites.iter().any(tells_make) {
        return;
    }
    for site in connection.sites_of(Phase::Token).filter(|site| site.is_under(&["response", "data"])) {
        let mut lives = Lives { site, found: false };
        site.template.visit(&mut lives);
        if !lives.found {
            continue;
        }
        findings.push(
            RULE.finding("Make is not told when the refresh token ends")
                .at(site.node.place)
                .why("the user is not asked to reconnect in time: the first sign is a renewal that fails")
                .help("write this date to `response.expires` as well")
                .in_block(&site.block),
        );
    }
}

struct Lives<'s, 'a> {
    site: &'s Site<'a>,
    found: bool,
}

impl<'t> Visitor<'t> for Lives<'_, '_> {
    fn path(&mut self, _: &'t Path, node: &'t Expr) {
        self.found |= is_refresh_duration(self.site.template, node);
    }
}
