//! `unknown-time-zone`: the name of a time zone that is none.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_iml::moment::Zone;

use super::kinds::each_node;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};
use crate::symbolic::{call, text};

pub static RULE: Rule = Rule {
    code: "CS0842",
    name: "unknown-time-zone",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Call, check),
};

const DOCUMENTATION: &str = r#"
A literal time zone of `formatDate` or `parseDate` that the tz database does not have: `'Europe/Pragu'`, `'CEST'`,
`'UTC+2'`.

## Why
An unknown name is ignored without any error: the date is read or written in another zone, hours off.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-date": "{{formatDate(now, 'YYYY-MM-DD HH:mm', 'Europe/Pragu')}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-date": "{{formatDate(now, 'YYYY-MM-DD HH:mm', 'Europe/Prague')}}" }
}
```

## Fix
A near name is suggested.

## Source
iml-functions.json (`formatDate`: unknown names are ignored); iml-tokens.md §2.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !site.template.calls_any(&["formatDate", "parseDate"]) {
        return;
    }
    each_node(site.template, &mut |expr| {
        let Some(("formatDate" | "parseDate", [_, _, zone, ..])) = call(site.template, expr) else { return };
        let Some(written) = text(site.template, zone) else { return };
        if written.trim().is_empty() || Zone::named(written).is_some() {
            return;
        }
        let place = site.place(zone.span);
        let finding = RULE
            .finding(format!("there is no time zone `{written}`"))
            .at(place)
            .why("an unknown name is ignored, and nothing fails: the date is hours off")
            .in_block(&site.block);
        findings.push(match nearest(written, Zone::names()).filter(|_| written.contains('/')) {
            Some(meant) => finding
                .help(format!("did you mean '{meant}'?"))
                .fix(Fix::suggestion(format!("write '{meant}'")).replace(place, format!("'{meant}'"))),
            None => finding.help("write 'UTC', or a name of the tz database such as 'Europe/Prague'"),
        });
    });
}
