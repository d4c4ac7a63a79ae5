//! `refresh-lead-exceeds-lifetime`: renewed as soon as it is there.

use std::cell::LazyCell;

use connspec_diagnostics::Severity;
use hashbrown::HashMap;

use super::lives::{renewals, token_writes};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;
use crate::symbolic::{minutes_ahead, names_an_expiry, store_comparisons, whole};

pub static RULE: Rule = Rule {
    code: "CS0511",
    name: "refresh-lead-exceeds-lifetime",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The condition renews a token earlier before its end than the token lives at all.

## Why
With a lead of 15 minutes a token of 5 minutes is about to end from the start: it is renewed before every call. The life
is known where it is written out (`addMinutes(now, 5)`) or documented, as by the Custom App Academy.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addMinutes(now, 5)}}" } }
  },
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 15)}}",
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
    "response": { "data": { "expires": "{{addMinutes(now, 5)}}" } }
  },
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 1)}}",
    "url": "https://api.acme.test/oauth/token"
  }
}
```

## Source
connection.md §6 (leads); academy-api.md (lifetimes).
"#;

/// Providers whose documentation tells how long a token lives, in minutes.
const DOCUMENTED: &[(&str, f64)] = &[("app-academy.make.com", 5.0)];

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let renewals = renewals(connection);
    if renewals.is_empty() {
        return;
    }
    let lives = LazyCell::new(|| written_lives(connection));
    for (request, site) in renewals {
        for comparison in store_comparisons(site.template).into_iter().filter(|comparison| !comparison.wants_later) {
            let Some(lead) = minutes_ahead(site.template, comparison.other) else { continue };
            if lead < 0.0 && names_an_expiry(comparison.key) {
                findings.push(
                    RULE.finding(format!("the token is renewed {} after it has ended", shown(-lead)))
                        .at(site.place(comparison.other.span))
                        .why("until then every call fails with the old token")
                        .help("look ahead, not back: `addMinutes(now, 5)`")
                        .in_block(request.block),
                );
                continue;
            }
            let documented = DOCUMENTED.iter().find(|(host, _)| request.goes_to(&[host])).map(|(_, life)| *life);
            let documented = documented.filter(|_| names_an_expiry(comparison.key));
            let Some(life) = lives.get(comparison.key).copied().flatten().or(documented) else { continue };
            if lead < life || lead <= 0.0 {
                continue;
            }
            findings.push(
                RULE.finding(format!(
                    "the lead of {} is not shorter than the token's life of {}",
                    shown(lead),
                    shown(life)
                ))
                .at(site.place(comparison.other.span))
                .why("a fresh token already counts as about to end: it is renewed before every call")
                .help(format!("lower the lead well below {}", shown(life)))
                .in_block(request.block),
            );
        }
    }
}

/// The longest life that is written out for each key; none for a key whose lives are not all written out.
fn written_lives<'a>(connection: &Connection<'a>) -> HashMap<&'a str, Option<f64>> {
    let mut lives: HashMap<&str, Option<f64>> = HashMap::new();
    for write in token_writes(connection) {
        let template = write.site.map(|site| site.template);
        let life = template.and_then(|template| minutes_ahead(template, whole(template)?));
        let longest = lives.entry(write.member.key.as_str()).or_insert(life);
        *longest = longest.zip(life).map(|(longest, life)| longest.max(life));
    }
    lives
}

fn shown(minutes: f64) -> String {
    if minutes == 1.0 { "1 minute".to_owned() } else { format!("{minutes} minutes") }
}
