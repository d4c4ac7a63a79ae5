//! Compares OAuth 1 signatures with oauth-1.0a (node) and oauthlib (Python).
//!
//! Skipped unless `CONNSPEC_CROSS_CHECK=1`; needs node, `npm ci` in `tests/cross-check/`, and python3, into whose
//! own environment below the build folder oauthlib is installed. The requests are the same in every run;
//! `CONNSPEC_CROSS_CHECK_SEED=7` makes others.
#![allow(clippy::print_stderr, reason = "a test tells what it did")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "cross_check/oauth1_cases.rs"]
mod cases;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cases::Question;
use serde_json::Value;

type Parameters = BTreeMap<String, String>;

#[test]
fn others_sign_alike() {
    if std::env::var_os("CONNSPEC_CROSS_CHECK").is_none_or(|value| value != "1") {
        eprintln!("skipped: set CONNSPEC_CROSS_CHECK=1 to compare with oauth-1.0a and oauthlib");
        return;
    }
    let seed = std::env::var("CONNSPEC_CROSS_CHECK_SEED")
        .map_or(0x5eed, |seed| seed.parse().expect("CONNSPEC_CROSS_CHECK_SEED is a number"));
    let questions = cases::all(seed);
    assert!(questions.len() >= 200, "only {} requests", questions.len());
    assert!(scripts().join("node_modules/oauth-1.0a").is_dir(), "run `npm ci` in tests/cross-check first");
    let (for_node, for_python): (Vec<_>, Vec<_>) = (
        questions.iter().filter(|q| q.suits_node()).collect(),
        questions.iter().filter(|q| q.suits_python()).collect(),
    );
    compare("oauth-1.0a", &for_node, Command::new("node").arg("oauth1.mjs"));
    compare("oauthlib", &for_python, Command::new(python()).arg("oauth1.py"));
}

/// Has `signer` sign the requests, and holds our parameters against its own.
fn compare(name: &str, questions: &[&Question], signer: &mut Command) {
    let reply = ask(questions, signer);
    let theirs: Vec<Parameters> = serde_json::from_value(reply["answers"].clone()).unwrap();
    assert_eq!(theirs.len(), questions.len());
    let mut differences = Vec::new();
    for (question, theirs) in questions.iter().zip(&theirs) {
        let ours = question.answer();
        if ours != *theirs {
            differences.push(format!("{question:?}\n  connspec: {ours:?}\n  {name}: {theirs:?}"));
        }
    }
    let (count, differing) = (questions.len(), differences.len());
    assert!(differences.is_empty(), "{differing} of {count} signatures differ:\n{}", differences.join("\n"));
    eprintln!("{count} signatures equal to {name}'s, {}", reply["versions"]);
    for method in ["HMAC-SHA1", "PLAINTEXT", "RSA-SHA1"] {
        let of_this = questions.iter().filter(|question| question.signature_method == method);
        eprintln!("  {method}: {}", of_this.count());
    }
}

fn ask(questions: &[&Question], signer: &mut Command) -> Value {
    let mut process = signer.current_dir(scripts()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let input = serde_json::to_vec(questions).unwrap();
    process.stdin.take().unwrap().write_all(&input).unwrap();
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "{signer:?} failed");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cross-check")
}

/// The Python of an environment that has what `requirements.txt` names, made when there is none yet.
fn python() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cross-check-python");
    let python = folder.join("bin/python");
    let run = |command: &mut Command| assert!(command.status().unwrap().success(), "{command:?} failed");
    if !python.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
    }
    let requirements = scripts().join("requirements.txt");
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(requirements));
    python
}
