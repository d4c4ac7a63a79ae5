//! The rules this crate itself can find broken while it reads: code, name and severity of each.
//!
//! Everything that needs judgement lives in `connspec-checks`; here is only what reading notices. The codes
//! `CS00xx` belong to this crate.

use connspec_diagnostics::{Diagnostic, Severity};

/// One rule of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The stable code, `CS0001`.
    pub code: &'static str,
    /// The name, that of pitfalls.md where it has one.
    pub name: &'static str,
    /// How bad a breach is.
    pub severity: Severity,
    /// What is examined, as one sentence.
    pub summary: &'static str,
}

impl Rule {
    /// A finding of this rule.
    pub fn finding(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.code, self.name, self.severity, message)
    }
}

/// Declares the rules and the table of all of them.
macro_rules! rules {
    ($($constant:ident = $code:literal $name:literal $severity:ident: $summary:literal;)+) => {
        $(
            #[doc = $summary]
            pub const $constant: Rule =
                Rule { code: $code, name: $name, severity: Severity::$severity, summary: $summary };
        )+

        /// Every rule of reading, by code.
        pub const ALL: &[&Rule] = &[$(&$constant),+];
    };
}

rules! {
    JSON_SYNTAX = "CS0001" "json-syntax" Error: "A file must be JSON; comments are allowed.";
    TOO_DEEP = "CS0002" "json-nesting" Error: "Objects and lists may be nested 128 deep.";
    ENCODING = "CS0003" "file-encoding" Error: "A file must be UTF-8.";
    TRAILING_COMMA = "CS0004" "trailing-comma" Warning: "A comma after the last entry is tolerated by some readers only.";
    INEXACT_NUMBER = "CS0005" "inexact-number" Warning: "Numbers beyond 2^53 are rounded by JavaScript.";
    DIRECTIVE_SHAPE = "CS0010" "directive-shape" Error: "A directive takes values of a certain shape; any other is ignored.";
    PART_SHAPE = "CS0011" "part-shape" Error: "Each section of a connection or a component is an object or a list.";
    MISSING_PART_FILE = "CS0020" "missing-part-file" Error: "makecomapp.json may only name files that exist.";
    MANIFEST_SHAPE = "CS0021" "manifest-shape" Error: "makecomapp.json must have the shape Make's extension writes.";
    UNREADABLE_FILE = "CS0022" "unreadable-file" Error: "Every file of a definition must be readable and of a sensible size.";
    PATH_OUTSIDE_APP = "CS0023" "path-outside-app" Error: "Code files lie inside the app's folder.";
    MANIFEST_TEMPLATE = "CS0030" "manifest-template" Error: "The templates of an integration manifest must compile.";
    MANIFEST_INCOMPLETE = "CS0031" "manifest-incomplete" Error: "An integration manifest has everything a run needs.";
    FOREIGN_DIALECT = "CS0032" "foreign-dialect" Warning: "What Make's tools read as a communication section is one.";
    MANIFEST_KEY_UNKNOWN = "CS0040" "manifest-key-unknown" Warning: "makecomapp.json has the keys that Make's extension knows.";
    COMPONENT_TYPE_UNKNOWN = "CS0041" "component-type-unknown" Error: "Each component is of a type that Make has.";
    REFERENCE_UNKNOWN = "CS0042" "reference-unknown" Error: "What a component names as its connection or webhook, and a group as its modules, is in the app.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_and_names_are_unique() {
        let codes: BTreeSet<_> = ALL.iter().map(|rule| rule.code).collect();
        let names: BTreeSet<_> = ALL.iter().map(|rule| rule.name).collect();
        assert_eq!((codes.len(), names.len()), (ALL.len(), ALL.len()));
    }
}
