//! `error-type-unknown`: a `type` that is no error type of Make.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Place, Severity};
use connspec_iml::Template;
use connspec_iml::ast::Expr;
use connspec_spec::vocabulary::{DOCUMENTED_ERROR_TYPES, ERROR_TYPES};

use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::site::{Holding, Site};
use crate::symbolic::{bare, call, text, whole};

pub static RULE: Rule = Rule {
    code: "CS0709",
    name: "error-type-unknown",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Text, check),
};

const DOCUMENTATION: &str = r#"
A `type` under `response.error` or `response.valid` that Make does not know; also as a text that the expression there may
give.

## Why
The type decides what happens to the scenario: whether it is tried again, stopped, or the user is asked to connect again.
A misspelt type decides nothing.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "error": { "message": "{{body.error}}", "401": { "message": "wrong key", "type": "AuthError" } } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "error": { "message": "{{body.error}}", "401": { "message": "wrong key", "type": "InvalidAccessTokenError" } } }
}
```

## Fix
A near type is suggested.

## Source
Make's editor schema and documentation of error types; communication.md §7, connection.md §12.
"#;

/// Types that Make's runtime knows and no documentation for authors lists (communication.md §7).
const RUNTIME_ONLY: &[&str] = &[
    "MaxFileSizeExceededError",
    "ModuleTimeoutError",
    "ScenarioTimeoutError",
    "OperationsLimitExceededError",
    "DataSizeLimitExceededError",
    "ExecutionInterruptedError",
    "Warning",
];

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !is_error_type(site) {
        return;
    }
    let template = site.template;
    if template.is_literal() {
        if !is_known(template.source()) {
            findings.push(unknown(site, template.source(), site.node.place, '"'));
        }
        return;
    }
    let Some(expr) = whole(template) else { return };
    for given in results(template, expr) {
        let Some(written) = text(template, given).filter(|written| !written.is_empty() && !is_known(written)) else {
            continue;
        };
        findings.push(unknown(site, written, site.place(given.span), '\''));
    }
}

fn known() -> impl Iterator<Item = &'static str> {
    ERROR_TYPES.iter().chain(DOCUMENTED_ERROR_TYPES).chain(RUNTIME_ONLY).copied()
}

fn is_known(written: &str) -> bool {
    known().any(|known| known == written)
}

fn unknown(site: &Site<'_>, written: &str, place: Place, quote: char) -> Diagnostic {
    let finding = RULE
        .finding(format!("`{written}` is no error type of Make"))
        .at(place)
        .why("the type decides whether Make retries, stops the scenario or asks to connect again; an unknown one decides nothing")
        .in_block(&site.block);
    match usual(written).or_else(|| nearest(written, known())) {
        Some(near) => finding
            .help(format!("did you mean `{near}`?"))
            .fix(Fix::suggestion(format!("write `{near}`")).replace(place, format!("{quote}{near}{quote}"))),
        None => finding.help(format!("the types are {}", ERROR_TYPES.join(", "))),
    }
}

/// What an expression may give: the choices of `if`, `ifempty` and `switch`, or itself.
fn results<'e>(template: &'e Template, expr: &'e Expr) -> Vec<&'e Expr> {
    let of_all = |exprs: &[&'e Expr]| exprs.iter().flat_map(|expr| results(template, expr)).collect();
    match call(template, expr) {
        Some(("if", [_, choices @ ..])) | Some(("ifempty", choices)) => of_all(&choices.iter().collect::<Vec<_>>()),
        Some(("switch", [_, pairs @ ..])) => {
            let (pairs, rest) = pairs.as_chunks::<2>();
            of_all(&pairs.iter().map(|[_, choice]| choice).chain(rest).collect::<Vec<_>>())
        }
        _ => vec![bare(expr)],
    }
}

fn is_error_type(site: &Site<'_>) -> bool {
    matches!(site.path(), ["response", "error" | "valid", "type"] | ["response", "error", _, "type"])
}

/// The type for what a name of one's own speaks of: `AuthError`, `TooManyRequests`.
fn usual(written: &str) -> Option<&'static str> {
    let name = normal(written);
    let speaks_of = |words: &[&str]| words.iter().any(|word| name.contains(word));
    Some(match () {
        () if speaks_of(&["auth", "token", "credential", "permission", "forbidden"]) => "InvalidAccessTokenError",
        () if speaks_of(&["ratelimit", "toomany", "quota", "throttl"]) => "RateLimitError",
        () if speaks_of(&["timeout", "network", "unavailable"]) => "ConnectionError",
        () => return None,
    })
}
