//! Definitions cut up and put together at random: nothing panics, whatever the file, and no fix makes it worse.

#![allow(clippy::print_stdout, reason = "the counts are the result")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "fixtures are files")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use connspec_checks::check;
use connspec_checks::mend::{Fixes, changes};
use connspec_spec::layout::{Memory, load_app_from};

/// What is put in: pieces of JSON and of expressions, and directives of the wrong shape.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ",",
    ":",
    "{{",
    "}}",
    "\\",
    "\\u12",
    "\t",
    "\n",
    "//",
    "/*",
    "*/",
    "e",
    "99999999999999999999",
    "null",
    "\"a\": 1,",
    "'",
    "$",
    "%",
    "é",
    "{{temp.x}}",
    "\"{{...}}\": \"x\",",
    "\"url\": 5,",
    "\"log\": [],",
    "\"headers\": [],",
    "\"response\": 1,",
    "\"response\": {},",
    "\"condition\": [],",
    "\"repeat\": 1,",
    "\"while\": 2,",
    "\"error\": [],",
    "\"metadata\": \"x\",",
    "\"qs\": {",
    "\"body\": [",
];

/// Numbers that look random and are the same in every run (Marsaglia's xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    /// A place between two characters.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

fn definitions() -> Vec<String> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let folders = std::fs::read_dir(specs).unwrap().map(|entry| entry.unwrap().path().join("connections"));
    let connections = folders.filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
    let files = connections.flat_map(|entry| std::fs::read_dir(entry.unwrap().path()).into_iter().flatten());
    let mut texts: Vec<_> = files.filter_map(|entry| std::fs::read_to_string(entry.unwrap().path()).ok()).collect();
    texts.sort();
    texts
}

fn spliced(text: &str, random: &mut Random) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(3) {
        let (one, other) = (random.place(&text), random.place(&text));
        let (start, end) = (one.min(other), one.max(other).min(one.min(other) + 40));
        let end = (end..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap();
        match random.below(3) {
            0 => text.replace_range(start..end, ""),
            _ => text.insert_str(start, PIECES[random.below(PIECES.len())]),
        }
    }
    text
}

#[test]
fn whatever_a_file_holds_it_is_checked_and_mended() {
    let (definitions, mut random) = (definitions(), Random(0x9e37_79b9_7f4a_7c15));
    assert!(definitions.len() >= 20, "only {}", definitions.len());
    let count = if std::env::var_os("CONNSPEC_LONG").is_some() { 100_000 } else { 1_000 };
    let (mut findings, mut mended) = (0, 0);
    for _ in 0..count {
        let text = spliced(&definitions[random.below(definitions.len())], &mut random);
        let checked = catch_unwind(AssertUnwindSafe(|| {
            let app = load_app_from(&Memory::from([("x.json", text.as_str())]), "x.json").unwrap();
            let found = check(&app);
            (found.len(), changes(&app.sources, &found, Fixes::All).len())
        }));
        let (found, changed) = checked.unwrap_or_else(|_| panic!("this text cannot be checked:\n{text}"));
        (findings, mended) = (findings + found, mended + changed);
    }
    println!("{count} files of scraps: {findings} findings, {mended} files mended, no panic");
    assert!(findings > count && mended > count / 10, "{findings} findings, {mended} mended");
}
