//! `error-type-unknown`: a `type` that is no error type of Make.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_spec::vocabulary::{DOCUMENTED_ERROR_TYPES, ERROR_TYPES};

use crate::rule::{Check, Findings, Rule};
use crate::secrets::normal;
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0709",
    name: "error-type-unknown",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Text, check),
};

const DOCUMENTATION: &str = r#"
A `type` under `response.error` or `response.valid` that Make does not know.

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
    let written = site.template.source();
    let known = ERROR_TYPES.iter().chain(DOCUMENTED_ERROR_TYPES).chain(RUNTIME_ONLY);
    if site.template.is_literal() && known.clone().all(|known| *known != written) {
        let mut finding = RULE
            .finding(format!("`{written}` is no error type of Make"))
            .at(site.node.place)
            .why("the type decides whether Make retries, stops the scenario or asks to connect again; an unknown one decides nothing")
            .in_block(&site.block);
        finding = match usual(written).or_else(|| nearest(written, known.copied())) {
            Some(near) => finding
                .help(format!("did you mean `{near}`?"))
                .fix(Fix::suggestion(format!("write `{near}`")).replace(site.node.place, format!("\"{near}\""))),
            None => finding.help(format!("the types are {}", ERROR_TYPES.join(", "))),
        };
        findings.push(finding);
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
