//! `file-encoding`: a file that is not UTF-8. Found while reading.

use connspec_spec::rules::ENCODING;

use crate::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    code: ENCODING.code,
    name: ENCODING.name,
    severity: ENCODING.severity,
    documentation: DOCUMENTATION,
    check: Check::ReportedElsewhere,
};

const DOCUMENTATION: &str = r#"
A file in another encoding than UTF-8: Windows' UTF-16, Latin-1, or a broken copy.

## Why
JSON is UTF-8. Another reader shows wrong characters or refuses the file; a key with an umlaut is then another key.

## Source
RFC 8259 §8.1.
"#;
