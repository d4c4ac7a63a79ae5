//! Compares dates with the JavaScript original: moment and moment-timezone run by node.
//!
//! Skipped unless `CONNSPEC_CROSS_CHECK=1`; needs node and `npm ci` in `tests/cross-check/`. The questions
//! are the same in every run; `CONNSPEC_CROSS_CHECK_SEED=7` asks others. What differs by intent is listed in
//! `docs/compatibility.md`.
#![allow(clippy::print_stderr, reason = "a test tells what it did")]

#[path = "cross_check/moment_cases.rs"]
mod cases;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use cases::Question;
use connspec_iml::moment::Zone;
use serde_json::Value;

#[test]
fn moment_gives_the_same_answers() {
    if std::env::var_os("CONNSPEC_CROSS_CHECK").is_none_or(|value| value != "1") {
        eprintln!("skipped: set CONNSPEC_CROSS_CHECK=1 to compare with moment");
        return;
    }
    let seed = std::env::var_os("CONNSPEC_CROSS_CHECK_SEED").map_or(0x5eed, |seed| {
        seed.to_str().and_then(|seed| seed.parse().ok()).expect("CONNSPEC_CROSS_CHECK_SEED is a number")
    });
    let questions = cases::all(seed);
    assert!(questions.len() >= 1_500, "only {} questions", questions.len());
    let reply = ask_node(&questions);
    assert_eq!(reply["versions"]["tzdata"], Zone::DATABASE, "both sides have one release of the tz database");
    let theirs = reply["answers"].as_array().expect("an array of answers");
    assert_eq!(theirs.len(), questions.len());
    let differences: Vec<String> = questions
        .iter()
        .zip(theirs)
        .filter(|(question, theirs)| question.answer() != **theirs)
        .map(|(question, theirs)| format!("{question:?}\n  connspec: {}\n  moment:   {theirs}", question.answer()))
        .collect();
    let (count, differing) = (questions.len(), differences.len());
    assert!(differences.is_empty(), "{differing} of {count} answers differ:\n{}", differences.join("\n"));
    let invalid = theirs.iter().filter(|answer| answer.is_null()).count();
    eprintln!("{count} answers equal, {invalid} of them \"no date\"");
    eprintln!("  moment: {}; connspec: tzdata {}", reply["versions"], Zone::DATABASE);
    for operation in ["format", "parse", "iso", "add", "set"] {
        let count = questions.iter().filter(|question| question.operation() == operation).count();
        eprintln!("  {operation}: {count}");
    }
}

/// Runs the script on all questions at once; the clock's own zone is UTC, as on Make's servers.
fn ask_node(questions: &[Question]) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cross-check");
    assert!(folder.join("node_modules/moment-timezone").is_dir(), "run `npm ci` in tests/cross-check first");
    let mut node = Command::new("node")
        .arg("moment.mjs")
        .current_dir(folder)
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed");
    let input = serde_json::to_vec(questions).expect("questions are plain data");
    node.stdin.take().expect("piped").write_all(&input).expect("node reads its input");
    let output = node.wait_with_output().expect("node ends");
    assert!(output.status.success(), "moment.mjs failed");
    serde_json::from_slice(&output.stdout).expect("moment.mjs prints JSON")
}
