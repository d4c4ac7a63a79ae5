//! Fixtures in a test of one's own.

use std::collections::BTreeSet;
use std::panic::catch_unwind;
use std::path::Path;

use connspec_exchange::Fixture;
use connspec_rehearsal::assert_fixtures;
use connspec_rehearsal::suite::discover;
use connspec_spec::bundled::ALL;

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

#[test]
fn the_fixtures_of_this_project_pass_in_one_line() {
    assert!(assert_fixtures(fixtures()) >= 5);
}

#[tokio::test]
async fn an_asynchronous_test_may_say_the_same() {
    assert_eq!(assert_fixtures(fixtures().join("academy-v2/denied.json")), 1);
}

#[test]
fn what_differs_is_the_message() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(fixtures().join("academy-v2/whole-life.json")).expect("the fixture");
    let changed = text.replace("\"value\": \"Jane Black\"", "\"value\": \"John Doe\"");
    std::fs::write(folder.path().join("life.json"), changed).expect("written");
    for (path, words) in [(folder.path().join("life.json"), "/metadata/value"), (folder.path().join("none"), "none")] {
        let panic = catch_unwind(|| assert_fixtures(&path)).expect_err("it differs");
        let message = panic.downcast_ref::<String>().expect("a message");
        assert!(message.contains(words), "{message}");
    }
}

/// Each bundled definition is recorded, so each kind of connection is.
#[test]
fn every_bundled_definition_has_a_fixture() {
    let recorded: BTreeSet<String> = discover(&fixtures())
        .expect("there are fixtures")
        .fixtures
        .iter()
        .filter_map(|path| {
            Fixture::from_text(&std::fs::read_to_string(path).expect("it is read")).expect("a fixture").spec
        })
        .collect();
    let missing: Vec<&str> = ALL.iter().map(|bundled| bundled.name).filter(|name| !recorded.contains(*name)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
