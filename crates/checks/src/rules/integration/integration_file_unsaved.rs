//! `integration-file-unsaved`: a file is sent that nothing has saved.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};

use crate::integration::{Integration, Stage, named};
use crate::rule::{Check, Findings, Rule};
pub static RULE: Rule = Rule {
    code: "CS1133",
    name: "integration-file-unsaved",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Integration(check),
};

const DOCUMENTATION: &str = r#"
A name in `files` that no earlier request of `execute` has kept with `save_as_file`.

## Why
The request is not sent and the run fails.

## Example
```jsonc connection
{
  "execute": [
    { "url": "https://api.acme.test/photo", "method": "GET", "save_as_file": "photo.png" },
    { "url": "https://api.acme.test/users", "method": "POST", "files": { "file": "foto.png" } }
  ]
}
```

## Instead
```jsonc connection
{
  "execute": [
    { "url": "https://api.acme.test/photo", "method": "GET", "save_as_file": "photo.png" },
    { "url": "https://api.acme.test/users", "method": "POST", "files": { "file": "photo.png" } }
  ]
}
```

## Fix
A name that is nearly right is suggested.

## Source
chiefonboarding.md §1: a missing file is a failure; §4.
"#;

fn check(integration: &Integration<'_>, findings: &mut Findings) {
    let mut saved: Vec<&str> = Vec::new();
    for (stage, item) in integration.requests() {
        let in_execute = matches!(stage, Stage::Execute(_));
        for pair in &item.files {
            let name = pair.value.1.as_str();
            if in_execute && saved.contains(&name) {
                continue;
            }
            let finding = RULE
                .finding(format!("nothing has saved `{name}`"))
                .at(pair.place)
                .why("a file that is not there ends the run")
                .in_block(named(&item.pointer));
            findings.push(match nearest(name, saved.iter().copied()).filter(|_| in_execute) {
                Some(near) => finding
                    .help(format!("did you mean `{near}`?"))
                    .fix(Fix::suggestion(format!("send `{near}`")).replace(pair.place, format!("{near:?}"))),
                None => finding.help("keep it with `save_as_file` in an earlier request of `execute`"),
            });
        }
        if let Some(name) = item.save_as_file.as_ref().filter(|_| in_execute) {
            saved.push(&name.value);
        }
    }
}
