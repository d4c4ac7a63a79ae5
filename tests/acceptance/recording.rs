//! `record`, and `connect --record`: what is written, and what is left as it is.

use connspec_provider::academy::{Decision, Person};
use serde_json::json;

use crate::replay::{read, recorded};
use crate::support::Sandbox;

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
    assert_eq!(
        keys,
        [
            "version",
            "spec",
            "specHash",
            "steps",
            "clock",
            "seed",
            "inputs",
            "authorize",
            "callback",
            "exchanges",
            "expect"
        ]
    );
    assert_eq!(fixture["version"], 2);
    let forced = json!({"step": "refresh", "force": true});
    assert_eq!(fixture["steps"], json!(["connect", "info", forced, "invalidate"]), "a new token is not due");
    let answered = &fixture["exchanges"][0]["response"]["body"]["access_token"];
    assert_eq!(
        fixture["exchanges"][1]["request"]["headers"]["authorization"],
        format!("Bearer {}", answered.as_str().unwrap())
    );
    sandbox.run(&["replay", "out"]).ended(0);
}

#[test]
fn a_fixture_replays_with_the_switches_it_was_recorded_with() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    let compat = ["--compat", "userAgent=integromat"];
    let record = ["record", "academy-v2", "-o", "life.json", "--no-browser", "--map-origin", &map];
    let waiting = sandbox.start(&[&record[..], &compat[..]].concat());
    waiting.consent(Person::JaneBlack, Decision::Allow);
    waiting.finish().ended(0);
    let fixture = read(&sandbox, "life.json");
    assert_eq!(fixture["compat"], json!({ "userAgent": "integromat" }));
    assert_eq!(fixture["exchanges"][0]["request"]["headers"]["user-agent"], "Integromat/production");
    let ran = sandbox.run(&["replay", "life.json"]).ended(0);
    assert!(!ran.stdout.contains("userAgent"), "{}", ran.stdout);

    // The command line wins, and says so.
    let other = ["replay", "life.json", "--compat", "userAgent=connspec"];
    let ran = sandbox.run(&other).ended(1);
    let words = "recorded with userAgent=integromat, replayed with userAgent=connspec";
    assert!(ran.stdout.contains(words) && ran.stdout.contains("headers/user-agent"), "{}", ran.stdout);
    sandbox.run(&[&other[..], &["--update", "--exchanges"]].concat()).ended(0);
    assert_eq!(read(&sandbox, "life.json")["compat"], json!({ "userAgent": "connspec" }));
    sandbox.run(&["replay", "life.json"]).ended(0);

    for (compat, words) in [
        (json!({ "userAgents": "connspec" }), "there is no switch `userAgents`"),
        (json!({ "userAgent": "curl" }), "`userAgent` takes connspec or integromat"),
        (json!({ "userAgent": 1 }), "must be a text"),
    ] {
        let mut fixture = fixture.clone();
        fixture["compat"] = compat;
        sandbox.write("odd.json", &fixture.to_string());
        let ran = sandbox.run(&["replay", "odd.json"]).ended(2);
        assert!(ran.stdout.contains(words), "{}", ran.stdout);
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

/// The connection is saved and the fixture written, in one run.
#[test]
fn connecting_can_be_recorded() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    let connect =
        ["connect", "academy-v2", "--name", "jane", "--record", "f/jane.json", "--no-browser", "--map-origin", &map];
    let waiting = sandbox.start(&connect);
    waiting.consent(Person::JaneBlack, Decision::Allow);
    let ran = waiting.finish().ended(0);
    assert!(ran.stderr.contains("written: f/jane.json") && !ran.stderr.contains("replay differs"), "{}", ran.stderr);
    sandbox.run(&["info", "jane"]).ended(0);
    let token = sandbox.run(&["token", "jane"]).ended(0).stdout;
    let text = std::fs::read_to_string(sandbox.path("f/jane.json")).unwrap();
    assert!(!text.contains(token.trim()) && !text.contains("academy-demo-secret"), "{text}");
    sandbox.run(&["replay", "f"]).ended(0);

    // A flow that fails leaves the good fixture as it is.
    let mut again = connect;
    again[3] = "other";
    let waiting = sandbox.start(&again);
    waiting.consent(Person::JaneBlack, Decision::Deny);
    let ran = waiting.finish().ended(1);
    assert!(ran.stderr.contains("kept as it is"), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(sandbox.path("f/jane.json")).unwrap(), text);
    for command in [vec!["connect", "-", "--no-save", "--record", "x.json"], vec!["record", "-", "-o", "x.json"]] {
        let ran = sandbox.run(&command).ended(2);
        assert!(ran.stderr.contains("when the fixture is replayed"), "{}", ran.stderr);
    }
}

#[test]
fn calls_of_the_api_are_recorded_and_replayed() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    let steps = ["--steps", "connect,request", "--request", "get /movies"];
    let record = ["record", "academy-v2", "-o", "f/movies.json", "--no-browser", "--map-origin", &map];
    let waiting = sandbox.start(&[&record[..], &steps[..]].concat());
    waiting.consent(Person::JaneBlack, Decision::Allow);
    waiting.finish().ended(0);
    let fixture = read(&sandbox, "f/movies.json");
    assert_eq!(fixture["steps"][1], json!({"step": "request", "request": {"method": "GET", "url": "/movies"}}));
    let last = fixture["exchanges"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["block"], &last["response"]["status"]), (&json!("request"), &json!(200)));
    sandbox.run(&["replay", "f"]).ended(0);

    for (further, words) in [
        (vec!["--steps", "connect,request"], "nothing to send"),
        (vec!["--request", "GET /movies"], "more --request"),
        (
            vec!["--steps", "connect,request", "--request", "GET https://elsewhere.example/"],
            "no host of this definition",
        ),
        (vec!["--steps", "connect,request", "--request", "GET"], "METHOD and URL"),
    ] {
        let ran = sandbox.run(&[&["record", "academy-v2", "-o", "x.json"], &further[..]].concat()).ended(2);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

/// Nothing is sent for a recording that would cost somebody a file, or could not be written at all.
#[test]
fn a_file_that_is_no_fixture_is_not_replaced() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    let definition = r#"{ "url": "https://api.example.com/me", "version": 1 }"#;
    sandbox.write("mine.json", definition);
    std::fs::create_dir(sandbox.path("folder")).unwrap();
    sandbox.write("file", "x");
    let har =
        sandbox.run(&["export", "har", concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/academy-v2/whole-life.json")]);
    sandbox.write("life.har", &har.stdout);
    let online = ["--no-browser", "--timeout", "1", "--map-origin", &map];
    let commands: [(&[&str], &[&str], bool); 4] = [
        (&["record", "academy-v2", "-o"], &online, true),
        (&["record", "academy-v2", "--skeleton", "-o"], &[], true),
        (&["connect", "academy-v2", "--replace", "--no-save", "--record"], &online, false),
        (&["import", "har", "life.har", "-o"], &[], true),
    ];
    for (command, rest, replaces) in commands {
        let run = |file: &str| sandbox.run(&[command, &[file], rest].concat());
        let ran = run("mine.json").ended(2);
        let words = "mine.json is no fixture, so it is not replaced";
        assert!(ran.stderr.contains(words) && !ran.stderr.contains("Open: "), "{command:?}: {}", ran.stderr);
        assert_eq!(ran.stderr.contains("--replace"), replaces, "{command:?}: {}", ran.stderr);
        for (file, words) in
            [("folder", "folder is a folder"), ("folder/", "is a folder"), ("file/below/x.json", "cannot be written")]
        {
            let ran = run(file).ended(2);
            assert!(ran.stderr.contains(words) && !ran.stderr.contains("Open: "), "{command:?}: {}", ran.stderr);
        }
        if cfg!(target_os = "linux") {
            let ran = run("/proc/x.json").ended(2);
            assert!(
                ran.stderr.contains("/proc/x.json cannot be written") && !ran.stderr.contains("Open: "),
                "{}",
                ran.stderr
            );
        }
        assert_eq!(std::fs::read_to_string(sandbox.path("mine.json")).unwrap(), definition);
    }
    // An older fixture and an empty file may go; with --replace whatever is there.
    sandbox.write("empty.json", "");
    sandbox.write("old.json", r#"{ "version": 1, "exchanges": [] }"#);
    for (file, word, replace) in
        [("empty.json", "written", None), ("old.json", "replaced", None), ("mine.json", "replaced", Some("--replace"))]
    {
        let import = ["import", "har", "life.har", "--spec", "academy-v2", "-o", file];
        let ran = sandbox.run(&import.into_iter().chain(replace).collect::<Vec<_>>()).ended(0);
        assert!(ran.stderr.contains(&format!("{word}: {file}")), "{}", ran.stderr);
        assert_eq!(read(&sandbox, file)["version"], 2);
    }
    let left: Vec<_> = std::fs::read_dir(sandbox.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{left:?}");
}

#[test]
fn a_recording_that_cannot_be_written_is_kept_aside() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    for command in
        [&["record", "academy-v2", "-o", "late.json"][..], &["connect", "academy-v2", "--record", "late.json"]]
    {
        let waiting = sandbox.start(&[command, &["--no-browser", "--map-origin", &map]].concat());
        sandbox.write("late.json", "somebody else's");
        waiting.consent(Person::JaneBlack, Decision::Allow);
        let ran = waiting.finish().ended(2);
        assert!(ran.stderr.contains("late.json is no fixture"), "{}", ran.stderr);
        assert_eq!(std::fs::read_to_string(sandbox.path("late.json")).unwrap(), "somebody else's");
        let kept = ran
            .stderr
            .split_once("the recording is kept: move ")
            .and_then(|(_, rest)| rest.split_once(" to late.json"));
        let kept = kept.unwrap_or_else(|| panic!("{}", ran.stderr)).0;
        std::fs::rename(kept, sandbox.path("late.json")).unwrap();
        sandbox.run(&["replay", "late.json"]).ended(0);
        std::fs::remove_file(sandbox.path("late.json")).unwrap();
    }
}
