//! `error-status-range`: a key of `error` that stands for several statuses.

use connspec_diagnostics::Severity;

use crate::rule::{Check, Findings, Rule};
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0710",
    name: "error-status-range",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A key of `response.error` that is meant for several statuses, `4xx`, `400-499`, `*`, or is none that an answer can have: `041`.
Base and modules are looked at too.

## Why
Under `error` Make looks for exactly three digits. Ranges work under `response.type` only; here the entry is never used.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "error": { "message": "{{body.error}}", "4xx": { "message": "refused: {{body.error}}" } } }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "response": { "error": { "message": "{{body.error}}", "401": { "message": "refused: {{body.error}}" } } }
}
```

## Source
Make's editor schema; communication.md §7, pitfalls.md 123.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    for (block, request) in whole.all_requests() {
        let Some(error) = request.get("response").and_then(|response| response.get("error")) else { continue };
        for member in error.effective_members().filter(|member| is_range(&member.key)) {
            let status = if is_three_digits(&member.key) { "status of an answer" } else { "single status" };
            findings.push(
                RULE.finding(format!("`{}` is no {status}: this error is never used", member.key))
                    .at(member.key_place)
                    .why("under `error` Make looks for exactly three digits; ranges work under `response.type` only")
                    .help("write one entry for each status, or the general `message` and `type`")
                    .in_block(&*block),
            );
        }
    }
}

/// Whether a key wants to be one or several statuses and is not exactly one, or is none that HTTP has.
fn is_range(key: &str) -> bool {
    let is_status = is_three_digits(key) && !key.starts_with('0');
    let means_statuses = key == "*" || (key.starts_with(|first: char| first.is_ascii_digit()) && key.len() <= 8);
    means_statuses && !is_status
}

fn is_three_digits(key: &str) -> bool {
    key.len() == 3 && key.bytes().all(|byte| byte.is_ascii_digit())
}
