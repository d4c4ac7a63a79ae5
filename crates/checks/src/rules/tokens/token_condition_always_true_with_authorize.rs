//! `token-condition-always-true-with-authorize`: the code is redeemed again while verifying.

use connspec_diagnostics::{Diagnostic, Fix, Severity, Span};
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind, UnaryOperator};
use connspec_spec::Member;
use serde_json::json;
use smallvec::{SmallVec, smallvec};

use crate::edit::replace_value;
use crate::rule::{Check, Findings, Rule};
use crate::sending::Request;
use crate::site::{Phase, Site};
use crate::subject::Connection;
use crate::symbolic::{Truth, bare, steps, whole};

pub static RULE: Rule = Rule {
    code: "CS0502",
    name: "token-condition-always-true-with-authorize",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
`token` has a condition that always holds, next to `authorize`; or one that holds only while there is no code,
or that cannot hold before `token` has run: `false`, or the end of a token that none has stored yet.

## Why
In the callback `token` runs anyway. With a condition it also runs whenever the connection is verified; then there is no
code any more, and the provider answers `invalid_grant`. With `{{!temp.code}}` it runs then and only then.

## Example
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": { "condition": true, "url": "https://api.acme.test/oauth/token", "body": { "code": "{{temp.code}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "url": "https://api.acme.test/oauth/authorize",
    "response": { "temp": { "code": "{{query.code}}" } }
  },
  "token": {
    "condition": "{{temp.code}}",
    "url": "https://api.acme.test/oauth/token",
    "body": { "code": "{{temp.code}}" }
  }
}
```

## Fix
`{{temp.code}}` is suggested where `authorize` keeps the code there, and the condition without its `!`.

## Source
connection.md §5 (c).
"#;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some(token) = connection.first_request(Phase::Token).filter(|_| connection.exchanges_code()) else { return };
    let Some(condition) = token.condition() else { return };
    if let Some(site) = connection.site_of(&condition.value)
        && let Some(inverted) = asks_for_no_code(connection, site, &token)
    {
        findings.push(holds_without_code(site, inverted));
        return;
    }
    if token.truth_before(LATER) == Truth::Never && condition.value.as_str() != Some("") {
        findings.push(with_code(connection, condition, never_runs(&token, condition)));
        return;
    }
    if token.condition_truth() != Truth::Always {
        return;
    }
    let finding = RULE
        .finding("the condition of `token` always holds")
        .at(condition.value.place)
        .why("`token` also runs while the connection is verified, without a code: the provider answers `invalid_grant`")
        .help("let it hold only while there is a code, or leave the condition out")
        .in_block(token.block);
    findings.push(with_code(connection, condition, finding));
}

/// What stores something only after the code has been redeemed.
const LATER: &[Phase] = &[Phase::Token, Phase::Info, Phase::Refresh, Phase::Invalidate];

fn never_runs(token: &Request<'_, '_>, condition: &Member) -> Diagnostic {
    RULE.finding("the condition of `token` never holds while there is no token")
        .at(condition.value.place)
        .why("nothing is stored yet when the code comes back: it is not exchanged, and there is no access token")
        .help("let it hold while there is a code, or leave the condition out")
        .in_block(token.block)
}

/// The suggestion to ask for the code, where it is kept.
fn with_code(connection: &Connection<'_>, condition: &Member, finding: Diagnostic) -> Diagnostic {
    if !connection.names.writes_key("temp", "code") {
        return finding;
    }
    let edits = replace_value(&connection.definition.sources, &condition.value, &json!("{{temp.code}}"));
    finding.fix(Fix::suggestion("run it only while there is a code").with_edits(edits))
}

/// Where a condition asks that there be no code: `!temp.code`, of the variable that `token` sends as the code.
fn asks_for_no_code(connection: &Connection<'_>, site: &Site<'_>, token: &Request<'_, '_>) -> Option<Span> {
    let negated = negated(whole(site.template)?);
    if negated.is_empty() {
        return None;
    }
    let sent = token.sends("code").template()?;
    let code = steps(&sent, whole(&sent)?)?;
    // `temp-never-written` tells of a name that nothing writes.
    let is_kept = matches!(code, [root, key, ..] if root != "temp" || connection.names.writes_key("temp", key));
    let asked = negated.into_iter().find(|(_, operand)| is_kept && steps(site.template, operand) == Some(code));
    asked.map(|(not, _)| not.span)
}

/// The negations that must hold for an expression to hold, with what they negate.
fn negated(expr: &Expr) -> SmallVec<[(&Expr, &Expr); 2]> {
    let expr = bare(expr);
    match &expr.kind {
        ExprKind::Unary(UnaryOperator::Not, operand) => smallvec![(expr, bare(operand))],
        ExprKind::Binary(binary) if binary.operator == BinaryOperator::And => {
            let mut found = negated(&binary.left);
            found.extend(negated(&binary.right));
            found
        }
        _ => SmallVec::new(),
    }
}

fn holds_without_code(site: &Site<'_>, inverted: Span) -> Diagnostic {
    let written = &site.template.source()[inverted.range()];
    let right = written.trim_start_matches(['!', ' ']);
    RULE.finding("the condition of `token` holds only while there is no code")
        .at(site.place(inverted))
        .why("in the callback, where the code is, nothing is exchanged; when the connection is verified, nothing is sent as the code")
        .help(format!("let it hold while there is a code: `{right}`"))
        .fix(Fix::suggestion("run it while there is a code").replace(site.place(inverted), right))
        .in_block(&site.block)
}
