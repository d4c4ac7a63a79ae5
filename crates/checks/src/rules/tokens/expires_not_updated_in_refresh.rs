//! `expires-not-updated-in-refresh`: the renewal does not move the date it is decided by.

use connspec_diagnostics::{Severity, Span};
use hashbrown::HashSet;

use super::lives::{data_writes, refresh, renewals};
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{Sort, names_an_expiry, sort, store_comparisons};

pub static RULE: Rule = Rule {
    code: "CS0507",
    name: "expires-not-updated-in-refresh",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The condition of `refresh` compares a date that `token` stores and `refresh` does not.

## Why
After the first renewal the old date is still there, and it is past: `refresh` runs before every single call from then
on. Providers answer with rate limits, or with a refresh token that has been used up. Where another date that is moved
must have come, too, the condition does not go on holding.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": {
      "data": { "accessToken": "{{body.access_token}}", "expires": "{{addSeconds(now, body.expires_in)}}" }
    }
  },
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 5)}}",
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}" } }
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
      "data": { "accessToken": "{{body.access_token}}", "expires": "{{addSeconds(now, body.expires_in)}}" }
    }
  },
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 5)}}",
    "url": "https://api.acme.test/oauth/token",
    "response": {
      "data": { "accessToken": "{{body.access_token}}", "expires": "{{addSeconds(now, body.expires_in)}}" }
    }
  }
}
```

## Source
connection.md §6.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(first) = refresh(connection).filter(|_| !connection.names.writes_unknown_data) else { return };
    let renewed: HashSet<&str> =
        data_writes(connection, Phase::Refresh).into_iter().map(|write| write.member.key.as_str()).collect();
    for (_, site) in renewals(connection).iter().filter(|(request, _)| request.phase == Phase::Refresh) {
        let comparisons = store_comparisons(site.template);
        let moved = comparisons.iter().filter(|comparison| renewed.contains(comparison.key));
        let bounded: HashSet<Span> = moved.filter_map(|comparison| comparison.conjunction).collect();
        for comparison in &comparisons {
            let key = comparison.key;
            if sort(site.template, comparison.other) != Sort::Date && !names_an_expiry(key) {
                continue;
            }
            let mut writes = connection.names.writes_of("data", key);
            let Some(write) = writes.find(|write| write.phase.is_some_and(Phase::keeps_temp)) else { continue };
            // A date beside it that is moved keeps the condition from holding.
            if renewed.contains(key) || comparison.conjunction.is_some_and(|one| bounded.contains(&one)) {
                continue;
            }
            let data = first.member(&["response", "data"]).map_or_else(|| first.key_place(), |data| data.key_place);
            findings.push(
                RULE.finding(format!("`refresh` does not store a new `{key}`"))
                    .at(data)
                    .why("its condition goes on comparing the old date: from then on it runs before every call")
                    .help(format!("write `{key}` here as `{}` does", write.block))
                    .also(write.place, "stored here, and never again")
                    .also(site.place(comparison.key_span), "compared here")
                    .in_block(first.block),
            );
        }
    }
}
