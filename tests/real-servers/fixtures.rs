//! A flow recorded at a real server: it replays without one, and nothing in the file opens anything.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::Value;

use crate::asked_for;
use crate::browser::Browser;
use crate::person::{consent, log_in};
use crate::server::{CLIENT_SECRET, Server, definition};
use crate::support::Sandbox;

#[test]
fn a_recorded_login_replays_offline_and_holds_no_secret() {
    if !asked_for() {
        return;
    }
    let (sandbox, server, browser) = (Sandbox::new(), Server::start(), Browser::start());
    let definition = definition();
    let further = ["-o", "fixtures/oidc.json", "--steps", "connect,info,refresh,invalidate", "--json", "--reveal"];
    let waiting = server.begin(&sandbox, "record", &definition, &further);
    log_in(&browser, &waiting.url);
    consent(&browser);
    browser.page("Connected");
    let callback = browser.url();
    let report = waiting.finish().ended(0).json();
    assert_eq!(report["outcome"], "recorded");

    let mut secrets = BTreeSet::from([CLIENT_SECRET.to_owned()]);
    let query = url::Url::parse(&callback).unwrap();
    secrets.extend(query.query_pairs().filter(|(name, _)| name == "code").map(|(_, value)| value.into_owned()));
    for step in report["steps"].as_array().unwrap() {
        sent(&step["request"], &mut secrets);
        answered(&step["response"]["body"], &mut secrets);
    }
    // The client's secret plain and in the Basic header; the code; the verifier; two access and two refresh tokens;
    // at least one ID token, since two of the same second are the same.
    assert!(secrets.len() >= 9, "only {} secrets were seen:\n{report:#}", secrets.len());
    let fixture = std::fs::read_to_string(sandbox.path("fixtures/oidc.json")).unwrap();
    for secret in &secrets {
        for (form, name) in forms(secret) {
            assert!(!fixture.contains(&form), "`{secret}` stands in the fixture, {name}:\n{fixture}");
        }
    }

    drop((server, browser));
    let replayed = sandbox.run(&["replay", "fixtures", "--spec", definition.to_str().unwrap()]).ended(0);
    assert!(replayed.stdout.contains("oidc"), "{}", replayed.stdout);
}

/// A secret in every form in which it may travel.
fn forms(secret: &str) -> Vec<(String, &'static str)> {
    let escaped: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let quoted = Value::from(secret).to_string();
    let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        (secret.to_owned(), "as it is"),
        (escaped, "URL-encoded"),
        (quoted[1..quoted.len() - 1].to_owned(), "escaped as in JSON"),
        (hexadecimal.to_uppercase(), "in hexadecimal"),
        (hexadecimal, "in hexadecimal"),
    ];
    // Of Base64 what the secret alone decides, wherever in a group of three bytes it begins (RFC 4648 §4, §5).
    for before in 0..3 {
        let inner = &secret.as_bytes()[(3 - before) % 3..];
        let inner = &inner[..inner.len() / 3 * 3];
        forms.push((STANDARD.encode(inner), "in Base64"));
        forms.push((URL_SAFE.encode(inner), "in Base64 for URLs"));
    }
    forms
}

/// What a request proves itself with.
fn sent(request: &Value, secrets: &mut BTreeSet<String>) {
    if let Some(header) = request["headers"]["authorization"].as_str() {
        secrets.extend(header.split_once(' ').map(|(_, credentials)| credentials.to_owned()));
    }
    let body = request["body"].as_str().unwrap_or_default();
    for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
        if ["code", "code_verifier", "refresh_token", "token"].contains(&name.as_ref()) {
            secrets.insert(value.into_owned());
        }
    }
}

/// The tokens of an answer.
fn answered(body: &Value, secrets: &mut BTreeSet<String>) {
    for key in ["access_token", "refresh_token", "id_token"] {
        secrets.extend(body[key].as_str().map(str::to_owned));
    }
}
