//! `record` and `replay`: what was recorded once replays for ever, without a network.

use std::process::Command;

use connspec_provider::academy::{Decision, Person};
use serde_json::{Value, json};

use crate::support::{Ran, Sandbox};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// Records the bundled Academy flow into `file`.
pub fn recorded(sandbox: &Sandbox, file: &str, steps: &str) -> Ran {
    let served = sandbox.academy(&[]);
    let map = served.map();
    let waiting =
        sandbox.start(&["record", "academy-v2", "-o", file, "--steps", steps, "--no-browser", "--map-origin", &map]);
    waiting.consent(Person::JaneBlack, Decision::Allow);
    waiting.finish()
}

pub fn read(sandbox: &Sandbox, file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(sandbox.path(file)).unwrap()).unwrap()
}

#[test]
fn the_fixtures_of_this_project_replay() {
    let ran = Sandbox::new().run(&["replay", FIXTURES]).ended(0);
    assert!(ran.stdout.contains(" passed, 0 failed"), "{}", ran.stdout);
}

/// What the binary prints when it is run through `around`; none where that program cannot be had or refuses.
fn replayed_through(around: &[&str], probe: &[&str]) -> Option<Ran> {
    let available = Command::new(around[0]).args(&around[1..]).args(probe).output();
    available.is_ok_and(|output| output.status.success()).then(|| {
        let sandbox = Sandbox::new();
        let binary = env!("CARGO_BIN_EXE_connspec");
        let mut command = Command::new(around[0]);
        command.args(&around[1..]).args([binary, "replay", FIXTURES]).current_dir(sandbox.path(""));
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { status: output.status, stdout: text(&output.stdout), stderr: text(&output.stderr) }
    })
}

/// Where a network namespace is refused, `crates/runner/tests/replays.rs` has the same with a transport that panics.
#[test]
fn replay_needs_no_network() {
    let isolations: [&[&str]; 3] =
        [&["unshare", "-rn"], &["unshare", "-n"], &["bwrap", "--unshare-net", "--dev-bind", "/", "/"]];
    let Some(ran) = isolations.iter().find_map(|isolated| replayed_through(isolated, &["true"])) else {
        eprintln!("skipped: this machine gives no network namespace of one's own");
        return;
    };
    assert!(ran.ended(0).stdout.contains(" passed, 0 failed"));
}

#[test]
fn replay_passes_on_any_date() {
    let mut tried = 0;
    for (date, year) in
        [("1999-12-31 23:59:59", "1999"), ("2038-01-20 00:00:00", "2038"), ("2061-07-28 12:00:00", "2061")]
    {
        let Some(ran) = replayed_through(&["faketime", date], &["date"]) else { continue };
        let told = Command::new("faketime").args([date, "date", "+%Y"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&told.stdout).trim(), year, "the clock is moved");
        assert!(ran.ended(0).stdout.contains(" passed, 0 failed"), "{date}");
        tried += 1;
    }
    if tried == 0 {
        eprintln!("skipped: faketime, which moves the clock of a program, is not installed");
    }
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
    std::fs::create_dir(sandbox.path("empty")).unwrap();
    assert!(sandbox.run(&["replay", "empty"]).ended(2).stderr.contains("connspec record"));
    sandbox.write("broken/a.json", r#"{ "version": 1, "exchanges": [ }"#);
    sandbox.write("newer/a.json", r#"{ "version": 99, "spec": "academy-v2", "exchanges": [] }"#);
    sandbox.write("lost/a.json", r#"{ "version": 1, "spec": "no/such", "exchanges": [] }"#);
    sandbox.write("nothing/a.json", r#"{ "version": 2, "spec": "api-key", "expect": { "uid": null } }"#);
    sandbox.write("shape/a.json", "{ \"version\": 2,\n  \"exchanges\": [{ \"block\": \"token\" }] }");
    std::fs::create_dir_all(sandbox.path("bytes")).unwrap();
    std::fs::write(sandbox.path("bytes/a.json"), b"{\n\"version\": 2, \"spec\": \"\xff\"}").unwrap();
    std::fs::create_dir_all(sandbox.path("huge")).unwrap();
    let huge = std::fs::File::create(sandbox.path("huge/a.json")).unwrap();
    huge.set_len(100 << 20).unwrap();
    for (folder, words) in [
        ("broken", "a.json:1:32: the fixture is not JSON"),
        ("newer", "99"),
        ("lost", "no/such"),
        ("nothing", "a.json: the fixture has no `exchanges`"),
        ("shape", "a.json:2:36: the fixture cannot be used: missing field `request`"),
        ("bytes", "a.json:2: it is not UTF-8"),
        ("huge", "100 MiB"),
    ] {
        let ran = sandbox.run(&["replay", folder]).ended(2);
        assert!(ran.stdout.contains(words), "{folder}: {}", ran.stdout);
        assert!(!ran.stdout.contains("(line "), "the place stands before: {}", ran.stdout);
    }
}

#[test]
fn a_fixture_goes_out_as_har_and_comes_back() {
    let sandbox = Sandbox::new();
    let har = sandbox.run(&["export", "har", &format!("{FIXTURES}/academy-v2/whole-life.json")]).ended(0);
    assert_eq!(har.json()["log"]["version"], "1.2");
    let life = format!("{FIXTURES}/academy-v2/whole-life.json");
    let written = sandbox.run(&["export", "har", &life, "-o", "life.har"]).ended(0);
    assert_eq!((written.stdout.as_str(), written.stderr.as_str()), ("", "written: life.har\n"));
    assert_eq!(std::fs::read_to_string(sandbox.path("life.har")).unwrap(), har.stdout);
    let kept = sandbox.run(&["export", "har", &life, "-o", "life.har"]).ended(2).stderr;
    assert!(kept.contains("life.har is there already") && kept.contains("--replace"), "{kept}");
    sandbox.run(&["export", "har", &life, "-o", "life.har", "--replace"]).ended(0);
    let folder = sandbox.run(&["export", "har", &life, "-o", "gone/life.har"]).ended(2).stderr;
    assert!(folder.contains("gone/life.har cannot be written"), "{folder}");
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

pub fn read_fixture(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(format!("{FIXTURES}/{name}")).unwrap()).unwrap()
}

/// Version 1 knew neither objects as steps nor `compat`, and forced every refresh.
#[test]
fn a_fixture_of_version_1_replays() {
    let sandbox = Sandbox::new();
    let mut fixture = read_fixture("academy-v2/whole-life.json");
    fixture["version"] = json!(1);
    let steps: Vec<Value> =
        fixture["steps"].as_array().unwrap().iter().map(|step| step.get("step").unwrap_or(step).clone()).collect();
    assert!(steps.contains(&json!("refresh")));
    fixture["steps"] = json!(steps);
    for later in ["authorize", "specHash", "compat"] {
        fixture.as_object_mut().unwrap().remove(later);
    }
    sandbox.write("f/old.json", &fixture.to_string());
    sandbox.run(&["replay", "f"]).ended(0);
}

#[test]
fn a_filter_picks_fixtures_by_their_paths() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["replay", FIXTURES, "--filter", "denied"]).ended(0);
    let shown: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with('✓')).collect();
    assert!(shown.len() >= 2 && shown.iter().all(|line| line.contains("denied")), "{}", ran.stdout);
    let ran = sandbox.run(&["replay", FIXTURES, "--filter", "no-such"]).ended(2);
    assert!(ran.stderr.contains("no fixture's path contains `no-such`"), "{}", ran.stderr);
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
    let ran = sandbox.run(&["replay", "all"]).ended(2);
    for file in ["cut.json", "brace.json", "misspelt.json", "good.json"] {
        assert!(ran.stdout.contains(file), "{file}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("package.json"), "{}", ran.stdout);
    assert!(ran.stderr.contains("1 JSON file is no fixture: all/package.json"), "{}", ran.stderr);
}

/// What is empty or has a key of a fixture was meant as one; other JSON is named, and no failure.
#[test]
fn json_that_is_no_fixture_is_told() {
    let sandbox = Sandbox::new();
    for (number, text) in
        ["{}", "[]", "null", "{ steps: [] }", r#"{ "version": 2 }"#, r#"{ "spec": "acme" }"#].iter().enumerate()
    {
        let folder = format!("meant{number}");
        sandbox.write(&format!("{folder}/a.json"), text);
        let ran = sandbox.run(&["replay", &folder]).ended(2);
        assert!(ran.stdout.contains("a.json") && ran.stdout.contains("1 could not be run"), "{text}: {}", ran.stdout);
    }
    sandbox.write("all/life.json", &read_fixture("academy-v2/whole-life.json").to_string());
    let others = [
        r#"{ "name": "mine", "version": "1.0.0" }"#,
        "{ // a definition\n \"authorize\": { \"url\": \"https://a.test\" } }",
        r#"{ "foo": 1 }"#,
        r#"[{ "scope": "https://a.test" }]"#,
        "3",
        r#"{ "a": 1 }"#,
    ];
    for (number, text) in others.iter().enumerate() {
        sandbox.write(&format!("all/other{number}.json"), text);
        for format in ["human", "json", "junit"] {
            let ran = sandbox.run(&["replay", "all", "--format", format]).ended(0);
            let words = match number + 1 {
                1 => "1 JSON file is no fixture: all/other0.json".to_owned(),
                6 => "6 JSON files are no fixtures: all/other0.json, all/other1.json, all/other2.json, all/other3.json, all/other4.json, 1 more".to_owned(),
                count => format!("{count} JSON files are no fixtures: all/other0.json, all/other1.json"),
            };
            assert!(ran.stderr.contains(&words), "{text}: {}", ran.stderr);
        }
    }
    let ran = sandbox.run(&["replay", "all", "--filter", "life"]).ended(0);
    assert_eq!(ran.stderr, "");
    std::fs::remove_file(sandbox.path("all/life.json")).unwrap();
    let ran = sandbox.run(&["replay", "all"]).ended(2);
    assert!(
        ran.stderr.contains("6 JSON files are no fixtures") && ran.stderr.contains("connspec record"),
        "{}",
        ran.stderr
    );
}

/// The bundled definition as files of one's own, beside a fixture of it.
fn with_own_definition(sandbox: &Sandbox, fixture: &mut Value) -> String {
    sandbox.run(&["specs", "copy", "academy-v2", "app"]).ended(0);
    fixture["spec"] = json!("../app");
    sandbox.write("own/life.json", &format!("{fixture:#}\n"));
    let file = "app/connections/academy-v2/academy-v2.oauth-communication.iml.json";
    assert!(sandbox.path(file).exists(), "{file}");
    file.to_owned()
}

#[test]
fn a_changed_authorize_block_is_told_with_its_line() {
    let sandbox = Sandbox::new();
    let file = with_own_definition(&sandbox, &mut read_fixture("academy-v2/whole-life.json"));
    sandbox.run(&["replay", "own"]).ended(0);
    let text = std::fs::read_to_string(sandbox.path(&file)).unwrap();
    let changed = text.replace("join(oauth.scope, ' ')", "join(oauth.scope, ',')");
    let line = 1 + changed.lines().position(|line| line.contains("join(oauth.scope, ',')")).unwrap();
    sandbox.write(&file, &changed);
    let ran = sandbox.run(&["replay", "own"]).ended(1);
    let told = ran.stdout.lines().find(|line| line.contains("/authorize/query/scope")).unwrap_or(&ran.stdout);
    assert!(told.contains(&format!("academy-v2.oauth-communication.iml.json:{line}:")), "{told}");
    assert!(told.contains("\"connect read write delete\"") && told.contains("\"connect,read,write,delete\""), "{told}");
    // A fixture without the key is not compared there.
    let mut older = read(&sandbox, "own/life.json");
    older.as_object_mut().unwrap().remove("authorize");
    sandbox.write("own/life.json", &older.to_string());
    sandbox.run(&["replay", "own"]).ended(0);
}

#[test]
fn a_changed_definition_is_said_and_is_no_failure() {
    let sandbox = Sandbox::new();
    let file = with_own_definition(&sandbox, &mut read_fixture("academy-v2/whole-life.json"));
    let silent = sandbox.run(&["replay", "own"]).ended(0);
    assert!(!silent.stdout.contains("has changed"), "{}", silent.stdout);
    let text = std::fs::read_to_string(sandbox.path(&file)).unwrap();
    sandbox.write(&file, &text.replace("gave no reason.", "gave none."));
    let ran = sandbox.run(&["replay", "own"]).ended(0);
    assert!(ran.stdout.contains("the definition has changed since the recording"), "{}", ran.stdout);
    let told = sandbox.run(&["replay", "own", "--format", "json"]).ended(0).json();
    assert!(told["cases"][0]["notes"][0].as_str().unwrap().contains("has changed"), "{told}");
    let junit = sandbox.run(&["replay", "own", "--format", "junit"]).ended(0).stdout;
    assert!(junit.contains("<system-out>the definition has changed"), "{junit}");
    sandbox.run(&["replay", "own", "--update"]).ended(0);
    assert!(!sandbox.run(&["replay", "own"]).ended(0).stdout.contains("has changed"));
}

/// What is true of many fixtures is said once, and paths lead straight to their files.
#[test]
fn what_many_fixtures_have_in_common_is_said_once() {
    let sandbox = Sandbox::new();
    let good = read_fixture("academy-v2/whole-life.json");
    let file = with_own_definition(&sandbox, &mut good.clone());
    let text = std::fs::read_to_string(sandbox.path(&file)).unwrap();
    let changed = text.replace("\"uid\": \"{{body.id}}\"", "\"uid\": \"{{body.name}}\"");
    assert_ne!(text, changed);
    sandbox.write(&file, &changed);
    let mut fixture = read(&sandbox, "own/life.json");
    for name in ["own/again.json", "own/third.json"] {
        sandbox.write(name, &fixture.to_string());
    }
    let body = fixture["exchanges"][0]["request"]["body"].as_str().unwrap().to_owned();
    fixture["exchanges"][0]["request"]["body"] = json!(body.replace("authorization_code", "password"));
    sandbox.write("own/third.json", &fixture.to_string());

    let ran = sandbox.run(&["replay", "own"]).ended(1);
    let times = |text: &str, words: &str| text.matches(words).count();
    assert_eq!(times(&ran.stdout, "the definition has changed since the recording"), 3, "{}", ran.stdout);
    assert_eq!(times(&ran.stdout, "connspec replay --update"), 1, "{}", ran.stdout);
    // `--update` alone would refuse the third, whose requests differ.
    assert!(ran.stdout.contains("connspec replay --update --exchanges"), "{}", ran.stdout);
    let line = 1 + changed.lines().position(|line| line.contains("{{body.name}}\"") && line.contains("uid")).unwrap();
    let told = format!("{file}:{line}:");
    assert!(ran.stdout.lines().any(|line| line.trim().starts_with(&told) && line.contains("/uid: ")), "{}", ran.stdout);
    assert!(!ran.stdout.contains(".."), "{}", ran.stdout);
    assert!(ran.stdout.contains("compared with exchange 1 (/exchanges/0):"), "{}", ran.stdout);

    let ran = sandbox.run(&["replay", "own", "--update", "--filter", "third"]).ended(1);
    assert!(ran.stdout.contains("not updated: what is sent differs"), "{}", ran.stdout);
    assert_eq!(times(&ran.stdout, "--update --exchanges"), 1, "{}", ran.stdout);
    let json = sandbox.run(&["replay", "own", "--format", "json"]).ended(1).json();
    assert_eq!(json["advice"].as_array().unwrap().len(), 1, "{json:#}");
    let junit = sandbox.run(&["replay", "own", "--format", "junit"]).ended(1).stdout;
    assert!(junit.contains("</testcase>\n<system-out>what is sent differs"), "{junit}");
}

/// A value in a field made for secrets is not shown, and the result says why.
#[test]
fn a_hidden_value_is_explained_once() {
    let sandbox = Sandbox::new();
    let mut fixture = read_fixture("acme/api-key.json");
    fixture["inputs"]["parameters"]["apiKey"] = json!("typed-in-by-hand");
    for exchange in fixture["exchanges"].as_array_mut().unwrap() {
        exchange["request"]["headers"]["x-api-key"] = json!("another-one");
    }
    sandbox.write("f/a.json", &fixture.to_string());
    sandbox.write("f/b.json", &fixture.to_string());
    let ran = sandbox.run(&["replay", "f"]).ended(1);
    assert!(!ran.stdout.contains("typed-in-by-hand"), "{}", ran.stdout);
    assert_eq!(ran.stdout.matches("«hidden» stands for a value that differs").count(), 1, "{}", ran.stdout);
}

/// What was copied from a message or a report is no placeholder; both sides would read alike, so that is told.
#[test]
fn a_name_without_a_number_in_a_fixture_is_explained() {
    let sandbox = Sandbox::new();
    for (number, written) in ["Bearer «hidden»", "Bearer «accessToken»"].into_iter().enumerate() {
        let mut fixture = read_fixture("academy-v2/whole-life.json");
        let mut changed = 0;
        for exchange in fixture["exchanges"].as_array_mut().unwrap() {
            if let Some(header) = exchange["request"]["headers"].get_mut("authorization") {
                *header = json!(written);
                changed += 1;
            }
        }
        assert!(changed > 0);
        sandbox.write(&format!("f{number}/a.json"), &fixture.to_string());
        let ran = sandbox.run(&["replay", &format!("f{number}")]).ended(1);
        assert!(ran.stdout.contains("write «accessToken#1», the same wherever"), "{}", ran.stdout);
    }
}

/// Another scheme shows, what stands behind it does not.
#[test]
fn another_scheme_of_authentication_is_told_without_its_credential() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "api.json",
        r#"{ "url": "https://api.acme.test/me", "headers": { "authorization": "Token typed-in-by-hand" } }"#,
    );
    let request =
        json!({ "method": "GET", "url": "https://api.acme.test/me", "headers": { "authorization": "Bearer «key#1»" } });
    let exchange = json!({ "block": "api", "request": request, "response": { "status": 200 } });
    let fixture = json!({ "version": 2, "spec": "../api.json", "exchanges": [exchange], "steps": ["connect"] });
    sandbox.write("f/a.json", &fixture.to_string());
    let ran = sandbox.run(&["replay", "f"]).ended(1).hides(&["typed-in-by-hand"]);
    let told = r#"/headers/authorization: recorded "Bearer «key#1»", sent "Token «hidden»""#;
    assert!(ran.stdout.contains(told), "{}", ran.stdout);
}

/// The shorter secret `academy-demo` is the beginning of the longer: no rest of it shows, in whatever form.
#[test]
fn what_a_secret_begins_with_does_not_give_away_its_rest() {
    let sandbox = Sandbox::new();
    let mut fixture = read_fixture("academy-v2/whole-life.json");
    let body = fixture["exchanges"][0]["request"]["body"].as_str().unwrap();
    fixture["exchanges"][0]["request"]["body"] = json!(body.replace("«clientSecret#1»", "«code#1»"));
    sandbox.write("f/life.json", &fixture.to_string());
    for format in ["human", "json", "junit"] {
        let ran = sandbox.run(&["replay", "f", "--format", format]).ended(1);
        let shown = format!("{}{}", ran.stdout, ran.stderr);
        assert!(!shown.contains("»-secret") && !shown.contains("demo-secret"), "{shown}");
        assert!(shown.contains("/request/body/client_secret") && shown.contains("«hidden»"), "{shown}");
    }
}

/// A client that sends its ID as its secret, always: the fixture tells the two apart.
#[test]
fn two_placeholders_do_not_stand_for_one_value() {
    let sandbox = Sandbox::new();
    changed_academy(&sandbox, &["token", "refresh"]);
    let mut fixture = read_fixture("academy-v2/whole-life.json");
    fixture["spec"] = json!("../academy");
    sandbox.write("f/life.json", &fixture.to_string());
    let ran = sandbox.run(&["replay", "f"]).ended(1);
    let words = "/exchanges/0/request/body/client_secret: recorded \"«clientSecret#1»\", sent \"«clientId»\"";
    let line = ran.stdout.lines().find(|line| line.contains(words));
    let line = line.unwrap_or_else(|| panic!("{}", ran.stdout));
    let place = "academy-v2.oauth-communication.iml.json:41:";
    assert!(line.contains(place), "{line}");
}

/// A copy of the bundled Academy app in which these blocks send the client's ID as its secret.
fn changed_academy(sandbox: &Sandbox, blocks: &[&str]) {
    const FILES: [&str; 7] = [
        "makecomapp.json",
        "general/base.iml.json",
        "connections/academy-v2/academy-v2.common.json",
        "connections/academy-v2/academy-v2.default-scope.iml.json",
        "connections/academy-v2/academy-v2.oauth-communication.iml.json",
        "connections/academy-v2/academy-v2.params.iml.json",
        "connections/academy-v2/academy-v2.scope-list.iml.json",
    ];
    let secret = "ifempty(parameters.clientSecret, common.clientSecret)";
    for file in FILES {
        let from = format!("{}/specs/academy-v2/{file}", env!("CARGO_MANIFEST_DIR"));
        let mut text = std::fs::read_to_string(from).unwrap();
        for block in blocks.iter().filter(|_| file.contains("communication")) {
            let begin = text.find(&format!("\"{block}\": {{")).unwrap();
            let at = begin + text[begin..].find(secret).unwrap();
            text.replace_range(at..at + secret.len(), "common.clientId");
        }
        sandbox.write(&format!("academy/{file}"), &text);
    }
}

#[test]
fn an_update_shows_the_difference_and_rewrites_expectations_only() {
    let sandbox = Sandbox::new();
    let good = read_fixture("academy-v2/whole-life.json");
    let mut fixture = good.clone();
    fixture["expect"]["metadata"]["value"] = json!("John Doe");
    fixture["expect"].as_object_mut().unwrap().remove("uid");
    fixture["note"] = json!("ours");
    sandbox.write("f/life.json", &fixture.to_string());
    let ran = sandbox.run(&["replay", "f", "--update"]).ended(0);
    for words in ["- /expect/metadata/value: \"John Doe\"", "+ /expect/metadata/value: \"Jane Black\"", "1 updated"] {
        assert!(ran.stdout.contains(words), "{words}: {}", ran.stdout);
    }
    fixture["expect"]["metadata"]["value"] = json!("Jane Black");
    assert_eq!(read(&sandbox, "f/life.json"), fixture);
    let written = std::fs::read_to_string(sandbox.path("f/life.json")).unwrap();
    assert!(sandbox.run(&["replay", "f", "--update"]).ended(0).stdout.contains("1 passed, 0 failed"));
    assert_eq!(std::fs::read_to_string(sandbox.path("f/life.json")).unwrap(), written);

    // What is sent is not rewritten unless asked for, and comments are never lost.
    let mut sends = good.clone();
    let body = sends["exchanges"][0]["request"]["body"].as_str().unwrap().replace("authorization_code", "password");
    sends["exchanges"][0]["request"]["body"] = json!(body);
    sandbox.write("f/life.json", &sends.to_string());
    let ran = sandbox.run(&["replay", "f", "--update"]).ended(1);
    assert!(ran.stdout.contains("--exchanges"), "{}", ran.stdout);
    assert_eq!(read(&sandbox, "f/life.json"), sends);
    sandbox.write("f/life.json", &format!("// by hand\n{sends}"));
    let ran = sandbox.run(&["replay", "f", "--update", "--exchanges"]).ended(1);
    assert!(ran.stdout.contains("comments"), "{}", ran.stdout);
    sandbox.write("f/life.json", &sends.to_string());
    let ran = sandbox.run(&["replay", "f", "--update", "--exchanges"]).ended(0);
    assert!(ran.stdout.contains("/exchanges/0/request/body"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("academy-demo-secret"), "{}", ran.stdout);
    assert_eq!(read(&sandbox, "f/life.json"), good);
    sandbox.run(&["replay", "f"]).ended(0);

    // A request for which there is no answer is not made up.
    let mut short = good;
    short["exchanges"].as_array_mut().unwrap().truncate(3);
    sandbox.write("f/life.json", &short.to_string());
    let ran = sandbox.run(&["replay", "f", "--update", "--exchanges"]).ended(1);
    assert!(ran.stdout.contains("record it again"), "{}", ran.stdout);
    assert_eq!(read(&sandbox, "f/life.json"), short);
    assert!(sandbox.run(&["replay", "f", "--exchanges"]).ended(2).stderr.contains("--update"));
}
