//! `replay --live`: what a provider answers otherwise than it did, by shape and never by value.

use connspec_provider::academy::{Decision, Person};
use serde_json::{Value, json};

use crate::support::{Ran, Sandbox};

const STEPS: &str = "connect,info,refresh,invalidate";

/// Records the whole life of a connection, and changes what the fixture holds of it.
fn recorded(sandbox: &Sandbox, change: impl FnOnce(&mut Value)) {
    let served = sandbox.academy(&[]);
    let map = served.map();
    let record = ["record", "academy-v2", "-o", "f/life.json", "--steps", STEPS, "--no-browser", "--map-origin", &map];
    let waiting = sandbox.start(&record);
    waiting.consent(Person::JaneBlack, Decision::Allow);
    waiting.finish().ended(0);
    let mut fixture: Value =
        serde_json::from_str(&std::fs::read_to_string(sandbox.path("f/life.json")).unwrap()).unwrap();
    change(&mut fixture);
    sandbox.write("f/life.json", &fixture.to_string());
}

/// The same flow at a provider served with `arguments`.
fn live(sandbox: &Sandbox, arguments: &[&str], further: &[&str]) -> Ran {
    let served = sandbox.academy(arguments);
    let map = served.map();
    let replay = ["replay", "f", "--live", "--no-browser", "--map-origin", &map];
    let waiting = sandbox.start(&[&replay, further].concat());
    waiting.consent(Person::JohnDoe, Decision::Allow);
    waiting.finish().hides(&["academy-demo-secret", "Jane Black", "John Doe"])
}

#[test]
fn a_provider_that_answers_as_it_did_has_not_drifted_whoever_is_connected() {
    let sandbox = Sandbox::new();
    recorded(&sandbox, |_| ());
    let ran = live(&sandbox, &[], &[]).ended(0);
    assert!(ran.stdout.contains("1 passed, 0 failed"), "{}", ran.stdout);
}

#[test]
fn members_that_are_gone_or_of_another_type_are_told_with_the_line_that_reads_them() {
    let sandbox = Sandbox::new();
    // What the provider answered when it was recorded: a member more, and another type.
    recorded(&sandbox, |fixture| {
        fixture["exchanges"][0]["response"]["body"]["token_type"] = json!("Bearer");
        fixture["exchanges"][1]["response"]["body"]["id"] = json!(1234567);
        fixture["exchanges"][1]["response"]["body"].as_object_mut().unwrap().remove("user");
    });
    let ran = live(&sandbox, &[], &[]).ended(1);
    let line = |words: &str| {
        ran.stdout.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}:\n{}", ran.stdout))
    };
    line("/exchanges/0/response/body/token_type: gone; it was a text");
    let id = line("/exchanges/1/response/body/id: it was a number and is a text");
    assert!(id.contains("academy-v2.oauth-communication.iml.json:"), "{id}");
    assert!(!ran.stdout.contains("1234567"), "{}", ran.stdout);
    line("/exchanges/1/response/body/user: new: a text");
}

#[test]
fn a_provider_with_altered_answers_is_told_in_every_format() {
    let sandbox = Sandbox::new();
    recorded(&sandbox, |_| ());
    let ran = live(&sandbox, &["--fault", "expires-in-as-text"], &[]).ended(1);
    for index in [0, 3] {
        let words = format!("/exchanges/{index}/response/body/expires_in: it was a number and is a text");
        assert!(ran.stdout.contains(&words), "{}", ran.stdout);
    }
    let ran = live(&sandbox, &["--fault", "json-as-text-plain"], &["--format", "json"]).ended(1).json();
    let told = ran["cases"][0]["differences"].to_string();
    assert!(told.contains("/headers/content-type: it was application/json and is text/plain"), "{told}");
    assert_eq!(ran["cases"][0]["report"], Value::Null, "a report would hold values");
    let ran = live(&sandbox, &["--fault", "error-with-200"], &["--format", "junit"]).ended(1);
    assert!(ran.stdout.contains("<failure>") && ran.stdout.contains("the flow did not come to it"), "{}", ran.stdout);
}

#[test]
fn what_the_fixture_does_not_hold_has_to_be_given() {
    let sandbox = Sandbox::new();
    recorded(&sandbox, |fixture| {
        fixture["inputs"]["parameters"] = json!({"clientId": "academy-demo", "clientSecret": "«clientSecret#1»"});
    });
    let ran = sandbox.run(&["replay", "f", "--live"]).ended(2);
    assert!(ran.stdout.contains("give -p clientSecret=…"), "{}", ran.stdout);
    live(&sandbox, &[], &["-p", "clientSecret=academy-demo-secret"]).ended(0);
    sandbox.run(&["replay", "f", "--live", "--update"]).ended(2);
}
