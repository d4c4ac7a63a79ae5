//! Saved connections when something is wrong: the key, the place, the account, a refresh refused for good.

use connspec_provider::academy::{Decision, Person};

use crate::support::Sandbox;

#[test]
fn a_wrong_key_is_told_with_where_it_came_from_and_the_ways_on() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    let key = sandbox.path("data/connspec/key");
    let forget = "connspec connections remove 'jane' --no-invalidate";
    let commands = [&["token", "jane"][..], &["info", "jane"], &["connections", "show", "jane"]];
    let with_key = |arguments: &[&str], key: &str| {
        let output = sandbox.command(arguments).env("CONNSPEC_KEY", key).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    for arguments in commands {
        let said = with_key(arguments, &"00".repeat(32));
        for part in ["the key came from CONNSPEC_KEY", &key.display().to_string(), forget] {
            assert!(said.contains(part), "{arguments:?}, {part}: {said}");
        }
        let said = with_key(arguments, "abc");
        assert!(said.contains("CONNSPEC_KEY cannot be used") && said.contains("32 bytes"), "{said}");
        assert!(!said.contains("abc"), "{said}");
    }
    std::fs::write(&key, "00".repeat(32)).unwrap();
    for arguments in commands {
        let said = sandbox.run(arguments).ended(2).stderr;
        let from = format!("the key came from the key file {}", key.display());
        for part in [&from, "set CONNSPEC_KEY", forget] {
            assert!(said.contains(part), "{arguments:?}, {part}: {said}");
        }
    }
    sandbox.run(&["connections", "remove", "jane", "--no-invalidate"]).ended(0);
}

#[test]
fn what_only_looks_makes_no_store() {
    let sandbox = Sandbox::new();
    for (url, path) in [("sqlite:none.db", "none.db"), ("file:none", "none"), ("sqlite:a/b/none.db", "a")] {
        for arguments in [
            &["connections"][..],
            &["connections", "list", "--json"],
            &["connections", "show", "jane"],
            &["connections", "export", "jane", "--reveal"],
            &["connections", "remove", "jane"],
            &["token", "jane"],
            &["info", "jane"],
            &["refresh", "jane"],
            &["request", "jane", "GET", "/x"],
        ] {
            let said = sandbox.run(&[arguments, &["--store", url]].concat()).ended(2).stderr;
            assert!(said.contains("there is no store at") && said.contains("--store"), "{arguments:?}: {said}");
            assert!(!sandbox.path(path).exists(), "{arguments:?} made {path}");
        }
    }
    // In the usual place there may well be none yet.
    let list = sandbox.run(&["connections", "--json"]).ended(0).json();
    assert_eq!(list["connections"], serde_json::json!([]));
    let token = sandbox.run(&["token", "jane"]).ended(2).stderr;
    assert!(token.contains("nothing is saved yet"), "{token}");
    assert!(!sandbox.path("data").exists(), "neither a store nor a key");
}

#[test]
fn a_connection_is_not_given_to_another_account() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    sandbox.connected(&served, "jane").ended(0);
    let mine = sandbox.run(&["connections", "show", "jane", "--reveal"]).ended(0).stdout;
    let again = |arguments: &[&str]| {
        let always = ["reauthorize", "jane", "--no-browser", "--map-origin", &map];
        let waiting = sandbox.start(&[&always[..], arguments].concat());
        waiting.consent(Person::JohnDoe, Decision::Allow);
        waiting.finish()
    };
    let refused = again(&[]).ended(1);
    let said = refused.stdout + &refused.stderr;
    assert!(said.contains("belongs to another account") && said.contains("--any-account"), "{said}");
    assert_eq!(sandbox.run(&["connections", "show", "jane", "--reveal"]).ended(0).stdout, mine);
    sandbox.run(&["token", "John Doe"]).ended(0);
    let report = again(&["--json"]).ended(1).json();
    assert_eq!(report["connection"]["name"], "John Doe", "{report:#}");
    again(&["--any-account"]).ended(0);
    assert_ne!(sandbox.run(&["connections", "show", "jane", "--reveal"]).ended(0).stdout, mine);
}

#[test]
fn a_connection_refused_for_good_says_so_while_its_token_lasts() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    assert!(!sandbox.run(&["token", "jane"]).ended(0).stderr.contains("reauthorize"));
    let sealing = connspec_store::KeySource::File(sandbox.path("data/connspec/key")).resolve().unwrap();
    let url = format!("sqlite:{}", sandbox.path("data/connspec/connections.db").display());
    crate::support::block_on(async {
        let store = connspec_store::open(&url, sealing).await.unwrap();
        let mut connection = store.load("jane").await.unwrap();
        connection.data.insert("refreshToken".into(), "no-token-of-theirs".into());
        store.save(&connection).await.unwrap();
        store.close().await;
    });
    sandbox.run(&["refresh", "jane", "--force"]).ended(1);
    drop(served);
    let refresh = sandbox.run(&["refresh", "jane"]).ended(1);
    let said = refresh.stdout + &refresh.stderr;
    assert!(said.contains("connspec reauthorize 'jane'") && !said.contains("unchanged"), "{said}");
    let token = sandbox.run(&["token", "jane"]).ended(0);
    assert_eq!(token.stdout.lines().count(), 1);
    assert!(token.stderr.contains("connspec reauthorize 'jane'"), "{}", token.stderr);
}
