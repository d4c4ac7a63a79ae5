//! Saved connections: listed, shown, used for a request, exported, imported, removed; nothing readable on disk.

use serde_json::json;

use crate::support::Sandbox;

#[test]
fn a_saved_connection_is_listed_and_shown_without_its_secrets() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    let token = sandbox.run(&["token", "jane", "--map-origin", &served.map()]).ended(0).stdout.trim().to_owned();
    let list = sandbox.run(&["connections", "--json"]).ended(0).json();
    assert_eq!(list["connections"][0]["name"], "jane");
    assert_eq!(list["next"], json!(null));
    let table = sandbox.run(&["connections"]).ended(0).hides(&[&token]).stdout;
    assert!(table.contains("jane") && table.contains("Jane Black") && table.contains("academy-v2"), "{table}");
    let shown = sandbox.run(&["connections", "show", "jane", "--json"]).ended(0).hides(&[&token]).json();
    assert_eq!(shown["data"]["accessToken"], "«accessToken»");
    let revealed = sandbox.run(&["connections", "show", "jane", "--json", "--reveal"]).ended(0).json();
    assert_eq!(revealed["data"]["accessToken"], token);
    for entry in walk(&sandbox.path("data")) {
        let bytes = std::fs::read(&entry).unwrap();
        let found = bytes.windows(token.len()).any(|window| window == token.as_bytes());
        assert!(!found, "the token stands readable in {}", entry.display());
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn an_export_is_sealed_and_imports_under_its_passphrase_only() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    let token = sandbox.run(&["token", "jane", "--map-origin", &served.map()]).ended(0).stdout.trim().to_owned();
    sandbox.write("right", "correct horse");
    sandbox.write("wrong", "battery staple");
    sandbox.run(&["connections", "export", "jane", "-o", "jane.json", "--passphrase", "@right"]).ended(0);
    assert!(!std::fs::read_to_string(sandbox.path("jane.json")).unwrap().contains(&token));
    sandbox.run(&["connections", "import", "jane.json", "--passphrase", "@wrong", "--name", "other"]).ended(2);
    let taken = sandbox.run(&["connections", "import", "jane.json", "--passphrase", "@right"]).ended(2);
    assert!(taken.stderr.contains("--name"), "{}", taken.stderr);
    sandbox.run(&["connections", "import", "jane.json", "--passphrase", "@right", "--name", "other"]).ended(0);
    let other = sandbox.run(&["token", "other", "--map-origin", &served.map()]).ended(0).stdout;
    assert_eq!(other.trim(), token);
    let shell_history = sandbox.run(&["connections", "export", "jane", "--passphrase", "plain"]).ended(2);
    assert!(shell_history.stderr.contains("history"), "{}", shell_history.stderr);
}

#[test]
fn a_readable_export_imports_as_it_is_and_replaces_on_purpose_only() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    let token = sandbox.run(&["token", "jane"]).ended(0).stdout.trim().to_owned();
    sandbox.run(&["connections", "export", "jane", "--reveal", "-o", "jane.json"]).ended(0);
    let text = std::fs::read_to_string(sandbox.path("jane.json")).unwrap();
    assert!(text.contains(&token), "{text}");
    let taken = sandbox.run(&["connections", "import", "jane.json"]).ended(2);
    assert!(taken.stderr.contains("--name") && taken.stderr.contains("--replace"), "{}", taken.stderr);
    sandbox.run(&["connections", "import", "jane.json", "--name", "other"]).ended(0);
    // Also what it needs to refresh, and where its provider is.
    sandbox.run(&["refresh", "other", "--force"]).ended(0);
    sandbox.run(&["connections", "import", "jane.json", "--replace"]).ended(0);
    assert_eq!(sandbox.run(&["token", "jane"]).ended(0).stdout.trim(), token);
    let shown = sandbox.write("shown.json", &sandbox.run(&["connections", "show", "jane", "--json"]).ended(0).stdout);
    let refused = sandbox.run(&["connections", "import", shown.to_str().unwrap()]).ended(2);
    assert!(refused.stderr.contains("exported connection"), "{}", refused.stderr);
}

#[test]
fn removing_tells_the_provider_and_is_not_stopped_by_it() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    sandbox.connected(&served, "jane").ended(0);
    sandbox.run(&["connections", "remove", "jane", "--map-origin", &map]).ended(0);
    sandbox.run(&["connections", "show", "jane"]).ended(2);
    sandbox.connected(&served, "jane").ended(0);
    drop(served);
    let ran = sandbox.run(&["connections", "remove", "jane", "--map-origin", &map]).ended(0);
    assert!(ran.stderr.contains("the provider was not told"), "{}", ran.stderr);
    sandbox.run(&["connections", "show", "jane"]).ended(2);
}

#[test]
fn a_request_goes_out_with_a_fresh_token() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    sandbox.connected(&served, "jane").ended(0);
    let url = "https://app-academy.make.com/api/v2/movies";
    let movies = sandbox.run(&["request", "jane", "get", url, "--map-origin", &map]).ended(0);
    assert!(movies.json().as_array().is_some_and(|movies| !movies.is_empty()), "{}", movies.stdout);
    let report = sandbox.run(&["request", "jane", "GET", url, "--json", "--map-origin", &map]).ended(0).json();
    assert_eq!(report["steps"].as_array().unwrap().len(), 1);
    assert_eq!(report["steps"][0]["response"]["status"], 200);
}

#[test]
fn the_key_rotates_and_a_wrong_key_changes_nothing() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    sandbox.connected(&served, "jane").ended(0);
    sandbox.run(&["store", "rotate-key"]).ended(0);
    sandbox.run(&["token", "jane", "--map-origin", &map]).ended(0);
    let mut command = sandbox.command(&["token", "jane", "--map-origin", &map]);
    let wrong = command.env("CONNSPEC_KEY", "00".repeat(32)).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("key"));
    sandbox.run(&["token", "jane", "--map-origin", &map]).ended(0);
}

#[test]
fn a_dry_run_shows_every_request_and_sends_none() {
    let ran =
        Sandbox::new().run(&["connect", "academy-v2", "--dry-run", "--json"]).ended(0).hides(&["academy-demo-secret"]);
    let report = ran.json();
    let blocks: Vec<_> =
        report["steps"].as_array().unwrap().iter().map(|step| step["block"].as_str().unwrap()).collect();
    assert_eq!(blocks, ["authorize", "token", "info", "refresh", "invalidate"]);
    assert!(report["steps"].as_array().unwrap().iter().all(|step| step["response"].is_null()));
}

#[test]
fn a_skeleton_is_a_fixture_to_fill_in() {
    let sandbox = Sandbox::new();
    sandbox.run(&["record", "academy-v2", "-o", "skeleton.json", "--skeleton", "--steps", "connect,refresh"]).ended(0);
    let unfilled = sandbox.run(&["replay", "skeleton.json"]).ended(2);
    assert!(unfilled.stdout.contains("not filled in"), "{}", unfilled.stdout);
    let text = std::fs::read_to_string(sandbox.path("skeleton.json")).unwrap();
    sandbox.write("filled.json", &text.replace("\"to be filled in\"", "{}"));
    sandbox.run(&["replay", "filled.json"]).ended(0);

    // Calls of the API stand in it as they would be sent.
    let steps = ["--steps", "connect,request", "--request", "GET /movies"];
    sandbox.run(&[&["record", "academy-v2", "-o", "calls.json", "--skeleton"], &steps[..]].concat()).ended(0);
    let text = std::fs::read_to_string(sandbox.path("calls.json")).unwrap();
    let mut fixture: serde_json::Value = serde_json::from_str(&text).unwrap();
    let last = fixture["exchanges"].as_array().unwrap().last().unwrap();
    assert_eq!(last["block"], "request");
    assert_eq!(last["request"]["url"], "https://app-academy.make.com/api/v2/movies");
    assert_eq!(last["request"]["headers"]["authorization"], "Bearer «accessToken#1»");
    // A call looks whether the tokens have ended, so their lives have to be filled in.
    for name in ["expires_in", "refresh_expires_in"] {
        fixture["exchanges"][0]["response"]["body"][name] = 3600.into();
    }
    fixture["expect"] = serde_json::json!({});
    sandbox.write("calls.json", &fixture.to_string());
    sandbox.run(&["replay", "calls.json"]).ended(0);
}

/// The same of every bundled definition: what it would send is what it sends once the answers are filled in.
#[test]
fn every_bundled_definition_has_a_skeleton_that_replays_once_it_is_filled_in() {
    let sandbox = Sandbox::new();
    let listed = sandbox.run(&["specs", "list"]).ended(0).stdout;
    let names: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() >= 12, "{listed}");
    for name in names.into_iter().filter(|name| connspec_spec::bundled::find(name).is_some()) {
        let parameters: Vec<String> =
            parameters_of(name).iter().map(|field| format!("{field}=value-of-{field}")).collect();
        let file = format!("{name}.json");
        let mut command = vec!["record", name, "-o", &file, "--skeleton"];
        command.extend(parameters.iter().flat_map(|given| ["-p", given.as_str()]));
        let ran = sandbox.run(&command).ended(0);
        assert!(!ran.stderr.contains("not in it"), "{name}: {}", ran.stderr);
        let text = std::fs::read_to_string(sandbox.path(&file)).unwrap();
        sandbox.write(&file, &text.replace("\"to be filled in\"", "{}"));
        let ran = sandbox.run(&["replay", &file]);
        assert!(ran.status.success(), "{name}: {}\n{text}", ran.stdout);
    }
}

/// The fields of a bundled definition's form.
fn parameters_of(name: &str) -> Vec<String> {
    let definition = connspec_spec::bundled::bundled(name).unwrap().definition;
    definition.parameters.fields.iter().map(|field| field.name.clone()).filter(|name| !name.is_empty()).collect()
}

#[test]
fn the_mapping_is_remembered_and_the_same_account_is_renewed() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    for _ in 0..2 {
        let map = served.map();
        let waiting = sandbox.start(&["connect", "academy-v2", "--no-browser", "--map-origin", &map]);
        waiting.consent(connspec_provider::academy::Person::JaneBlack, connspec_provider::academy::Decision::Allow);
        waiting.finish().ended(0);
    }
    let list = sandbox.run(&["connections", "--json"]).ended(0).json();
    assert_eq!(list["connections"].as_array().unwrap().len(), 1, "{list:#}");
    sandbox.run(&["info", "Jane Black"]).ended(0);
}

#[test]
fn credentials_stay_with_the_hosts_of_the_definition() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    let elsewhere = sandbox.run(&["request", "jane", "GET", &format!("{}/api/v2/movies", served.url)]).ended(2);
    assert!(elsewhere.stderr.contains("--any-host"), "{}", elsewhere.stderr);
    let missing = sandbox.run(&["request", "jane", "GET", "https://app-academy.make.com/api/v2/nothing"]).ended(1);
    assert!(missing.stderr.contains("404"), "{}", missing.stderr);
    // The exit code does not depend on how the answer is shown.
    let address = "https://app-academy.make.com/api/v2/nothing";
    let told = sandbox.run(&["request", "jane", "GET", address, "--json"]).ended(1);
    assert!(told.stderr.contains("404"), "{}", told.stderr);
    let report = told.json();
    assert_eq!((&report["outcome"], &report["error"]), (&json!("requested"), &json!(null)), "{report:#}");
    assert_eq!(report["steps"][0]["response"]["status"], 404);
}

#[test]
fn an_invalidated_connection_is_not_used_any_more() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    sandbox.run(&["invalidate", "jane"]).ended(0);
    for command in ["token", "refresh", "info"] {
        let ran = sandbox.run(&[command, "jane"]).ended(1);
        let words = ran.stdout + &ran.stderr;
        assert!(words.contains("was invalidated on") && words.contains("reauthorize 'jane'"), "{command}: {words}");
    }
}

/// A process died between `presented` and the saved answer: the next one says so, whatever it is asked for.
#[test]
fn after_a_crash_the_next_run_says_what_happened() {
    use connspec_store::{KeySource, Presented};
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    let sealing = KeySource::File(sandbox.path("data/connspec/key")).resolve().unwrap();
    let url = format!("sqlite:{}", sandbox.path("data/connspec/connections.db").display());
    let crash = || {
        crate::support::block_on(async {
            let store = connspec_store::open(&url, sealing.clone()).await.unwrap();
            let mut connection = store.load("jane").await.unwrap();
            let at = 1_700_000_000_000; // 2023-11-14 22:13:20 UTC
            connection.refresh.presented =
                Some(Presented { at, holder: "process 7".into(), attempt: 1, unanswered_since: None });
            connection.data.insert("expires".into(), "2023-11-14T22:13:20.000Z".into());
            store.save(&connection).await.unwrap();
            store.close().await;
        });
    };
    let says = "the refresh sent on 2023-11-14 22:13:20 UTC was never answered";
    crash();
    let shown = sandbox.run(&["connections", "show", "jane"]).ended(0).stdout;
    assert!(shown.contains("refreshes.unanswered") && shown.contains("2023-11-14 22:13:20 UTC"), "{shown}");
    let plain = sandbox.run(&["refresh", "jane", "--force"]).ended(0);
    assert!(plain.stdout.contains(says), "{}{}", plain.stdout, plain.stderr);
    crash();
    let json = sandbox.run(&["refresh", "jane", "--force", "--json"]).ended(0);
    assert!(json.stderr.contains(says), "{}", json.stderr);
    let report = json.json();
    let step = report["steps"].as_array().unwrap().iter().find(|step| step["block"] == "refresh").unwrap();
    let decisions = step["decisions"].to_string();
    assert!(decisions.contains("its answer was never saved"), "{decisions}");
    crash();
    let token = sandbox.run(&["token", "jane"]).ended(0);
    assert!(token.stderr.contains(says) && token.stdout.trim().lines().count() == 1, "{}", token.stderr);
    let quiet = sandbox.run(&["refresh", "jane", "--force"]).ended(0);
    assert!(!(quiet.stdout + &quiet.stderr).contains("never answered"), "once it is answered nothing is said");
}

/// Whom one talks to is nobody else's business; a file that is there keeps its mode.
#[cfg(unix)]
#[test]
fn a_log_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    let mode = || std::fs::metadata(sandbox.path("log.txt")).unwrap().permissions().mode() & 0o777;
    sandbox.run(&["info", "jane", "--log-file", "log.txt"]).ended(0);
    assert_eq!(mode(), 0o600);
    assert!(std::fs::read_to_string(sandbox.path("log.txt")).unwrap().contains("/api/v2/info"));
    std::fs::set_permissions(sandbox.path("log.txt"), std::fs::Permissions::from_mode(0o640)).unwrap();
    sandbox.run(&["info", "jane", "--log-file", "log.txt"]).ended(0);
    assert_eq!(mode(), 0o640);
}

/// What a connection without tokens proves itself with is printed, and said to be that.
#[test]
fn the_token_of_a_connection_with_a_key_is_the_key() {
    let sandbox = Sandbox::new();
    let served = sandbox.acme();
    let map = served.map();
    let connect = |pattern: &str, given: &[&str]| {
        let arguments = ["connect", pattern, "--name", pattern, "--map-origin", &map];
        let given = given.iter().flat_map(|pair| ["-p", pair]);
        sandbox.run(&arguments.into_iter().chain(given).collect::<Vec<_>>()).ended(0);
    };
    connect("api-key", &["apiKey=acme-demo-key"]);
    let key = sandbox.run(&["token", "api-key"]).ended(0);
    assert_eq!(key.stdout, "acme-demo-key\n");
    assert!(key.stderr.contains("the connection's key (`apiKey`)"), "{}", key.stderr);
    connect("login-then-token", &["username=ada", "password=acme-demo-password"]);
    let token = sandbox.run(&["token", "login-then-token"]).ended(0);
    assert!(!token.stderr.contains("key"), "{}", token.stderr);
    connect("basic-auth", &["username=ada", "password=acme-demo-password"]);
    let neither = sandbox.run(&["token", "basic-auth"]).ended(1).hides(&["acme-demo-password"]);
    assert!(neither.stdout.is_empty() && neither.stderr.contains("connspec request"), "{}", neither.stderr);
}

/// The key file is gone: what was sealed with it is told, kept, and goes only when it is sent away.
#[test]
fn a_lost_key_is_told_and_leaves_a_way_on() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    let key = sandbox.path("data/connspec/key");
    std::fs::rename(&key, sandbox.path("old key")).unwrap();
    let list = sandbox.run(&["connections"]).ended(0);
    assert!(list.stdout.contains("jane") && list.stderr.contains("does not open with it"), "{}", list.stderr);
    let again = sandbox.run(&["connections"]).ended(0);
    assert!(!again.stderr.contains("does not open with it"), "{}", again.stderr);
    let before = std::fs::read(&key).unwrap();
    for arguments in [&["token", "jane"][..], &["store", "rotate-key"], &["connections", "remove", "jane"]] {
        let ran = sandbox.run(arguments).ended(2);
        assert!(ran.stderr.contains("nothing was changed"), "{}", ran.stderr);
        assert_eq!(std::fs::read(&key).unwrap(), before, "{arguments:?}: nor the key file");
    }
    std::fs::rename(&key, sandbox.path("new key")).unwrap();
    std::fs::rename(sandbox.path("old key"), &key).unwrap();
    sandbox.run(&["token", "jane"]).ended(0);
    std::fs::rename(sandbox.path("new key"), &key).unwrap();
    sandbox.run(&["connections", "remove", "jane", "--no-invalidate"]).ended(0);
    sandbox.connected(&served, "jane").ended(0);
}

/// The provider refuses for good: its words are shown, by the next run as well, which asks it nothing.
#[test]
fn a_permanent_failure_keeps_the_providers_words_and_asks_no_more() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    let sealing = connspec_store::KeySource::File(sandbox.path("data/connspec/key")).resolve().unwrap();
    let url = format!("sqlite:{}", sandbox.path("data/connspec/connections.db").display());
    crate::support::block_on(async {
        let store = connspec_store::open(&url, sealing).await.unwrap();
        let mut connection = store.load("jane").await.unwrap();
        connection.data.insert("refreshToken".into(), "no-token-of-theirs".into());
        connection.data.insert("expires".into(), "2023-11-14T22:13:20.000Z".into());
        store.save(&connection).await.unwrap();
        store.close().await;
    });
    let refused = sandbox.run(&["refresh", "jane", "--json"]).ended(1).json();
    let words = refused["error"]["message"].as_str().unwrap().to_owned();
    assert!(
        words.contains("Academy does not accept the refresh token") && words.contains("reauthorize 'jane'"),
        "{words}"
    );
    drop(served);
    for command in [&["refresh", "jane", "--json"][..], &["info", "jane", "--json"], &["token", "jane"]] {
        let ran = sandbox.run(command).ended(1);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(
            said.contains("no refresh was sent") && said.contains("Academy does not accept"),
            "{command:?}: {said}"
        );
        assert!(said.contains("reauthorize 'jane'"), "{said}");
    }
    let listed = sandbox.run(&["connections"]).ended(0).stdout;
    assert!(listed.contains("connect again"), "{listed}");
    let shown = sandbox.run(&["connections", "show", "jane"]).ended(0).stdout;
    assert!(shown.contains("needsReauthorization") && shown.contains("Academy does not accept"), "{shown}");
}

/// What was given up is not given up twice.
#[test]
fn removing_an_invalidated_connection_sends_nothing() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    sandbox.run(&["invalidate", "jane"]).ended(0);
    let told = sandbox.run(&["token", "jane"]).ended(1).stderr;
    let when = told.split("was invalidated on ").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or(&told);
    assert!(when.len() == "2026-11-30 08:56:48 UTC".len() && when.ends_with(" UTC"), "{when}");
    let ran = sandbox.run(&["connections", "remove", "jane"]).ended(0);
    assert!(
        ran.stderr.contains("invalidated already on 2") && ran.stderr.contains("nothing was sent"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stdout.contains("POST") && ran.stdout.contains("removed jane"), "{}", ran.stdout);
}

/// Files are looked at before anybody is asked for a passphrase.
#[test]
fn a_file_is_looked_at_before_its_passphrase_is_asked_for() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    for (text, words) in [
        (r#"{ "version": 2, "exchanges": [] }"#, "connspec replay"),
        (r#"{ "log": { "entries": [] } }"#, "connspec import har"),
        (r#"{ "foo": 1 }"#, "connspec connections export"),
    ] {
        sandbox.write("other.json", text);
        let ran = sandbox.run(&["connections", "import", "other.json"]).ended(2);
        assert!(ran.stderr.contains("other.json: ") && ran.stderr.contains(words), "{text}: {}", ran.stderr);
        assert!(!ran.stderr.contains("passphrase is needed"), "{text}: {}", ran.stderr);
    }
    for (output, words) in [("other.json", "move this one away"), ("gone/jane.json", "there is no folder gone")] {
        for way in [&["--reveal"][..], &[]] {
            let ran = sandbox.run(&[&["connections", "export", "jane", "-o", output], way].concat()).ended(2);
            assert!(ran.stderr.contains(words) && !ran.stderr.contains(".tmp"), "{}", ran.stderr);
        }
    }
    assert_eq!(std::fs::read_to_string(sandbox.path("other.json")).unwrap(), r#"{ "foo": 1 }"#);
}

/// Nor is a store or a key needed for a file that holds no connection, nor made.
#[test]
fn a_file_is_looked_at_before_a_store_is_opened() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.connected(&served, "jane").ended(0);
    sandbox.write("right", "correct horse");
    sandbox.write("wrong", "battery staple");
    sandbox.run(&["connections", "export", "jane", "-o", "jane.json", "--passphrase", "@right"]).ended(0);
    sandbox.write("other.json", "{}");
    sandbox.write("a-file", "");
    for (file, words) in [
        ("nowhere.json", "nowhere.json cannot be read"),
        ("other.json", "connspec connections export"),
        ("jane.json", "passphrase"),
    ] {
        let arguments = ["connections", "import", file, "--passphrase", "@wrong", "--store"];
        let said = |store: &str, key: &str| {
            let ran = sandbox.command(&[&arguments[..], &[store]].concat()).env("CONNSPEC_KEY", key).output().unwrap();
            assert_eq!(ran.status.code(), Some(2));
            String::from_utf8(ran.stderr).unwrap()
        };
        for said in [said("file:a-file/below", ""), said("sqlite:new.db", "no key")] {
            assert!(said.contains(words), "{file}: {said}");
        }
        assert!(!sandbox.path("new.db").exists());
    }
}
