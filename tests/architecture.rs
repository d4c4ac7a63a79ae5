//! The arrows of ARCHITECTURE.md: which crate may depend on which. Any other edge fails.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every crate of ours and the crates of ours it may depend on; the table of ARCHITECTURE.md, which is
/// read from there so that the picture and the code cannot disagree.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `crates/"));
    let table: BTreeMap<_, _> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let package = cells[0].split('`').nth(2).unwrap().to_owned();
            let dependencies = cells[2].split('`').skip(1).step_by(2).map(|short| format!("connspec-{short}"));
            (package, dependencies.collect())
        })
        .collect();
    assert_eq!(table.len(), 11, "the table of ARCHITECTURE.md could not be read");
    table
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The crates of this workspace and what each depends on, as `cargo metadata` tells; what only tests
/// need does not count.
fn workspace() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let ours: BTreeSet<&str> = packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
    let edges = |package: &serde_json::Value| {
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let of_ours = dependencies
            .filter(|dependency| dependency["kind"] != "dev")
            .map(|dependency| dependency["name"].as_str().unwrap())
            .filter(|name| ours.contains(name));
        of_ours.map(str::to_owned).collect()
    };
    packages.iter().map(|package| (package["name"].as_str().unwrap().to_owned(), edges(package))).collect()
}

#[test]
fn arrows_only_point_down() {
    let allowed = allowed();
    let mut wrong = Vec::new();
    for (package, dependencies) in workspace() {
        let Some(allowed) = allowed.get(&package) else {
            wrong.push(format!("{package} is not in the table"));
            continue;
        };
        wrong.extend(dependencies.difference(allowed).map(|dependency| format!("{package} -> {dependency}")));
    }
    assert!(wrong.is_empty(), "ARCHITECTURE.md does not allow: {wrong:#?}");
}

#[test]
fn the_table_lists_the_crates_there_are() {
    let table: BTreeSet<String> = allowed().into_keys().collect();
    let found: BTreeSet<String> = workspace().into_keys().collect();
    assert_eq!(table, found);
}

#[test]
fn every_source_file_says_what_lives_there() {
    let mut silent: Vec<PathBuf> = Vec::new();
    let mut folders = vec![root().join("crates"), root().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && !std::fs::read_to_string(&path).unwrap().starts_with("//! ")
            {
                silent.push(path);
            }
        }
    }
    assert!(silent.is_empty(), "these files do not open with `//!`: {silent:#?}");
}

#[test]
fn every_rule_of_oauth_names_tests_that_exist() {
    let rules = std::fs::read_to_string(root().join("docs/oauth-rules.md")).unwrap();
    let mut sources = String::new();
    for folder in ["crates", "tests"] {
        read_all(&root().join(folder), &mut sources);
    }
    let mut named = 0;
    for row in rules.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| rule")) {
        let tests: Vec<&str> = row.rsplit('|').nth(1).unwrap().split('`').skip(1).step_by(2).collect();
        assert!(tests.iter().any(|test| test.starts_with("rfc")), "no test named after the RFC: {row}");
        for test in tests {
            assert!(sources.contains(&format!("fn {test}()")), "docs/oauth-rules.md names `{test}`, which is no test");
            named += 1;
        }
    }
    assert!(named > 20, "the table of docs/oauth-rules.md could not be read: {named}");
}

fn read_all(folder: &Path, into: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "node_modules" && name != "target") {
                read_all(&path, into);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}
