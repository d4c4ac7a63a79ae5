//! A login that Chromium went through and Playwright wrote down: imported, it is a fixture that replays.

use std::process::Command;

use serde_json::Value;

use crate::asked_for;
use crate::server::folder;
use crate::support::{ACADEMY, Sandbox};

#[test]
fn a_har_of_a_login_in_chromium_imports_to_a_fixture_that_replays() {
    if !asked_for() {
        return;
    }
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let har = sandbox.path("login.har");
    let node = Command::new("node").arg(folder().join("har.mjs")).arg(&served.url).arg(&har).output().unwrap();
    assert!(node.status.success(), "{}", String::from_utf8_lossy(&node.stderr));
    assert_eq!(String::from_utf8_lossy(&node.stdout).trim(), "Jane Black");

    let map = format!("{ACADEMY}={}", served.url);
    let import =
        ["import", "har", "login.har", "-o", "fixtures/login.json", "--spec", "academy-v2", "--map-origin", &map];
    sandbox.run(&import).ended(0);
    let text = std::fs::read_to_string(sandbox.path("fixtures/login.json")).unwrap();
    let fixture: Value = serde_json::from_str(&text).unwrap();
    let sent: Vec<&str> = fixture["exchanges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|exchange| exchange["request"]["url"].as_str().unwrap())
        .collect();
    assert_eq!(sent, [format!("{ACADEMY}/api/v2/token"), format!("{ACADEMY}/api/v2/info")]);

    // What opens something stands in the file of the browser and not in the fixture.
    let recorded: Value = serde_json::from_str(&std::fs::read_to_string(&har).unwrap()).unwrap();
    let mut secrets = vec!["academy-demo-secret".to_owned(), "state-of-the-browser-1".to_owned()];
    for entry in recorded["log"]["entries"].as_array().unwrap() {
        let url = url::Url::parse(entry["request"]["url"].as_str().unwrap()).unwrap();
        secrets.extend(url.query_pairs().filter(|(name, _)| name == "code").map(|(_, code)| code.into_owned()));
        let answer = entry["response"]["content"]["text"].as_str().unwrap_or_default();
        let answer: Value = serde_json::from_str(answer).unwrap_or_default();
        let tokens = ["access_token", "refresh_token"].map(|key| answer[key].as_str().map(str::to_owned));
        secrets.extend(tokens.into_iter().flatten());
    }
    assert!(secrets.len() >= 5, "the file holds a code and two tokens: {} secrets", secrets.len());
    for secret in &secrets {
        assert!(!text.contains(secret.as_str()), "`{secret}` stands in the fixture:\n{text}");
    }

    drop(served);
    let replayed = sandbox.run(&["replay", "fixtures"]).ended(0);
    assert!(replayed.stdout.contains("1 passed, 0 failed"), "{}", replayed.stdout);
}
