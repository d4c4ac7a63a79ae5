//! `integration-number-range`: a number beyond what is taken.

use connspec_diagnostics::Severity;
use connspec_spec::Node;

use crate::integration::{Integration, named};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1109",
    name: "integration-number-range",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
`polling.interval` that is no whole number of 1 to 3600 seconds, `polling.amount` that is none of 1 to 100 times,
`amount_pages_to_fetch` that is no whole number of 1 and above.

## Why
The validator refuses the first two. Pages are counted up to exactly that number, so 0 or 2.5 never comes and every page
there is is fetched.

## Example
```jsonc connection
{
  "execute": [{
    "url": "https://api.acme.test/jobs/1",
    "method": "GET",
    "polling": { "interval": 0, "amount": 10 },
    "continue_if": { "response_notation": "state", "value": "done" }
  }]
}
```

## Instead
```jsonc connection
{
  "execute": [{
    "url": "https://api.acme.test/jobs/1",
    "method": "GET",
    "polling": { "interval": 5, "amount": 10 },
    "continue_if": { "response_notation": "state", "value": "done" }
  }]
}
```

## Source
chiefonboarding.md §1, §7.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    for (_, item) in integration.requests() {
        let Some(polling) = item.node.get("polling") else { continue };
        let block = named(&item.pointer);
        look(polling.get("interval"), "interval", 3600.0, "seconds", &block, findings);
        look(polling.get("amount"), "amount", 100.0, "times", &block, findings);
    }
    let pages = integration.root.get("amount_pages_to_fetch");
    look(pages, "amount_pages_to_fetch", f64::INFINITY, "pages", "", findings);
}

fn look(node: Option<&Node>, key: &str, most: f64, unit: &str, block: &str, findings: &mut Findings) {
    let Some((node, value)) = node.and_then(|node| Some((node, node.as_f64()?))) else { return };
    if value.fract() == 0.0 && (1.0..=most).contains(&value) {
        return;
    }
    let range = if most.is_finite() { format!("1 to {most}") } else { "1 and above".to_owned() };
    let finding = RULE
        .finding(format!("`{key}` is {}", node.to_json()))
        .at(node.place)
        .why("it is refused, or never reached")
        .help(format!("write a whole number of {range} {unit}"));
    findings.push(if block.is_empty() { finding } else { finding.in_block(block) });
}
