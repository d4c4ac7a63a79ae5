//! Other people's connections through the program: `connect --dry-run` shows every request that each would send.
//!
//! The corpus is no part of the project. `CONNSPEC_CORPUS` names its folder; without it `../shared/corpus` beside the
//! checkout; where that is missing, too, the test is skipped.

use std::path::{Path, PathBuf};

use connspec_spec::layout::{Disk, LoadOptions, discover, load, load_app};

use crate::support::Sandbox;

fn corpus() -> Option<PathBuf> {
    let given = std::env::var_os("CONNSPEC_CORPUS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let found = given.into_iter().chain([beside]).find(|folder| folder.join("make").is_dir());
    if found.is_none() {
        eprintln!("skipped: there is no corpus; CONNSPEC_CORPUS may name its folder");
    }
    found
}

#[test]
fn each_connection_of_the_corpus_shows_what_it_would_send() {
    let Some(corpus) = corpus() else { return };
    let sandbox = Sandbox::new();
    let (mut connections, mut requests, mut unknown, mut refused) = (0, 0, 0, 0);
    for path in discover(&Disk, corpus.join("make")).unwrap() {
        let path = path.to_str().unwrap();
        let names: Vec<Option<String>> = match load_app(path) {
            Ok(app) => app.connections.iter().map(|connection| Some(connection.name.clone())).collect(),
            // A file on its own; what no loader takes for a connection is no connection.
            Err(_) => load(path, &LoadOptions::default()).map(|_| None).into_iter().collect(),
        };
        for name in names {
            let mut arguments = vec!["connect", path, "--dry-run", "--json"];
            arguments.extend(name.iter().flat_map(|name| ["--connection", name]));
            let ran = sandbox.run(&arguments);
            if ran.code() == 2 {
                assert!(ran.stderr.contains("error[CS"), "{path} {name:?}: {}", ran.stderr);
                eprintln!("{path} {name:?}: {}", ran.stderr.lines().next().unwrap_or_default());
                refused += 1;
                continue;
            }
            let report = ran.ended(0).json();
            connections += 1;
            for step in report["steps"].as_array().unwrap() {
                let shown = !step["request"].is_null();
                requests += usize::from(shown);
                if shown {
                    continue;
                }
                // A block without a request says why: it has no url, or an answer is needed to write it.
                unknown += 1;
                let failure = step["failure"].as_str().unwrap_or_default();
                let said = step["decisions"].as_array().is_some_and(|decisions| !decisions.is_empty());
                assert!(said || !failure.is_empty(), "{path} {name:?}: {step}");
                eprintln!("{path} {name:?} {}: {failure}", step["block"]);
            }
        }
    }
    eprintln!("{refused} files that are no definition");
    eprintln!("{connections} connections, {requests} requests shown, {unknown} blocks say why they show none");
    assert_eq!(connections, 45, "the corpus has 45 connections");
}
