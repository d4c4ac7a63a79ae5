//! `refresh-condition-never-true`: the renewal waits for a key that nobody stores.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind, Keyword};

use super::lives::{data_writes, expiry_key, names_a_refresh, renewals, token_writes};
use crate::rule::{Check, Findings, Rule};
use crate::rules::expressions::kinds::each_node;
use crate::sending::Request;
use crate::site::{Phase, Site};
use crate::subject::Connection;
use crate::symbolic::{Stored, Truth, bare, minutes_ahead, names_an_expiry, store_comparisons, store_key};

pub static RULE: Rule = Rule {
    code: "CS0505",
    name: "refresh-condition-never-true",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The condition of `refresh` compares a key that no form field and no `response.data` writes, or that only `refresh`
itself writes. Also a stored end that must be equal to a date counted from `now`; and, as a warning, `false` in front of
or behind `&&`.

## Why
An unwritten key is undefined, and undefined is never before a date; and two dates are hardly ever equal to the
millisecond. The condition never holds: the token is not
renewed, and an hour after connecting every call fails.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": {
      "data": { "accessToken": "{{body.access_token}}", "expiresAt": "{{addSeconds(now, body.expires_in)}}" }
    }
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
      "data": { "accessToken": "{{body.access_token}}", "expires": "{{addSeconds(now, body.expires_in)}}" }
    }
  },
  "refresh": {
    "condition": "{{data.expires < addMinutes(now, 5)}}",
    "url": "https://api.acme.test/oauth/token"
  }
}
```

## Fix
The nearest name that is stored is suggested.

## Source
connection.md §6.
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (request, site) in renewals(connection) {
        if request.phase == Phase::Refresh {
            first_stored_here(connection, &request, site, findings);
        }
        equal_to_now(&request, site, findings);
        if request.condition_truth() != Truth::Never {
            continue;
        }
        let comparisons = store_comparisons(site.template);
        let unwritten = |key: &str| connection.stored(key) == Stored::No;
        let Some(comparison) = comparisons.into_iter().find(|comparison| unwritten(comparison.key)) else {
            switched_off(&request, site, findings);
            continue;
        };
        let key = comparison.key;
        let place = site.place(comparison.key_span);
        let mut finding = RULE
            .finding(format!("`{}` never runs again: nothing stores `{key}`", request.block))
            .at(place)
            .why("an unwritten key is undefined, and that is never before a date: the token is not renewed")
            .help(format!("write `{key}` in `response.data` of `token` and of `refresh`, as a date"))
            .in_block(request.block);
        let expiry = expiry_key(&token_writes(connection))
            .or_else(|| connection.stored_keys().find(|stored| names_an_expiry(stored) && !names_a_refresh(stored)));
        if let Some(near) = expiry.or_else(|| nearest(key, connection.stored_keys())) {
            let read = connection.definition.sources.slice(place);
            if let Some(start) = read.strip_suffix(key) {
                finding = finding
                    .help(format!("did you mean `{near}`?"))
                    .fix(Fix::suggestion(format!("read `{near}`")).replace(place, format!("{start}{near}")));
            }
        }
        findings.push(finding);
    }
}

/// `data.expires = addMinutes(now, 5)`.
fn equal_to_now(request: &Request<'_, '_>, site: &Site<'_>, findings: &mut Findings) {
    let template = site.template;
    each_node(template, &mut |expr| {
        let ExprKind::Binary(binary) = &expr.kind else { return };
        let is_end = |side: &Expr| store_key(template, side).is_some_and(names_an_expiry);
        let is_counted = |side: &Expr| minutes_ahead(template, side).is_some();
        let (left, right) = (&binary.left, &binary.right);
        let is_both = is_end(left) && is_counted(right) || is_counted(left) && is_end(right);
        if binary.operator != BinaryOperator::Equal || !is_both {
            return;
        }
        let operator = if is_end(left) { "<" } else { ">" };
        let place = site.place(binary.operator_span);
        findings.push(
            RULE.finding(format!("`{}` waits for the millisecond at which two dates are equal", request.block))
                .at(place)
                .why("both count milliseconds, and one of them is another each time: the token is not renewed")
                .help(format!("ask whether the end comes before: `{operator}`"))
                .fix(Fix::suggestion(format!("write `{operator}`")).replace(place, operator))
                .in_block(request.block),
        );
    });
}

/// `… && false`: a condition that was switched off, perhaps for a moment.
fn switched_off(request: &Request<'_, '_>, site: &Site<'_>, findings: &mut Findings) {
    each_node(site.template, &mut |expr| {
        let ExprKind::Binary(binary) = &expr.kind else { return };
        let is_false = |side: &&Expr| matches!(bare(side).kind, ExprKind::Keyword(Keyword::False));
        let sides = [&binary.left, &binary.right];
        let Some(side) = sides.into_iter().find(|side| is_false(side)) else { return };
        if binary.operator != BinaryOperator::And {
            return;
        }
        let mut finding = RULE
            .finding(format!("`{}` never runs: its condition holds `&& false`", request.block))
            .at(site.place(side.span))
            .why("the token is not renewed, and when it has ended every call fails")
            .help("take it away; if the token is never to be renewed, take `refresh` away")
            .in_block(request.block);
        finding.severity = Severity::Warning;
        findings.push(finding);
    });
}

/// A key that only the renewal itself stores: it waits for what its own first run would bring.
fn first_stored_here(connection: &Connection<'_>, request: &Request<'_, '_>, site: &Site<'_>, findings: &mut Findings) {
    const LATER: &[Phase] = &[Phase::Refresh, Phase::Invalidate];
    if request.condition_truth() == Truth::Never || request.truth_before(LATER) != Truth::Never {
        return;
    }
    let only_here =
        |key: &str| connection.stored(key) != Stored::No && connection.stored_before(key, LATER) == Stored::No;
    let Some(comparison) = store_comparisons(site.template).into_iter().find(|comparison| only_here(comparison.key))
    else {
        return;
    };
    let key = comparison.key;
    let mut finding = RULE
        .finding(format!("`{}` never runs: only `refresh` itself stores `{key}`", request.block))
        .at(site.place(comparison.key_span))
        .why("until its first run the key is undefined, and that is never before a date: the token is not renewed")
        .help(format!("write `{key}` in `response.data` of `token` as well"))
        .in_block(request.block);
    let write = data_writes(connection, Phase::Refresh).into_iter().find(|write| write.member.key == key);
    if let Some(write) = write {
        finding = finding.also(write.member.key_place, "stored here, and nowhere before");
    }
    findings.push(finding);
}
