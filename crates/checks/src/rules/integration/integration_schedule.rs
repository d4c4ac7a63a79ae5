//! `integration-schedule`: a `schedule` that is no cron expression.

use crate::integration::Integration;
use crate::rule::{Check, Findings, Rule};
use connspec_diagnostics::Severity;
pub static RULE: Rule = Rule {
    code: "CS1111",
    name: "integration-schedule",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A `schedule` that is no cron expression: minute, hour, day of the month, month, day of the week, and perhaps seconds as
the sixth.

## Why
The validator refuses the manifest.

## Example
```jsonc connection
{
  "execute": [{ "url": "https://api.acme.test/users", "method": "GET" }],
  "action": "create",
  "data_from": "people",
  "data_structure": { "email": "mail" },
  "schedule": "every hour"
}
```

## Instead
```jsonc connection
{
  "execute": [{ "url": "https://api.acme.test/users", "method": "GET" }],
  "action": "create",
  "data_from": "people",
  "data_structure": { "email": "mail" },
  "schedule": "0 * * * *"
}
```

## Source
chiefonboarding.md §1: `schedule` (cron); the documentation of croniter.
"#;

/// The fields in order: what they are called, the least and the greatest number, the names that stand for numbers.
const FIELDS: [(&str, u32, u32, &[&str]); 6] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day of the month", 1, 31, &["l"]),
    ("month", 1, 12, &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    ("day of the week", 0, 7, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ("second", 0, 59, &[]),
];
const WORDS: &[&str] = &["@midnight", "@hourly", "@daily", "@weekly", "@monthly", "@yearly", "@annually"];

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let Some(schedule) = &integration.manifest.sync.schedule else { return };
    let Some(wrong) = wrong(&schedule.value) else { return };
    findings.push(
        RULE.finding(format!("`schedule` is no cron expression: {wrong}"))
            .at(schedule.place)
            .why("the validator refuses it")
            .help("write minute, hour, day of the month, month and day of the week: `0 4 * * *`"),
    );
}

/// What is wrong with a cron expression.
fn wrong(text: &str) -> Option<String> {
    if WORDS.contains(&text.trim()) {
        return None;
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    if !matches!(fields.len(), 5 | 6) {
        return Some(format!("it has {} fields, not 5 or 6", fields.len()));
    }
    fields.iter().zip(FIELDS).find_map(|(field, (name, least, most, names))| {
        let fits = field.split(',').all(|part| is_part(&part.to_lowercase(), least, most, names));
        (!fits).then(|| format!("`{field}` is no {name}"))
    })
}

/// `*`, `5`, `mon`, `1-5`, each perhaps with `/2` behind it.
fn is_part(part: &str, least: u32, most: u32, names: &[&str]) -> bool {
    let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
    let is_step = step.is_none_or(|step| step.parse::<u32>().is_ok_and(|step| step > 0));
    let is_one = |value: &str| {
        // croniter takes the nth or last weekday of a month too: `fri#2`, `lfri`.
        let value = value.split_once('#').map_or(value, |(value, _)| value);
        let value = if names.contains(&"fri") { value.strip_prefix('l').unwrap_or(value) } else { value };
        names.contains(&value) || value.parse().is_ok_and(|number: u32| (least..=most).contains(&number))
    };
    let is_range = match range.split_once('-') {
        Some((from, to)) => is_one(from) && is_one(to),
        None => matches!(range, "*" | "?") || is_one(range),
    };
    is_step && is_range
}
