//! `record` and `replay`: what was recorded once replays for ever, without a network.

use std::process::Command;

use connspec_provider::academy::{Decision, Person};
use serde_json::{Value, json};

use crate::support::{Ran, Sandbox};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// Records the bundled Academy flow into `file`.
fn recorded(sandbox: &Sandbox, file: &str, steps: &str) -> Ran {
    let served = sandbox.academy(&[]);
    let map = served.map();
    let waiting =
        sandbox.start(&["record", "academy-v2", "-o", file, "--steps", steps, "--no-browser", "--map-origin", &map]);
    waiting.consent(Person::JaneBlack, Decision::Allow);
    waiting.finish()
}

fn read(sandbox: &Sandbox, file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(sandbox.path(file)).unwrap()).unwrap()
}

#[test]
fn the_fixtures_of_this_project_replay() {
    let ran = Sandbox::new().run(&["replay", FIXTURES]).ended(0);
    assert!(ran.stdout.contains(" passed, 0 failed"), "{}", ran.stdout);
}

#[test]
fn replay_needs_no_network() {
    let sandbox = Sandbox::new();
    let binary = env!("CARGO_BIN_EXE_connspec");
    let isolated = Command::new("unshare").args(["-rn", "true"]).output().is_ok_and(|output| output.status.success());
    if !isolated {
        eprintln!("skipped: this machine gives no network namespace of one's own");
        return;
    }
    let output = Command::new("unshare")
        .args(["-rn", binary, "replay", FIXTURES])
        .current_dir(sandbox.path(""))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn what_was_recorded_replays_and_holds_no_secret() {
    let sandbox = Sandbox::new();
    let ran =
        recorded(&sandbox, "out/life.json", "connect,info,refresh,invalidate").ended(0).hides(&["academy-demo-secret"]);
    assert!(ran.stdout.contains("✓ recorded"), "{}", ran.stdout);
    let text = std::fs::read_to_string(sandbox.path("out/life.json")).unwrap();
    assert!(!text.contains("academy-demo-secret"));
    let fixture = read(&sandbox, "out/life.json");
    let keys: Vec<_> = fixture.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["version", "spec", "steps", "clock", "seed", "inputs", "callback", "exchanges", "expect"]);
    assert_eq!(fixture["version"], 1);
    let answered = &fixture["exchanges"][0]["response"]["body"]["access_token"];
    assert_eq!(
        fixture["exchanges"][1]["request"]["headers"]["authorization"],
        format!("Bearer {}", answered.as_str().unwrap())
    );
    sandbox.run(&["replay", "out"]).ended(0);
}

#[test]
fn a_fixture_that_differs_is_1_and_says_where() {
    let sandbox = Sandbox::new();
    recorded(&sandbox, "life.json", "connect").ended(0);
    let mut fixture = read(&sandbox, "life.json");
    fixture["expect"]["metadata"]["value"] = json!("John Doe");
    sandbox.write("changed/expectation.json", &fixture.to_string());
    let mut fixture = read(&sandbox, "life.json");
    let body = fixture["exchanges"][0]["request"]["body"].as_str().unwrap().replace("authorization_code", "password");
    fixture["exchanges"][0]["request"]["body"] = json!(body);
    sandbox.write("changed/request.json", &fixture.to_string());
    let ran = sandbox.run(&["replay", "changed"]).ended(1);
    assert!(ran.stdout.contains("/metadata/value") && ran.stdout.contains("\"John Doe\""), "{}", ran.stdout);
    assert!(ran.stdout.contains("grant_type") && ran.stdout.contains("password"), "{}", ran.stdout);
    assert!(ran.stdout.contains("0 passed, 2 failed"), "{}", ran.stdout);
    let junit = sandbox.run(&["replay", "changed", "--format", "junit"]).ended(1).stdout;
    assert!(junit.contains("tests=\"2\" failures=\"2\" errors=\"0\""), "{junit}");
    let json = sandbox.run(&["replay", "changed", "--format", "json"]).ended(1).json();
    assert_eq!(json["cases"][0]["verdict"], "failed");
}

#[test]
fn what_cannot_be_replayed_is_2_and_says_why() {
    let sandbox = Sandbox::new();
    assert!(sandbox.run(&["replay", "nowhere"]).ended(2).stderr.contains("nowhere"));
    sandbox.write("empty/readme.json", "{}");
    assert!(sandbox.run(&["replay", "empty"]).ended(2).stderr.contains("connspec record"));
    sandbox.write("broken/a.json", r#"{ "version": 1, "exchanges": [ }"#);
    sandbox.write("newer/a.json", r#"{ "version": 99, "spec": "academy-v2", "exchanges": [] }"#);
    sandbox.write("lost/a.json", r#"{ "version": 1, "spec": "no/such", "exchanges": [] }"#);
    for (folder, words) in [("broken", "line 1"), ("newer", "99"), ("lost", "no/such")] {
        let ran = sandbox.run(&["replay", folder]).ended(2);
        assert!(ran.stdout.contains(words), "{folder}: {}", ran.stdout);
    }
}

#[test]
fn a_failed_flow_is_recorded_and_expected_to_fail() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let waiting =
        sandbox.start(&["record", "academy-v2", "-o", "denied.json", "--no-browser", "--map-origin", &served.map()]);
    waiting.consent(Person::JohnDoe, Decision::Deny);
    waiting.finish().ended(1);
    assert_eq!(read(&sandbox, "denied.json")["expect"]["error"]["type"], "AccessDenied");
    sandbox.run(&["replay", "denied.json"]).ended(0);
}

#[test]
fn a_fixture_goes_out_as_har_and_comes_back() {
    let sandbox = Sandbox::new();
    let har = sandbox.run(&["export", "har", &format!("{FIXTURES}/academy-v2/whole-life.json")]).ended(0);
    assert_eq!(har.json()["log"]["version"], "1.2");
    sandbox.write("life.har", &har.stdout);
    let steps = "connect,info,refresh,invalidate";
    sandbox.run(&["import", "har", "life.har", "-o", "again.json", "--spec", "academy-v2", "--steps", steps]).ended(0);
    let (before, after) = (read_fixture("academy-v2/whole-life.json"), read(&sandbox, "again.json"));
    let urls = |fixture: &Value| -> Vec<Value> {
        fixture["exchanges"].as_array().unwrap().iter().map(|exchange| exchange["request"]["url"].clone()).collect()
    };
    assert_eq!(urls(&before), urls(&after));
    for (file, words) in [("life.har", "nock"), ("nowhere.har", "nowhere.har")] {
        let ran = sandbox.run(&["import", "nock", file, "-o", "x.json"]).ended(2);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

fn read_fixture(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(format!("{FIXTURES}/{name}")).unwrap()).unwrap()
}

#[test]
fn no_damaged_fixture_is_passed_over() {
    let sandbox = Sandbox::new();
    recorded(&sandbox, "all/good.json", "connect").ended(0);
    let good = std::fs::read_to_string(sandbox.path("all/good.json")).unwrap();
    sandbox.write("all/cut.json", &good[..300]);
    sandbox.write("all/brace.json", "{");
    sandbox.write("all/misspelt.json", &good.replace("\"exchanges\"", "\"xchanges\""));
    sandbox.write("all/package.json", r#"{ "name": "no fixture" }"#);
    let ran = sandbox.run(&["replay", "all"]).ended(1);
    for file in ["cut.json", "brace.json", "misspelt.json", "good.json"] {
        assert!(ran.stdout.contains(file), "{file}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("package.json"), "{}", ran.stdout);
}

#[test]
fn a_failed_run_does_not_replace_a_good_fixture() {
    let sandbox = Sandbox::new();
    recorded(&sandbox, "life.json", "connect").ended(0);
    let before = std::fs::read_to_string(sandbox.path("life.json")).unwrap();
    let served = sandbox.academy(&[]);
    let waiting =
        sandbox.start(&["record", "academy-v2", "-o", "life.json", "--no-browser", "--map-origin", &served.map()]);
    waiting.consent(Person::JohnDoe, Decision::Deny);
    let ran = waiting.finish().ended(1);
    assert!(ran.stderr.contains("--replace"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(sandbox.path("life.json")).unwrap(), before);
    sandbox.run(&["record", "academy-v2", "-o", "x.json", "--steps", "info"]).ended(2);
}
