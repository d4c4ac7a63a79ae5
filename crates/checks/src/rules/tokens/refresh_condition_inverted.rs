//! `refresh-condition-inverted`: renewed while it is valid, and not when it has ended.

use std::cell::LazyCell;

use connspec_diagnostics::{Fix, Severity, Span};
use connspec_iml::Template;
use connspec_iml::ast::{BinaryOperator, Expr};
use hashbrown::HashSet;

use super::lives::{DataWrite, names_a_refresh, renewals, token_writes};
use crate::rule::{Check, Findings, Rule};
use crate::subject::Connection;
use crate::symbolic::{Sort, names_an_expiry, sort, store_comparisons, whole};

pub static RULE: Rule = Rule {
    code: "CS0512",
    name: "refresh-condition-inverted",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The condition of `refresh` (or of `token`, where no browser takes part) holds while the stored expiry is later than now.

## Why
A fresh token is renewed before every call; one that has ended is not renewed at all, and every call fails. A second
bound, as in `{{data.expires < addDays(now, 10) && data.expires > now}}`, is left alone, and so is the end of the refresh
token.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
  },
  "refresh": { "condition": "{{data.expires > now}}", "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
  },
  "refresh": { "condition": "{{data.expires < addMinutes(now, 5)}}", "url": "https://api.acme.test/oauth/token" }
}
```

## Fix
The opposite operator is suggested.

## Source
connection.md §6.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let renewals = renewals(connection);
    if renewals.is_empty() {
        return;
    }
    let dates = LazyCell::new(|| dates(connection));
    for (request, site) in renewals {
        let comparisons = store_comparisons(site.template);
        let earlier = comparisons.iter().filter(|comparison| !comparison.wants_later);
        let bounded: HashSet<Span> = earlier.filter_map(|comparison| comparison.conjunction).collect();
        for comparison in comparisons.iter().filter(|comparison| comparison.wants_later) {
            // Beside a bound above it is the one below: only while the token can still be renewed.
            let is_lower_bound = comparison.conjunction.is_some_and(|one| bounded.contains(&one));
            if is_lower_bound || (names_an_expiry(comparison.key) && names_a_refresh(comparison.key)) {
                continue;
            }
            let is_moment = is_moment(site.template, comparison.other);
            let is_expiry = names_an_expiry(comparison.key) || dates.contains(comparison.key);
            if !is_moment || !is_expiry {
                continue;
            }
            let place = site.place(comparison.operator_span);
            let opposite = opposite(comparison.operator);
            findings.push(
                RULE.finding(format!("`{}` runs while `{}` still lies ahead", request.block, comparison.key))
                    .at(place)
                    .why("a fresh token is renewed on every call, and one that has ended is not renewed at all")
                    .help(format!("compare with `{opposite}`"))
                    .fix(Fix::suggestion(format!("compare with `{opposite}`")).replace(place, opposite))
                    .in_block(request.block),
            );
        }
    }
}

/// Whether it is a date, or counts seconds since 1970; 60 alone is neither.
fn is_moment(template: &Template, expr: &Expr) -> bool {
    let counts = || template.source()[expr.span.range()].contains("timestamp");
    match sort(template, expr) {
        Sort::Date => true,
        Sort::Number => counts(),
        Sort::Text | Sort::Unknown => false,
    }
}

/// The keys that hold the end of a life, because it is a date when `token` stores it.
fn dates<'a>(connection: &Connection<'a>) -> HashSet<&'a str> {
    let is_date = |write: &DataWrite<'_, '_>| {
        write.site.map(|site| site.template).is_some_and(|template| {
            whole(template).is_some_and(|expr| sort(template, expr) == Sort::Date)
                && template.source().contains("expires")
        })
    };
    token_writes(connection).into_iter().filter(is_date).map(|write| write.member.key.as_str()).collect()
}

fn opposite(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Greater => "<",
        BinaryOperator::GreaterOrEqual => "<=",
        BinaryOperator::Less => ">",
        _ => ">=",
    }
}
