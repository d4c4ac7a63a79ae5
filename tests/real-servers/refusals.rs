//! What goes wrong with a real server, and the words for it.

use crate::asked_for;
use crate::browser::Browser;
use crate::person::{consent, log_in};
use crate::server::{CLIENT_SECRET, Server, definition};
use crate::support::Sandbox;

#[test]
fn a_person_who_cancels_is_told_so_and_nothing_is_saved() {
    if !asked_for() {
        return;
    }
    let (sandbox, server, browser) = (Sandbox::new(), Server::start(), Browser::start());
    let waiting = server.begin(&sandbox, "connect", &definition(), &["--json"]);
    log_in(&browser, &waiting.url);
    browser.page("Authorize");
    browser.press("a[href$=abort]");
    let page = browser.page("Access denied");
    assert!(page.contains("Nothing was connected. You may close this page."), "{page}");
    let report = waiting.finish().ended(1).hides(&[CLIENT_SECRET]).json();
    assert_eq!(report["outcome"], "failed");
    assert_eq!(report["error"]["type"], "AccessDenied");
    let message = report["error"]["message"].as_str().unwrap();
    assert!(message.contains("End-User aborted interaction"), "the server's own words are passed on: {message}");
    assert_eq!(sandbox.run(&["connections", "--json"]).ended(0).json()["connections"], serde_json::json!([]));
}

/// The server keeps the browser and says nothing to the client (RFC 6749 §4.1.2.1), which can only wait.
#[test]
fn a_redirect_uri_that_is_not_registered_is_named_when_the_wait_ends() {
    if !asked_for() {
        return;
    }
    let (sandbox, server, browser) = (Sandbox::new(), Server::start(), Browser::start());
    let elsewhere = "http://127.0.0.1:9/elsewhere";
    let further = ["--json", "--redirect-uri", elsewhere, "--timeout", "1"];
    let waiting = server.begin(&sandbox, "connect", &definition(), &further);
    browser.open(&waiting.url);
    let page = browser.page("oops! something went wrong");
    assert!(page.contains("redirect_uri did not match any of the client's registered redirect_uris"), "{page}");
    let report = waiting.finish().ended(1).json();
    assert_eq!(report["error"]["type"], "CallbackTimeout");
    let message = report["error"]["message"].as_str().unwrap();
    assert!(message.contains(elsewhere), "the address to register is named: {message}");
}

#[test]
fn a_verifier_that_does_not_fit_its_challenge_is_refused_in_the_servers_words() {
    if !asked_for() {
        return;
    }
    let (sandbox, server, browser) = (Sandbox::new(), Server::start(), Browser::start());
    let text = std::fs::read_to_string(definition()).unwrap();
    let broken = text.replace(
        r#""code_verifier": "{{temp.codeVerifier}}""#,
        r#""code_verifier": "{{replace(temp.codeVerifier, '-', '_')}}""#,
    );
    assert_ne!(broken, text);
    let broken = sandbox.write("broken.json", &broken);
    let waiting = server.begin(&sandbox, "connect", &broken, &["--json"]);
    log_in(&browser, &waiting.url);
    consent(&browser);
    let page = browser.page("Not connected");
    assert!(page.contains("You may close this page."), "{page}");
    let report = waiting.finish().ended(1).hides(&[CLIENT_SECRET]).json();
    let error = &report["error"];
    assert_eq!((error["block"].as_str(), error["type"].as_str()), (Some("token"), Some("RuntimeError")));
    assert_eq!(error["message"], "[400] invalid_grant: grant request is invalid");
    let steps = report["steps"].as_array().unwrap();
    assert_eq!(steps.last().unwrap()["response"]["status"], 400);
    assert_eq!(sandbox.run(&["connections", "--json"]).ended(0).json()["connections"], serde_json::json!([]));
}
