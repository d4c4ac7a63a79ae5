//! `unreadable-file`: a file that cannot be read. Found while reading.

use connspec_spec::rules::UNREADABLE_FILE;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: UNREADABLE_FILE.code,
    name: UNREADABLE_FILE.name,
    severity: UNREADABLE_FILE.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A file of the definition cannot be read: its permissions, a folder in its place, more than 4 MiB.

## Why
The section it holds is treated as absent, so whatever else is found says little.

## Source
app-layout.md A.
"#;
