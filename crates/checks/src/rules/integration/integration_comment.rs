//! `integration-comment`: a comment in a manifest, which the original takes for broken JSON.

use connspec_diagnostics::{Edit, Fix, Place, Severity};

use crate::integration::Integration;
use crate::rule::{Check, Findings, Rule};
use crate::suppress::{comments, is_directive};

pub static RULE: Rule = Rule {
    code: "CS1137",
    name: "integration-comment",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
Comments in an integration manifest; the first is pointed at. One that tells `check` what to leave out (`connspec-ignore`) is not reported: take
it out before you hand the manifest over.

## Why
Make's sections may have comments, and connspec reads them everywhere. A manifest is pasted into a field that takes JSON
and nothing else: the form answers that it is invalid.

## Example
```jsonc connection
{
  // Whoever joins gets an account.
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Instead
```jsonc connection
{
  "execute": [{ "url": "https://api.acme.test/users", "method": "POST" }]
}
```

## Fix
Every comment is taken out: suggested, since they are somebody's notes.

## Source
RFC 8259 §2; chiefonboarding.md §1: a manifest is a JSON object.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let source = integration.root.place.source;
    let text = integration.sources().get(source).text();
    let found = comments(text).into_iter().filter(|span| !is_directive(&text[span.range()]));
    let places: Vec<Place> = found.map(|span| Place::new(source, span)).collect();
    let Some(first) = places.first() else { return };
    let message = match places.len() {
        1 => "a comment, which JSON does not know".to_owned(),
        count => format!("{count} comments, which JSON does not know; this is the first"),
    };
    let edits = places.iter().map(|place| Edit { place: *place, text: String::new() });
    findings.push(
        RULE.finding(message)
            .at(*first)
            .why("the original refuses the manifest as invalid JSON")
            .help("take it out")
            .fix(Fix::suggestion("take every comment out").with_edits(edits)),
    );
}
