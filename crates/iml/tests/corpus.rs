//! Other people's definitions: every expression yields a tree, and missing variables never panic.
//!
//! The corpus is read, never committed: `CONNSPEC_CORPUS`, or `../shared/corpus` beside the checkout.
//! Without it the test says so and ends.

#![allow(clippy::print_stderr, clippy::disallowed_methods, reason = "a test reads the corpus and tells what it did")]

use std::path::{Path, PathBuf};

use connspec_iml::{FixedHost, Scope, Template};

fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("CONNSPEC_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    named.or(Some(beside)).filter(|folder| folder.is_dir())
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the corpus is readable");
    for entry in entries {
        let path = entry.expect("the corpus is readable").path();
        match path.is_dir() {
            true => files(&path, found),
            false => found.push(path),
        }
    }
}

/// The string literals of a JSON text with comments, decoded where they are valid JSON strings.
fn strings(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let (mut at, mut found) = (0, Vec::new());
    while at < bytes.len() {
        match &bytes[at..] {
            [b'/', b'/', ..] => at += bytes[at..].iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() - at),
            [b'/', b'*', ..] => at += text[at..].find("*/").unwrap_or(bytes.len() - at - 2) + 2,
            [b'"', ..] => {
                let start = at;
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at = (at + 1).min(bytes.len());
                found.extend(text.get(start..at).and_then(|literal| serde_json::from_str(literal).ok()));
            }
            _ => at += 1,
        }
    }
    found
}

#[test]
fn every_expression_of_the_corpus_yields_a_tree() {
    let Some(folder) = corpus() else {
        eprintln!("skipped: no corpus (set CONNSPEC_CORPUS)");
        return;
    };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    let (mut expressions, mut broken) = (0, Vec::new());
    let host = FixedHost::new(0, "UTC", 1);
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for string in strings(&text) {
            // The spread key is a key, not a template.
            if string == "{{...}}" {
                continue;
            }
            let template = Template::parse(&string);
            let _ = template.eval(&Scope::new(), &host);
            for expression in template.expressions() {
                expressions += 1;
                assert!(!expression.span.is_empty());
                if let Some(finding) = expression.broken {
                    let file = path.strip_prefix(&folder).unwrap_or(&path).display().to_string();
                    broken.push(format!("{file}: {}: {string}", template.findings()[finding].code));
                }
            }
        }
    }
    eprintln!("{expressions} expressions, {} broken:\n{}", broken.len(), broken.join("\n"));
    assert!(expressions > 500, "the corpus at {} holds only {expressions} expressions", folder.display());
    // A few are broken in the published apps themselves; many more would be ours.
    assert!(broken.len() * 200 < expressions, "{} of {expressions} expressions do not parse", broken.len());
}
