//! `integration-condition-not-text`: a condition that compares with a number.

use crate::integration::{Integration, named};
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::Severity;
pub static RULE: Rule = Rule {
    code: "CS1134",
    name: "integration-condition-not-text",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
`continue_if.value` that is a number or a boolean; and, as a remark, a text such as `"200"` or `"true"`, which matches
only where the answer holds a text.

## Why
The rendered value is a text, and the answer's value must be exactly equal: `1` never equals `"1"`, `true` never
`"True"`. The run is blocked for good.

## Example
```jsonc connection
{
  "execute": [{
    "url": "https://api.acme.test/jobs/1",
    "method": "GET",
    "continue_if": { "response_notation": "done", "value": true }
  }]
}
```

## Instead
```jsonc connection
{
  "execute": [{
    "url": "https://api.acme.test/jobs/1",
    "method": "GET",
    "continue_if": { "response_notation": "state", "value": "done" }
  }]
}
```

## Source
chiefonboarding.md §4: strict equality with text; numbers never match.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for (_, item) in integration.requests() {
        let Some(value) = item.node.get("continue_if").and_then(|condition| condition.get("value")) else { continue };
        let finding = RULE
            .finding("the answer must hold exactly this as a text")
            .at(value.place)
            .why("a number or a boolean in the answer never equals it")
            .help("wait for a member that holds a text")
            .in_block(named(&item.pointer));
        match value.as_str() {
            None if value.is_scalar() => findings.push(finding),
            Some(text) if matches!(text, "true" | "false" | "True" | "False") || text.parse::<f64>().is_ok() => {
                let mut finding = finding;
                finding.severity = Severity::Info;
                findings.push(finding);
            }
            _ => {}
        }
    }
}
