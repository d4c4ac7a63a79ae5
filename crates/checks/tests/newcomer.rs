//! Definitions as a newcomer would write them, with a dozen mistakes each, and what became of them when they were
//! mended by the messages alone.
//!
//! `NAME.broken.jsonc` was written from the pitfalls before any check had seen it. `NAME.mended.jsonc` is the same file
//! after `check --fix --unsafe-fixes`, with what was left done by hand as the messages say.

#![allow(clippy::print_stdout, reason = "the counts are the result")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "definitions are files")]

use std::collections::BTreeSet;
use std::path::Path;

use connspec_checks::check;
use connspec_checks::mend::{Fixes, changes};
use connspec_diagnostics::{Diagnostic, Severity};
use connspec_spec::layout::{Memory, load_app_from};

fn found(text: &str) -> Vec<Diagnostic> {
    check(&load_app_from(&Memory::from([("acme.jsonc", text)]), "acme.jsonc").unwrap())
}

fn errors(text: &str) -> usize {
    found(text).iter().filter(|finding| finding.severity == Severity::Error).count()
}

/// The text with every fix and suggestion, as `check --fix --unsafe-fixes` leaves it.
fn mended(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..10 {
        let app = load_app_from(&Memory::from([("acme.jsonc", text.as_str())]), "acme.jsonc").unwrap();
        match changes(&app.sources, &check(&app), Fixes::All).pop() {
            Some(change) => text = change.text,
            None => return text,
        }
    }
    panic!("its fixes go on for ever:\n{text}");
}

#[test]
fn a_dozen_mistakes_are_mended_by_the_messages_alone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/newcomer");
    for name in ["oauth", "key-in-a-bundle", "pkce"] {
        let read = |state: &str| std::fs::read_to_string(folder.join(format!("{name}.{state}.jsonc"))).unwrap();
        let broken = read("broken");
        let rules: BTreeSet<_> = found(&broken).into_iter().map(|finding| finding.rule).collect();
        assert!(rules.len() >= 12, "{name}: only {rules:?}");
        let (before, after) = (errors(&broken), errors(&mended(&broken)));
        println!("{name}: {} rules, {before} errors, {after} of them left by the fixes", rules.len());
        assert!(after * 2 <= before, "{name}: of {before} errors the fixes leave {after}");
        let left: Vec<_> =
            found(&read("mended")).into_iter().filter(|finding| finding.severity == Severity::Error).collect();
        assert!(left.is_empty(), "{name}: {left:#?}");
    }
}
