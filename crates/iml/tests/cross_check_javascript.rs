//! Compares `replace` with JavaScript's `RegExp`, and other functions of texts and numbers with their JavaScript
//! originals, run by node.
//!
//! Skipped unless `CONNSPEC_CROSS_CHECK=1`; needs node 20 or newer, and no package. The questions are the same in
//! every run; `CONNSPEC_CROSS_CHECK_SEED=7` asks others. What differs by intent is listed in
//! `docs/compatibility.md`.
#![allow(clippy::print_stderr, reason = "a test tells what it did")]

#[path = "cross_check/javascript_cases.rs"]
mod cases;
#[path = "cross_check/pattern_cases.rs"]
mod patterns;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use cases::Question;
use serde_json::Value;

#[test]
fn javascript_gives_the_same_answers() {
    if std::env::var_os("CONNSPEC_CROSS_CHECK").is_none_or(|value| value != "1") {
        eprintln!("skipped: set CONNSPEC_CROSS_CHECK=1 to compare with JavaScript");
        return;
    }
    let seed = std::env::var_os("CONNSPEC_CROSS_CHECK_SEED").map_or(0x5eed, |seed| {
        seed.to_str().and_then(|seed| seed.parse().ok()).expect("CONNSPEC_CROSS_CHECK_SEED is a number")
    });
    let questions = cases::all(seed);
    let reply = ask_node(&questions);
    let theirs = reply["answers"].as_array().expect("an array of answers");
    assert_eq!(theirs.len(), questions.len());
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut differences = Vec::new();
    for (question, theirs) in questions.iter().zip(theirs) {
        let ours = question.answer();
        let count = counts.entry(question.operation).or_default();
        *count = (count.0 + 1, count.1 + usize::from(theirs.is_null()));
        if !same(&ours, theirs) && !question.is_matched_within_a_pair(theirs) {
            differences.push(format!("{question:?}\n  connspec:   {ours}\n  JavaScript: {theirs}"));
        }
    }
    let (count, differing) = (questions.len(), differences.len());
    assert!(differences.is_empty(), "{differing} of {count} answers differ:\n{}", differences.join("\n"));
    let (replaced, errors) = counts["replace"];
    assert!(replaced >= 5_000 && (100..replaced / 2).contains(&errors), "{errors} errors of {replaced}");
    let changed = questions.iter().zip(theirs).filter(|(question, theirs)| question.values[0] != **theirs);
    let matched = changed.filter(|(question, theirs)| question.operation == "replace" && !theirs.is_null()).count();
    eprintln!("{count} answers equal, node {}; {matched} regular expressions matched", reply["version"]);
    for (operation, (count, errors)) in counts {
        eprintln!("  {operation}: {count}, {errors} of them errors");
    }
}

/// JSON writes 1 and 1.0 for the same number.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours.as_f64(), theirs.as_f64()) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => ours == theirs,
    }
}

/// Runs the script on all questions at once.
fn ask_node(questions: &[Question]) -> Value {
    let mut node = Command::new("node")
        .arg("javascript.mjs")
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cross-check"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed");
    let input = serde_json::to_vec(questions).expect("questions are plain data");
    node.stdin.take().expect("piped").write_all(&input).expect("node reads its input");
    let output = node.wait_with_output().expect("node ends");
    assert!(output.status.success(), "javascript.mjs failed");
    serde_json::from_slice(&output.stdout).expect("javascript.mjs prints JSON")
}
