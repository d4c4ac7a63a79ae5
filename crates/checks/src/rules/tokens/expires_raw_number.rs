//! `expires-raw-number`: a number of seconds where a date is compared.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::Template;
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind, Keyword};
use connspec_spec::Node;
use hashbrown::HashSet;

use super::lives::{comparisons, token_writes};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Phase, Site};
use crate::subject::Connection;
use crate::symbolic::{Sort, StoreComparison, bare, call, is_duration, number, sort, text, whole};

pub static RULE: Rule = Rule {
    code: "CS0508",
    name: "expires-raw-number",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A stored life such as `{{body.expires_in}}`, or seconds such as `{{timestamp + body.expires_in}}`, is compared with a
date; or `response.expires` is such a number. A number or a life that is written out (`3600`, `"3600"`, `"90d"`) is one too.

## Why
3600 read as a date is the year 1970: the condition always holds, and the token is renewed before every call. Seconds
since 1970 are no better, as dates count milliseconds. Milliseconds, `{{(timestamp + body.expires_in) * 1000}}`, are
compared rightly, and so are seconds that the condition makes a date of: `{{parseDate(data.expires, 'X')}}`.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{body.expires_in}}" } }
  },
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 5)}}",
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{body.expires_in}}" } }
  }
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
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 5)}}",
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }
  }
}
```

## Fix
`addSeconds(now, …)` around the life is suggested: its unit is the provider's.

## Source
RFC 6749 §5.1 (`expires_in` is a number of seconds); iml.md §6.3, §6.4; connection.md §6, §7.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let compared: HashSet<&str> = comparisons(connection)
        .into_iter()
        .filter(|(template, comparison)| {
            sort(template, comparison.other) == Sort::Date && !is_read_as_seconds(template, comparison)
        })
        .map(|(_, comparison)| comparison.key)
        .collect();
    let stored = token_writes(connection).into_iter().filter(|write| compared.contains(write.member.key.as_str()));
    let sites = stored.filter_map(|write| Some((write.site?, "it is compared with a date")));
    let ends = connection
        .sites
        .iter()
        .filter(|site| matches!(site.phase, Phase::Token | Phase::Refresh) && site.path() == ["response", "expires"]);
    let written = token_writes(connection).into_iter().filter(|write| compared.contains(write.member.key.as_str()));
    let written = written.map(|write| (&write.member.value, write.block, "it is compared with a date"));
    let ends_written = connection.requests().filter_map(|(phase, block, request)| {
        let value = request.get("response")?.get("expires")?;
        let is_read = matches!(phase, Phase::Token | Phase::Refresh);
        is_read.then_some((value, block, "Make takes it for the date to reconnect at"))
    });
    for (value, block, which) in written.chain(ends_written) {
        of_literal(value, block, which, findings);
    }
    for (site, which) in sites.chain(ends.map(|site| (site, "Make takes it for the date to reconnect at"))) {
        examine(site, which, findings);
    }
}

/// A number that is written out, or a text that is one, with a unit or without: `90`, `"3600"`, `"90d"`.
fn of_literal(value: &Node, block: &str, which: &str, findings: &mut Findings) {
    let is_life = |text: &str| {
        let unit = text.trim().trim_start_matches(|letter: char| letter.is_ascii_digit());
        let is_short =
            text.len() < 10 && text.trim() != "0" && text.starts_with(|letter: char| letter.is_ascii_digit());
        let unit = unit.trim_start();
        is_short && (unit.is_empty() || UNITS.iter().any(|known| unit.eq_ignore_ascii_case(known)))
    };
    let seconds = |number: f64| number > 0.0 && number < 1e10;
    if !value.as_f64().is_some_and(seconds) && !value.as_str().is_some_and(is_life) {
        return;
    }
    findings.push(
        RULE.finding("a number is written here, and a date is wanted")
            .at(value.place)
            .why(format!("{which}: as a date the number lies in 1970, or is none"))
            .help("add it to now: `{{addSeconds(now, …)}}`")
            .in_block(block),
    );
}

/// Units that people write behind a number.
const UNITS: &[&str] =
    &["s", "sec", "second", "seconds", "m", "min", "minute", "minutes", "h", "hour", "hours", "d", "day", "days"];

/// Whether the condition makes a date of the number: `parseDate(data.expires, 'X')`.
fn is_read_as_seconds(template: &Template, comparison: &StoreComparison<'_>) -> bool {
    let read = &template.source()[comparison.key_span.range()];
    read.starts_with("parseDate") && ["'X'", "\"X\""].iter().any(|format| read.contains(format))
}

fn examine(site: &Site<'_>, which: &str, findings: &mut Findings) {
    let is_number = |expr: &&Expr| sort(site.template, expr) == Sort::Number && !is_instant(site.template, expr);
    let Some(expr) = whole(site.template).filter(is_number) else { return };
    let place = site.place(expr.span);
    let written = &site.template.source()[expr.span.range()];
    let mut finding = RULE
        .finding(format!("`{written}` is a number, not a date"))
        .at(place)
        .why(format!("{which}: as a date the number lies in 1970"))
        .help("add it to now: `addSeconds(now, …)`")
        .in_block(&site.block);
    if is_duration(site.template, expr) {
        let fix = Fix::suggestion("make it a date").replace(place, format!("addSeconds(now, {written})"));
        finding = finding.fix(fix);
    }
    findings.push(finding);
}

/// Whether a number counts milliseconds since 1970, as dates do in comparisons.
fn is_instant(template: &Template, expr: &Expr) -> bool {
    if let Some(("parseNumber" | "round" | "floor" | "ceil", [inner, ..])) = call(template, expr) {
        let Some(("formatDate", [_, format, ..])) = call(template, inner) else { return is_instant(template, inner) };
        return text(template, format) == Some("x");
    }
    let ExprKind::Binary(binary) = &bare(expr).kind else { return false };
    let (left, right) = (&binary.left, &binary.right);
    match binary.operator {
        BinaryOperator::Multiply => {
            let by_a_thousand = |one: &Expr, other: &Expr| number(one) == Some(1000.0) && counts_seconds(other);
            by_a_thousand(left, right) || by_a_thousand(right, left)
        }
        BinaryOperator::Add => {
            let sum = |one: &Expr, other: &Expr| is_instant(template, one) && !is_duration(template, other);
            sum(left, right) || sum(right, left)
        }
        BinaryOperator::Subtract => is_instant(template, left) && !is_duration(template, right),
        _ => false,
    }
}

/// Whether it is made of `timestamp`.
fn counts_seconds(expr: &Expr) -> bool {
    match &bare(expr).kind {
        ExprKind::Keyword(Keyword::Timestamp) => true,
        ExprKind::Binary(binary) => counts_seconds(&binary.left) || counts_seconds(&binary.right),
        _ => false,
    }
}
