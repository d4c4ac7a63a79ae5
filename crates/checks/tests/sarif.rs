//! The findings of every rule as SARIF 2.1.0, validated against the JSON Schema of the standard as the package
//! `serde-sarif` of crates.io ships it.
//!
//! Skipped unless `CONNSPEC_CROSS_CHECK=1`; `tests/cross-check/sarif` names the package, cargo fetches it and nothing
//! of it is built.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that reads files, and says how much it looked at"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use connspec_checks::{Example, check, rule, rules};
use connspec_diagnostics::Diagnostic;
use connspec_diagnostics::render::{Located, sarif};
use connspec_spec::layout::{self, Disk, Memory, load_app, load_app_from};
use connspec_spec::{App, bundled};
use jsonschema::Validator;
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The schema of the standard; none when the test is not asked for.
fn validator() -> Option<Validator> {
    if std::env::var_os("CONNSPEC_CROSS_CHECK").is_none_or(|value| value != "1") {
        eprintln!("skipped: set CONNSPEC_CROSS_CHECK=1 to validate against the schema of SARIF 2.1.0");
        return None;
    }
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version=1", "--manifest-path"])
        .arg(root().join("tests/cross-check/sarif/Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let schema = Path::new(package["manifest_path"].as_str().unwrap()).with_file_name("src").join("schema.json");
    // A pattern of the standard has a bracket too many, which JavaScript takes for itself and others for a fault.
    let schema = std::fs::read_to_string(schema).unwrap().replace("{2}]?$", r"{2}\\]?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert!(schema["title"].as_str().unwrap().contains("SARIF) Version 2.1.0"), "{}", schema["title"]);
    Some(jsonschema::draft7::options().should_validate_formats(true).build(&schema).unwrap())
}

fn complaints(validator: &Validator, log: &Value) -> Vec<String> {
    validator.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn example_app(example: &Example) -> App {
    let below = |path: &str| Path::new("example folder").join(path);
    let files: Memory = example.files.iter().map(|(path, text)| (below(path), text.as_str())).collect();
    let path = match example.files.as_slice() {
        [(single, _)] if !single.contains('/') && !single.ends_with("makecomapp.json") => below(single),
        _ => below(""),
    };
    load_app_from(&files, &path).unwrap()
}

fn log_of(findings: &[Located<'_>]) -> String {
    sarif(findings, "0.0.0", &|code| Some(rule(code)?.text()))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// Every example, every fixture, every bundled definition, and other people's definitions if they are at hand.
fn apps() -> Vec<App> {
    let mut apps = Vec::new();
    for rule in rules() {
        let documentation = rule.documentation();
        apps.extend(documentation.examples.iter().chain(&documentation.instead).map(example_app));
    }
    for folder in entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")) {
        apps.extend(entries(&folder).iter().map(|fixture| load_app(fixture).unwrap()));
    }
    apps.extend(bundled::ALL.iter().map(|one| load_app(root().join("specs").join(one.name)).unwrap()));
    let given = std::env::var_os("CONNSPEC_CORPUS").map(PathBuf::from);
    let corpus = given.unwrap_or_else(|| root().join("../shared/corpus")).join("make");
    if corpus.is_dir() {
        apps.extend(layout::discover(&Disk, &corpus).unwrap().iter().map(|path| load_app(path).unwrap()));
    }
    apps
}

#[test]
fn every_log_is_one_of_the_standard() {
    let Some(validator) = validator() else { return };
    let apps = apps();
    let findings: Vec<Vec<Diagnostic>> = apps.iter().map(check).collect();
    let mut all: Vec<Located<'_>> = Vec::new();
    for (app, findings) in apps.iter().zip(&findings) {
        let located: Vec<Located<'_>> = findings.iter().map(|finding| (&*app.sources, finding)).collect();
        let log: Value = serde_json::from_str(&log_of(&located)).unwrap();
        let complaints = complaints(&validator, &log);
        assert!(complaints.is_empty(), "{complaints:#?}\n{log:#}");
        all.extend(located);
    }
    let log: Value = serde_json::from_str(&log_of(&all)).unwrap();
    assert_eq!(complaints(&validator, &log), [] as [String; 0]);
    let codes: BTreeSet<_> = all.iter().map(|(_, finding)| finding.code).collect();
    let silent: Vec<_> = rules().map(|rule| rule.code).filter(|code| !codes.contains(code)).collect();
    assert!(silent.is_empty(), "no finding of {silent:?} was validated");
    println!("{} findings of {} rules in {} logs are valid SARIF 2.1.0", all.len(), codes.len(), apps.len() + 1);
}

/// The schema is the right one, and the test can fail.
#[test]
fn what_is_no_sarif_is_refused() {
    let Some(validator) = validator() else { return };
    let apps = apps();
    let app = apps.iter().find(|app| check(app).iter().any(|finding| finding.fix.is_some())).unwrap();
    let findings = check(app);
    let located: Vec<Located<'_>> = findings.iter().map(|finding| (&*app.sources, finding)).collect();
    let log: Value = serde_json::from_str(&log_of(&located)).unwrap();
    assert!(complaints(&validator, &log).is_empty());
    let fixed = log["runs"][0]["results"].as_array().unwrap().iter().position(|result| result["fixes"].is_array());
    let fixed = fixed.unwrap();
    for (pointer, wrong) in [
        ("/version".to_owned(), json!("2.0.0")),
        ("/runs/0/tool/driver/name".to_owned(), Value::Null),
        ("/runs/0/columnKind".to_owned(), json!("bytes")),
        (format!("/runs/0/results/{fixed}/level"), json!("fatal")),
        (format!("/runs/0/results/{fixed}/message"), json!("a text")),
        (format!("/runs/0/results/{fixed}/locations/0/physicalLocation/region/startLine"), json!(0)),
        (format!("/runs/0/results/{fixed}/locations/0/physicalLocation/artifactLocation/uri"), json!("a b")),
        (format!("/runs/0/results/{fixed}/fixes/0/artifactChanges"), json!([])),
    ] {
        let mut broken = log.clone();
        *broken.pointer_mut(&pointer).unwrap() = wrong;
        assert!(!complaints(&validator, &broken).is_empty(), "{pointer} may be anything");
    }
}

/// Services show a rule's text and lead to its page; this needs no schema.
#[test]
fn every_rule_of_a_log_has_a_text_and_a_page() {
    for rule in rules() {
        let text = rule.text();
        assert!(text.short.ends_with(['.', ':', '`', '…']) && !text.full.is_empty(), "{}: {}", rule.name, text.short);
        let page = text.help_uri.rsplit('/').next().unwrap().to_owned();
        assert!(root().join("docs/checks").join(&page).is_file(), "{}", text.help_uri);
    }
    let app = load_app_from(&Memory::from([("a.json", r#"{ "url": "/me", "header": {} }"#)]), "a.json").unwrap();
    let findings = check(&app);
    let located: Vec<Located<'_>> = findings.iter().map(|finding| (&*app.sources, finding)).collect();
    let log: Value = serde_json::from_str(&log_of(&located)).unwrap();
    for descriptor in log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap() {
        for key in ["shortDescription", "fullDescription"] {
            assert!(descriptor[key]["text"].as_str().is_some_and(|text| !text.contains('\n')), "{descriptor:#}");
        }
        assert!(descriptor["helpUri"].as_str().unwrap().starts_with("https://"), "{descriptor:#}");
    }
}
