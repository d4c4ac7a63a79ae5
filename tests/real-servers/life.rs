//! The life of a connection at a real authorization server: made in a browser, renewed, revoked.

use serde_json::json;

use crate::asked_for;
use crate::browser::Browser;
use crate::person::{connected, consent, log_in};
use crate::server::{CLIENT_SECRET, Server, definition};
use crate::support::Sandbox;

#[test]
fn the_definition_is_clean() {
    Sandbox::new().run(&["check", definition().to_str().unwrap(), "--deny", "info"]).ended(0);
}

#[test]
fn jane_connects_in_a_browser_renews_and_revokes() {
    if !asked_for() {
        return;
    }
    let (sandbox, server, browser) = (Sandbox::new(), Server::start(), Browser::start());

    let waiting = server.begin(&sandbox, "connect", &definition(), &["--json", "--verbose"]);
    log_in(&browser, &waiting.url);
    consent(&browser);
    let page = browser.page("Connected");
    assert!(page.contains("The connection is made. You may close this page."), "{page}");
    let callback = url::Url::parse(&browser.url()).unwrap();
    let answered =
        |key: &str| callback.query_pairs().find(|(name, _)| name == key).map(|(_, value)| value.into_owned());
    assert_eq!(answered("iss"), Some(server.url.clone()), "the issuer is told (RFC 9207), and was accepted");
    let code = answered("code").unwrap();

    let ran = waiting.finish().ended(0).hides(&[CLIENT_SECRET, &code]);
    let name = "jane.black@example.com";
    let report = ran.json();
    assert_eq!(report["outcome"], "connected");
    assert_eq!(report["connection"]["name"], name);
    assert_eq!(report["connection"]["uid"], "jane");
    assert_eq!(report["connection"]["scope"], json!(["openid", "offline_access", "profile", "email"]));

    let first = server.token(&sandbox, name);
    assert!(!ran.stdout.contains(&first) && !ran.stderr.contains(&first));
    assert_eq!(server.run(&sandbox, &["info", name, "--json"]).ended(0).json()["outcome"], "valid");
    assert_eq!(server.run(&sandbox, &["refresh", name, "--json"]).ended(0).json()["outcome"], "unchanged");
    assert_eq!(server.run(&sandbox, &["refresh", name, "--force", "--json"]).ended(0).json()["outcome"], "refreshed");
    assert_eq!(server.run(&sandbox, &["refresh", name, "--force", "--json"]).ended(0).json()["outcome"], "refreshed");
    let second = server.token(&sandbox, name);
    assert_ne!(first, second);
    assert_eq!(server.userinfo(&second).status, 200);

    assert_eq!(server.run(&sandbox, &["invalidate", name, "--json"]).ended(0).json()["outcome"], "invalidated");
    assert_eq!(server.userinfo(&second).status, 401, "revoking the refresh token ended what it had given");
    let info = server.run(&sandbox, &["info", name, "--json"]).ended(1).json();
    assert_eq!(info["outcome"], "failed");
}

/// A copy of a connection on a second machine presents a refresh token that the first machine has used: the server
/// takes that for theft and revokes everything (RFC 9700 §4.14.2).
#[test]
fn a_refresh_token_presented_twice_ends_the_family_and_a_new_login_mends_it() {
    if !asked_for() {
        return;
    }
    let (sandbox, server, browser) = (Sandbox::new(), Server::start(), Browser::start());
    connected(&server, &sandbox, &definition(), &browser);
    sandbox.write("passphrase", "correct horse battery staple");
    let backup = ["connections", "export", "jane", "-o", "jane.backup", "--passphrase", "@passphrase"];
    sandbox.run(&backup).ended(0);
    server.run(&sandbox, &["refresh", "jane", "--force"]).ended(0);
    let restore = ["connections", "import", "jane.backup", "--name", "copy", "--passphrase", "@passphrase"];
    sandbox.run(&restore).ended(0);

    let reused = server.run(&sandbox, &["refresh", "copy", "--force", "--json"]).ended(1).json();
    assert_eq!(reused["error"]["type"], "InvalidAccessTokenError");
    let message = reused["error"]["message"].as_str().unwrap();
    assert!(message.contains("(invalid_grant). Connect again; run `connspec reauthorize 'copy'`"), "{message}");

    let info = server.run(&sandbox, &["info", "jane", "--json"]).ended(1).json();
    assert_eq!(info["error"]["type"], "InvalidAccessTokenError", "the winner's access token went with the family");
    let refresh = server.run(&sandbox, &["refresh", "jane", "--force", "--json"]).ended(1).json();
    assert_eq!(refresh["error"]["type"], "InvalidAccessTokenError", "and so did its refresh token");
    let hint = server.run(&sandbox, &["refresh", "jane", "--force"]).ended(1);
    assert!(hint.stdout.contains("connspec reauthorize 'jane'"), "{}{}", hint.stdout, hint.stderr);

    let map = server.map();
    let waiting = sandbox.start(&["reauthorize", "jane", "--no-browser", "--map-origin", &map]);
    browser.open(&waiting.url);
    consent(&browser);
    browser.page("Connected");
    waiting.finish().ended(0);
    assert_eq!(server.run(&sandbox, &["info", "jane", "--json"]).ended(0).json()["outcome"], "valid");
}

/// Every process finds the connection due at the same moment. Were the same refresh token sent twice, the server
/// would revoke the winner's tokens as well.
#[test]
fn eight_processes_that_refresh_at_once_keep_the_connection_alive() {
    if !asked_for() {
        return;
    }
    let (sandbox, server, browser) = (Sandbox::new(), Server::start(), Browser::start());
    let text = std::fs::read_to_string(definition()).unwrap();
    // Due whenever less than two minutes are left; tokens of this server live for one.
    let eager = sandbox.write("eager.json", &text.replace("addSeconds(now, 20)", "addMinutes(now, 2)"));
    connected(&server, &sandbox, &eager, &browser);
    let first = server.token(&sandbox, "jane");
    let map = server.map();
    let running: Vec<_> = (0..8)
        .map(|_| {
            let mut command = sandbox.command(&["token", "jane", "--map-origin", &map]);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for process in running {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let last = server.token(&sandbox, "jane");
    assert_ne!(first, last);
    assert_eq!(server.userinfo(&last).status, 200, "the family lives");
}
