//! `refresh-token-lost`: a new refresh token that may be none overwrites the old one.

use connspec_diagnostics::{Fix, Place, Severity};
use connspec_iml::Template;
use connspec_iml::ast::Expr;
use smol_str::SmolStr;

use super::lives::{Renewal, kept, shown};
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::Connection;
use crate::symbolic::{Stored, call, plain, steps, store_key, store_keys, store_path, whole};

pub static RULE: Rule = Rule {
    code: "CS0513",
    name: "refresh-token-lost",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`refresh` stores `{{body.refresh_token}}` without keeping the old one when the answer has none, or keeps it under a name
that nothing stores.

## Why
A provider need not send a new refresh token. `null` or an empty text in its place overwrites the old one, and the next
renewal fails for good: the user must reconnect.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "refreshToken": "{{body.refresh_token}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}" },
    "response": { "data": { "refreshToken": "{{body.refresh_token}}" } }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "refreshToken": "{{body.refresh_token}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}" },
    "response": { "data": { "refreshToken": "{{ifempty(body.refresh_token, data.refreshToken)}}" } }
  }
}
```

## Fix
`ifempty(…, data.refreshToken)` is put around it: safe, nothing changes where the answer has a token.

## Source
RFC 6749 §6 ("the authorization server MAY issue a new refresh token"); connection.md §3.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(Renewal { sent, writes, .. }) = Renewal::of(connection) else { return };
    for write in writes {
        let key = write.member.key.as_str();
        let Some(site) = write.site.filter(|_| sent.iter().any(|sent| sent == key)) else { continue };
        let Some(expr) = whole(site.template) else { continue };
        if let Some((place, other)) = kept_under_another_name(connection, site, expr) {
            let right = store_path(key);
            findings.push(
                RULE.finding(format!("the old refresh token is read as `{other}`, which nothing stores"))
                    .at(place)
                    .why("where the answer has no new one, nothing is left: only reconnecting helps")
                    .help(format!("did you mean {}?", shown(&right)))
                    .fix(Fix::suggestion(format!("read {}", shown(&right))).replace(place, right))
                    .in_block(write.block),
            );
            continue;
        }
        let Some(steps) = steps(site.template, expr).filter(|steps| steps[0] == "body") else { continue };
        let is_refresh_token = steps.last().is_some_and(|last| plain(last).contains("refresh"));
        if !is_refresh_token
            || store_keys(site.template).iter().any(|read| read == key)
            || is_demanded(connection, site, steps)
        {
            continue;
        }
        let place = site.place(expr.span);
        let written = &site.template.source()[expr.span.range()];
        let kept = kept(written, key);
        findings.push(
            RULE.finding("an answer without a new refresh token may overwrite the old one")
                .at(place)
                .why("a provider need not send one each time; once it is lost, only reconnecting helps")
                .help(format!("write {}", shown(&format!("{{{{{kept}}}}}"))))
                .fix(Fix::safe("keep the old refresh token").replace(place, kept))
                .in_block(write.block),
        );
    }
}

/// Whether the answer is only accepted with this very value, so that none is never stored.
fn is_demanded(connection: &Connection<'_>, site: &Site<'_>, steps: &[SmolStr]) -> bool {
    let reads = |template: &Template| template.variables().iter().any(|variable| variable.segments == steps);
    let valid = site.owner.at("/response/valid");
    let conditions = [valid, valid.and_then(|valid| valid.get("condition"))].into_iter().flatten();
    conditions.filter_map(|node| connection.site_of(node)).any(|condition| reads(condition.template))
}

/// The stored key behind the answer's in `ifempty(body.refresh_token, data.other)`, when nothing stores it.
fn kept_under_another_name<'s>(
    connection: &Connection<'_>,
    site: &'s Site<'_>,
    expr: &'s Expr,
) -> Option<(Place, &'s str)> {
    let Some(("ifempty", [new, old])) = call(site.template, expr) else { return None };
    let of_answer = steps(site.template, new).is_some_and(|steps| steps[0] == "body");
    let other = store_key(site.template, old).filter(|_| of_answer)?;
    (connection.stored(other) == Stored::No).then(|| (site.place(old.span), other))
}
