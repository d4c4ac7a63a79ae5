//! `connect` and what follows on a saved connection, against a served Academy, over plain HTTP.

use connspec_provider::academy::{Decision, Person};
use serde_json::json;

use crate::support::Sandbox;

const SECRETS: &[&str] = &["academy-demo-secret"];

#[test]
fn jane_black_allows_and_is_saved_under_her_name() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let waiting = sandbox.start(&["connect", "academy-v2", "--no-browser", "--json", "--map-origin", &served.map()]);
    let page = waiting.consent(Person::JaneBlack, Decision::Allow);
    assert!(page.contains("close"), "the page the browser ends on says that it may be closed:\n{page}");
    let ran = waiting.finish().ended(0).hides(SECRETS);
    let report = ran.json();
    assert_eq!(report["outcome"], "connected");
    assert_eq!(report["error"], json!(null));
    assert_eq!(report["connection"]["name"], "Jane Black");
    assert_eq!(report["connection"]["metadata"], json!({ "type": "text", "value": "Jane Black" }));
    assert_eq!(report["connection"]["scope"], json!(["connect", "read", "write", "delete"]));
    assert_eq!(report["connection"]["data"]["accessToken"], "«accessToken»");
    let blocks: Vec<_> =
        report["steps"].as_array().unwrap().iter().map(|step| step["block"].as_str().unwrap()).collect();
    assert_eq!(blocks, ["authorize", "token", "info"]);
    let token = &report["steps"][1];
    assert_eq!(
        token["request"]["url"], "https://app-academy.make.com/api/v2/token",
        "reports hold the definition's own address"
    );
    assert_eq!(token["response"]["status"], 200);
    for key in ["block", "index", "skipped", "request", "response", "durationMs", "decisions"] {
        assert!(token.get(key).is_some(), "a step has no {key}");
    }
    let info = sandbox.run(&["info", "Jane Black", "--json", "--map-origin", &served.map()]).ended(0).hides(SECRETS);
    assert_eq!(info.json()["outcome"], "valid");
}

#[test]
fn the_browser_comes_back_to_the_path_of_the_switch() {
    // connection.md §4.2, §15: the last segment is the package's name, or the connection's.
    for (value, path) in [("app", "app"), ("connection", "academy-v2"), ("package", "app")] {
        let sandbox = Sandbox::new();
        let served = sandbox.academy(&[]);
        let (map, compat) = (served.map(), format!("callbackPath={value}"));
        let arguments =
            ["connect", "academy-v2", "--no-browser", "--json", "--map-origin", &map, "--compat", compat.as_str()];
        let waiting = sandbox.start(&arguments);
        let back = url::Url::parse(&waiting.redirect_uri()).unwrap();
        assert_eq!(back.path(), format!("/oauth/cb/{path}"), "{value}");
        waiting.consent(Person::JaneBlack, Decision::Allow);
        let report = waiting.finish().ended(0).json();
        let told = report["steps"][0]["decisions"].to_string();
        assert_eq!(told.contains("(switch callbackPath)"), value == "connection", "{told}");
    }
}

#[test]
fn a_denial_is_said_in_words_and_saves_nothing() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let waiting = sandbox.start(&["connect", "academy-v2", "--no-browser", "--map-origin", &served.map()]);
    waiting.consent(Person::JohnDoe, Decision::Deny);
    let ran = waiting.finish().ended(1);
    assert!(ran.stdout.contains("denied"), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("AccessDenied"), "{}", ran.stdout);
    let info = sandbox.run(&["info", "John Doe"]).ended(2);
    assert!(info.stderr.contains("John Doe"), "{}", info.stderr);
}

#[test]
fn refresh_follows_the_condition_force_does_not() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    sandbox.connected(&served, "jane").ended(0);
    let before = sandbox.run(&["token", "jane", "--map-origin", &map]).ended(0).stdout;
    let unchanged = sandbox.run(&["refresh", "jane", "--json", "--map-origin", &map]).ended(0);
    assert_eq!(unchanged.json()["outcome"], "unchanged");
    let refreshed = sandbox.run(&["refresh", "jane", "--force", "--json", "--map-origin", &map]).ended(0);
    assert_eq!(refreshed.json()["outcome"], "refreshed");
    let after = sandbox.run(&["token", "jane", "--map-origin", &map]).ended(0).stdout;
    assert_ne!(before, after);
    assert_eq!(after.lines().count(), 1, "the token and nothing else");
    assert!(!refreshed.stdout.contains(after.trim()) && !refreshed.stderr.contains(after.trim()));
}

#[test]
fn an_invalidated_connection_is_kept_and_marked() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    sandbox.connected(&served, "jane").ended(0);
    let ran = sandbox.run(&["invalidate", "jane", "--json", "--map-origin", &map]).ended(0);
    assert_eq!(ran.json()["outcome"], "invalidated");
    let info = sandbox.run(&["info", "jane", "--json", "--map-origin", &map]).ended(1);
    assert_eq!(info.json()["outcome"], "failed");
}

#[test]
fn an_existing_name_is_refused_without_replace() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    let map = served.map();
    let again =
        sandbox.run(&["connect", "academy-v2", "--no-browser", "--name", "jane", "--map-origin", &map]).ended(2);
    assert!(
        again.stdout.contains("--replace") || again.stderr.contains("--replace"),
        "{}{}",
        again.stdout,
        again.stderr
    );
}

#[test]
fn a_forged_state_is_refused_and_does_not_spoil_the_attempt() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let waiting =
        sandbox.start(&["connect", "academy-v2", "--no-browser", "--name", "jane", "--map-origin", &served.map()]);
    let back = waiting.redirect_uri();
    for forged in [format!("{back}?code=stolen&state=000000000000000000000000"), format!("{back}?code=stolen")] {
        let page = waiting.visit(&forged);
        assert!(page.to_lowercase().contains("state"), "{page}");
    }
    waiting.consent(Person::JaneBlack, Decision::Allow);
    waiting.finish().ended(0);
}

#[test]
fn a_callback_that_never_comes_ends_in_time() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let waiting = sandbox.start(&[
        "connect",
        "academy-v2",
        "--no-browser",
        "--timeout",
        "1",
        "--json",
        "--map-origin",
        &served.map(),
    ]);
    let report = waiting.finish().ended(1).json();
    assert_eq!(report["error"]["type"], "CallbackTimeout");
}

#[test]
fn ctrl_c_ends_with_130_and_leaves_nothing_half_written() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let waiting =
        sandbox.start(&["connect", "academy-v2", "--no-browser", "--name", "jane", "--map-origin", &served.map()]);
    waiting.signal("INT");
    waiting.finish().ended(130);
    sandbox.connected(&served, "jane").ended(0);
}

#[test]
fn errors_that_check_finds_are_announced_and_stop_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "acme.json",
        r#"{ "url": "https://api.acme.test/{{body.x[0]}}", "headers": { "a": "{{parameters.y[0]}}" } }"#,
    );
    let ran = sandbox.run(&["connect", "acme.json", "--dry-run"]).ended(0);
    let line = "check finds 2 errors in this definition; to see them: `connspec check acme.json`";
    assert!(ran.stderr.lines().next() == Some(line), "{}", ran.stderr);
    let piped = sandbox
        .run_with_input(&["connect", "-", "--dry-run"], r#"{ "url": "https://a.test/{{parameters.y[0]}}" }"#)
        .ended(0);
    assert!(piped.stderr.contains("check finds 1 error in this definition"), "{}", piped.stderr);
    let clean = sandbox.run(&["connect", "academy-v2", "--dry-run"]).ended(0);
    assert!(!clean.stderr.contains("check finds"), "{}", clean.stderr);
}

/// A mapping for an origin that is never asked would leave the requests to the real provider, secrets included.
#[test]
fn a_misspelt_origin_is_refused_before_anything_is_sent() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let misspelt = format!("https://app-academy.maek.com={}", served.url);
    let connect = ["connect", "academy-v2", "--no-browser", "--no-save", "--timeout", "1", "--map-origin"];
    let ran = sandbox.run(&[&connect[..], &[&misspelt]].concat()).ended(2);
    let words = "the definition names no https://app-academy.maek.com";
    assert!(ran.stderr.contains(words) && !ran.stderr.contains("Open: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("did you mean https://app-academy.make.com?"), "{}", ran.stderr);
    let ran = sandbox.run(&[&connect[..], &["https://elsewhere.example=http://127.0.0.1:1"]].concat()).ended(2);
    assert!(ran.stderr.contains("it talks to https://app-academy.make.com"), "{}", ran.stderr);
    sandbox.connected(&served, "jane").ended(0);
    for command in [
        vec!["info", "jane"],
        vec!["token", "jane"],
        vec!["connections", "remove", "jane"],
        vec!["record", "academy-v2", "-o", "x.json"],
    ] {
        let ran = sandbox.run(&[&command[..], &["--map-origin", &misspelt]].concat()).ended(2);
        assert!(ran.stderr.contains(words), "{command:?}: {}", ran.stderr);
    }
    // What is asked for besides may be mapped as well, and what the definition's own address leads to.
    let other = format!("https://other.example={}", served.url);
    let besides = [
        "request",
        "jane",
        "GET",
        "https://other.example/healthz",
        "--any-host",
        "--map-origin",
        &served.map(),
        "--map-origin",
        &other,
    ];
    let ran = sandbox.run(&besides).ended(0);
    assert!(!ran.stderr.contains("never used"), "{}", ran.stderr);
}

/// Where an address comes out of an expression, only the end tells.
#[test]
fn a_mapping_that_was_never_used_is_told() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.write("one.json", r#"{ "url": "https://{{parameters.host}}/healthz", "response": { "uid": "me" } }"#);
    let connect = ["connect", "one.json", "--no-save", "-p", "host=api.acme.test", "--map-origin"];
    let right = format!("https://api.acme.test={}", served.url);
    let ran = sandbox.run(&[&connect[..], &[&right]].concat()).ended(0);
    assert!(!ran.stderr.contains("never used"), "{}", ran.stderr);
    let wrong = "https://api.amce.test=http://127.0.0.1:1";
    let ran = sandbox.run(&[&connect[..], &[&right, "--map-origin", wrong]].concat()).ended(0);
    let words = format!("--map-origin {wrong} was never used: no request went to https://api.amce.test");
    assert!(ran.stderr.contains(&words), "{}", ran.stderr);
    let ran = sandbox.run(&[&connect[..], &[wrong]].concat()).ended(1);
    assert!(ran.stderr.contains("was never used"), "{}", ran.stderr);
}
