//! Reads other people's definitions, if they are at hand: whatever they hold, reading must not fail.
//!
//! The corpus is no part of the project. `CONNSPEC_CORPUS` names its folder; without it `../shared/corpus` beside
//! the checkout is tried, and without that the tests say that they were skipped.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that looks for files, and says what it found"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use connspec_spec::layout::{self, Disk};
use connspec_spec::{Kind, LoadErrorKind, Node};

fn corpus() -> Option<PathBuf> {
    let given = std::env::var_os("CONNSPEC_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let found = given.or(Some(beside)).map(|folder| folder.join("make")).filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("skipped: there is no corpus; CONNSPEC_CORPUS may name its folder");
    }
    found
}

#[test]
fn every_connection_of_the_corpus_is_found_and_read() {
    let Some(corpus) = corpus() else { return };
    let apps = layout::discover(&Disk, &corpus).unwrap();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut codes: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut connections = 0;
    let mut modules = 0;
    for path in &apps {
        let app = layout::load_app(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        connections += app.connections.len();
        modules += app.components.iter().filter(|component| component.kind == layout::ComponentKind::Module).count();
        for definition in &app.connections {
            *kinds.entry(definition.kind.to_string()).or_default() += 1;
            assert!(!definition.communication().blocks().is_empty() || definition.kind != Kind::Basic);
        }
        let of_connections = app.connections.iter().flat_map(|definition| &definition.findings);
        for finding in app.findings.iter().chain(of_connections) {
            let place = finding.place.map(|place| app.sources.describe(place)).unwrap_or_default();
            println!("{place} {} {}", finding.code, finding.message);
            *codes.entry((finding.code, finding.severity.to_string())).or_default() += 1;
        }
    }
    println!("{} apps, {connections} connections {kinds:?}, {modules} modules, findings {codes:?}", apps.len());
    let sources = std::fs::read_to_string(corpus.join("SOURCES.tsv")).unwrap();
    let listed = sources.lines().filter(|line| line.split('\t').nth(4) == Some("connection-communication")).count();
    assert_eq!(connections, listed, "every connection SOURCES.tsv lists is found, and nothing else");
}

#[test]
fn every_file_of_the_corpus_reads_the_same_as_plain_json() {
    let Some(corpus) = corpus() else { return };
    let mut compared = 0;
    each_file(&corpus, &mut |path| {
        let bytes = std::fs::read(path).unwrap();
        let mut sources = connspec_diagnostics::SourceMap::new();
        let (_, reading) = connspec_spec::json::read_bytes(&mut sources, &path.display().to_string(), bytes.as_slice());
        let Some(node) = reading.node else { return };
        spans_are_sound(&node, &sources);
        if reading.findings.is_empty() {
            // JSON5 allows more than we do, and nothing less.
            let text = std::str::from_utf8(&bytes).unwrap().trim_start_matches('\u{feff}');
            let other: serde_json::Value =
                json5::from_str(text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            assert_eq!(node.to_json(), rounded(other), "{}", path.display());
        }
        if let Ok(plain) = serde_json::from_slice::<serde_json::Value>(&bytes) {
            compared += 1;
            assert_eq!(node.to_json(), plain, "{}", path.display());
        }
    });
    assert!(compared > 500, "only {compared} files compared");
}

/// The value with whole numbers as JSON writes them: JSON5 reads every number as a double.
fn rounded(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => Value::from(value as i64),
            _ => Value::Number(number),
        },
        Value::Array(elements) => elements.into_iter().map(rounded).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, rounded(value))).collect(),
        other => other,
    }
}

/// Every value's place holds a text that reads as that value.
fn spans_are_sound(root: &Node, sources: &connspec_diagnostics::SourceMap) {
    root.visit(&mut |_, node| {
        if let Some(text) = node.as_str()
            && let Ok(written) = serde_json::from_str::<String>(node.text_in(sources))
        {
            assert_eq!(text, written);
        }
    });
}

fn each_file(folder: &Path, visitor: &mut dyn FnMut(&Path)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            each_file(&path, visitor);
        } else if path.extension().is_some_and(|ending| ending != "tsv") {
            visitor(&path);
        }
    }
}

#[test]
fn loading_one_of_several_connections_asks_which() {
    let Some(corpus) = corpus() else { return };
    let several = layout::discover(&Disk, &corpus)
        .unwrap()
        .into_iter()
        .filter(|path| layout::load_app(path).is_ok_and(|app| app.connections.len() > 1));
    for path in several {
        let error = layout::load(&path, &layout::LoadOptions::default()).unwrap_err();
        assert_eq!(error.kind, LoadErrorKind::SeveralConnections);
        let names = error.message.rsplit(": ").next().unwrap().split(", ").map(str::to_owned);
        for name in names {
            let loaded = layout::load(&path, &layout::LoadOptions { connection: Some(name.clone()) }).unwrap();
            assert_eq!(loaded.definition.name, name);
        }
    }
}
