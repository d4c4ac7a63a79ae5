//! `expires-of-refresh-token`: the renewal waits for the end of the refresh token.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::ast::{Expr, Path, Visitor};

use super::lives::{renewals, token_writes};
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::Connection;
use crate::symbolic::{Sort, is_duration, is_refresh_duration, sort, steps, store_comparisons};

pub static RULE: Rule = Rule {
    code: "CS0542",
    name: "expires-of-refresh-token",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The condition that decides a renewal compares a date made of the life of the refresh token: `refresh_expires_in`,
`refresh_token_expires_in`.

## Why
The access token ends long before. It is not renewed then, every call fails with 401, and when the condition holds at
last, the refresh token is at its end too.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addSeconds(now, body.refresh_expires_in)}}" } }
  },
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 5)}}",
    "url": "https://api.acme.test/oauth/token"
  }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": {
      "data": { "expires": "{{addSeconds(now, body.expires_in)}}" },
      "expires": "{{addSeconds(now, body.refresh_expires_in)}}"
    }
  },
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 5)}}",
    "url": "https://api.acme.test/oauth/token"
  }
}
```

## Fix
`expires_in` is suggested.

## Source
RFC 6749 §5.1 (`expires_in` is the life of the access token); connection.md §6.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let of_refresh = token_writes(connection).into_iter().filter_map(|write| {
        let site = write.site?;
        let mut lives = Lives { site, of_refresh: None, of_access: false };
        site.template.visit(&mut lives);
        let life = lives.of_refresh.filter(|_| !lives.of_access)?;
        Some((write, site, life))
    });
    let of_refresh: Vec<_> = of_refresh.collect();
    if of_refresh.is_empty() {
        return;
    }
    let mut compared = Vec::new();
    for (_, site) in renewals(connection) {
        let comparisons = store_comparisons(site.template);
        let of_date = comparisons.iter().filter(|comparison| sort(site.template, comparison.other) == Sort::Date);
        let keys: Vec<_> = of_date.map(|comparison| comparison.key).collect();
        // Beside another date it may be a second reason to renew.
        if let [key] = keys.as_slice() {
            compared.push((*key, site));
        }
    }
    for (write, site, life) in of_refresh {
        let Some((_, condition)) = compared.iter().find(|(key, _)| *key == write.member.key.as_str()) else { continue };
        let place = site.place(life.span);
        let written = &site.template.source()[life.span.range()];
        let mut finding = RULE
            .finding(format!("`{written}` is the life of the refresh token, and decides when to renew"))
            .at(place)
            .why("the access token ends long before, and is not renewed then: every call fails with 401")
            .help("store the end of the access token, `expires_in`; the other belongs to `response.expires`")
            .also(condition.node.place, "compared here")
            .in_block(write.block);
        let name = steps(site.template, life).and_then(<[_]>::last);
        if let Some(start) = name.and_then(|name| written.strip_suffix(name.as_str())) {
            let fix = Fix::suggestion("take the life of the access token").replace(place, format!("{start}expires_in"));
            finding = finding.fix(fix);
        }
        findings.push(finding);
    }
}

struct Lives<'s, 'a> {
    site: &'s Site<'a>,
    of_refresh: Option<&'s Expr>,
    of_access: bool,
}

impl<'s> Visitor<'s> for Lives<'s, '_> {
    fn path(&mut self, _: &'s Path, node: &'s Expr) {
        if is_refresh_duration(self.site.template, node) {
            self.of_refresh = Some(node);
        } else {
            self.of_access |= is_duration(self.site.template, node);
        }
    }
}
