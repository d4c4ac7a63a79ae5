//! Bad input: each kind ends in one clear message with the place in the definition, the right exit code and no
//! secret. The snapshots beside this file are what a person sees.

use connspec_provider::academy::{Decision, Person};

use crate::support::{Ran, Sandbox};

/// What a person sees, without what changes from run to run.
fn seen(ran: &Ran) -> String {
    let mut text = format!("exit {}\n--- stdout\n{}--- stderr\n{}", ran.code(), ran.stdout, ran.stderr);
    for marker in ["127.0.0.1:", " = "] {
        text = text
            .split(marker)
            .enumerate()
            .map(|(index, piece)| if index == 0 { piece.to_owned() } else { masked(marker, piece) })
            .collect();
    }
    let lines = text.lines().map(|line| line.split("   ").next().filter(|_| line.ends_with(" ms")).unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// A piece that stood behind `marker`: a port's digits go.
fn masked(marker: &str, piece: &str) -> String {
    if marker != "127.0.0.1:" {
        return format!("{marker}{piece}");
    }
    format!("{marker}PORT{}", piece.trim_start_matches(|character: char| character.is_ascii_digit()))
}

const BASIC: &str = r#"{
  "url": "URL/api/v2/info",
  "headers": { "authorization": "Bearer {{parameters.apiKey}}" },
  "response": { "error": "{{body.error.message}}" },
  "log": { "sanitize": ["request.headers.authorization"] }
}
"#;

fn connect_basic(definition: &str) -> Ran {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    sandbox.write("api.json", &definition.replace("URL", &served.url));
    sandbox.run(&["connect", "api.json", "--no-save", "-p", "apiKey=hunter2-hunter2"]).hides(&["hunter2-hunter2"])
}

#[test]
fn broken_json() {
    let sandbox = Sandbox::new();
    sandbox.write("api.json", "{\n  \"url\": \"https://api.acme.test\"\n  'method': \"GET\"\n}\n");
    insta::assert_snapshot!(
        "broken-json-check",
        seen(&sandbox.run(&["check", "api.json", "--select", "json-syntax"]).ended(1))
    );
    insta::assert_snapshot!("broken-json-connect", seen(&sandbox.run(&["connect", "api.json", "--no-save"]).ended(2)));
}

#[test]
fn unknown_keys() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "api.json",
        "{\n  \"authorise\": {},\n  \"token\": { \"url\": \"https://api.acme.test\", \"header\": {} }\n}\n",
    );
    let ran = sandbox.run(&["check", "api.json", "--select", "unknown-phase,unknown-directive"]);
    insta::assert_snapshot!("unknown-keys", seen(&ran.ended(1)));
}

#[test]
fn braces_never_closed() {
    let sandbox = Sandbox::new();
    sandbox.write("api.json", "{ \"url\": \"https://api.acme.test/{{parameters.id\" }\n");
    let ran = sandbox.run(&["check", "api.json", "--select", "unbalanced-braces"]);
    insta::assert_snapshot!("braces-never-closed", seen(&ran));
}

#[test]
fn braces_never_closed_are_text_when_run() {
    let ran = connect_basic(&BASIC.replace("/info", "/{{parameters.apiKey"));
    assert!(ran.stdout.contains("/api/v2/%7B%7Bparameters.apiKey"), "{}", ran.stdout);
}

#[test]
fn an_expression_that_does_not_parse() {
    let ran = connect_basic(&BASIC.replace("{{parameters.apiKey}}", "{{lower(parameters.apiKey}}"));
    insta::assert_snapshot!("expression-that-does-not-parse", seen(&ran.ended(1)));
}

#[test]
fn an_expression_that_fails() {
    let ran = connect_basic(&BASIC.replace("{{parameters.apiKey}}", "{{parseJSON(parameters.apiKey)}}"));
    insta::assert_snapshot!("expression-that-fails", seen(&ran.ended(1)));
}

#[test]
fn a_definition_without_url() {
    let sandbox = Sandbox::new();
    sandbox.write("api.json", r#"{ "authorize": { "response": { "temp": { "code": "{{query.code}}" } } }, "token": { "url": "https://api.acme.test" } }"#);
    let ran = sandbox.run(&["connect", "api.json", "--no-save", "--no-browser", "--timeout", "5"]);
    insta::assert_snapshot!("definition-without-url", seen(&ran.ended(1)));
}

#[test]
fn a_key_that_is_wrong() {
    insta::assert_snapshot!("wrong-key", seen(&connect_basic(BASIC).ended(1)));
}

#[test]
fn a_provider_that_is_down() {
    let sandbox = Sandbox::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    sandbox.write("api.json", &BASIC.replace("URL", &format!("http://127.0.0.1:{port}")));
    let ran =
        sandbox.run(&["connect", "api.json", "--no-save", "-p", "apiKey=hunter2-hunter2"]).hides(&["hunter2-hunter2"]);
    insta::assert_snapshot!("provider-down", seen(&ran.ended(1)));
}

/// Connects to an Academy with a fault; the person allows.
fn connect_with_fault(fault: &str) -> Ran {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&["--fault", fault]);
    let waiting = sandbox.start(&["connect", "academy-v2", "--no-browser", "--no-save", "--map-origin", &served.map()]);
    waiting.consent(Person::JaneBlack, Decision::Allow);
    waiting.finish().hides(&["academy-demo-secret"])
}

#[test]
fn a_provider_that_answers_html() {
    insta::assert_snapshot!("provider-answers-html", tail(&connect_with_fault("html-error-page").ended(1)));
}

#[test]
fn a_provider_that_refuses() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let waiting = sandbox.start(&["connect", "academy-v2", "--no-browser", "--no-save", "--map-origin", &served.map()]);
    waiting.consent(Person::JohnDoe, Decision::Deny);
    insta::assert_snapshot!("provider-refuses", tail(&waiting.finish().ended(1)));
}

/// The outcome at the end: what stands before it holds addresses with random parts.
fn tail(ran: &Ran) -> String {
    let text = seen(ran);
    text[text.find('✗').unwrap_or_default()..text.find("--- stderr").unwrap_or(text.len())].trim_end().to_owned()
}

#[test]
fn a_provider_that_is_slow() {
    let sandbox = Sandbox::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // Accepts and never answers; ends with the test.
    std::thread::spawn(move || {
        let held: Vec<_> = listener.incoming().collect();
        drop(held);
    });
    let definition = BASIC.replace("URL", &format!("http://127.0.0.1:{port}")).replacen('{', "{ \"timeout\": 300,", 1);
    sandbox.write("api.json", &definition);
    let ran = sandbox.run(&["connect", "api.json", "--no-save", "-p", "apiKey=hunter2-hunter2"]);
    insta::assert_snapshot!("provider-slow", seen(&ran.ended(1)));
}

#[test]
fn missing_parameters_are_all_named() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "bundle.json",
        r#"{ "type": "basic", "communication": { "url": "https://api.acme.test" }, "parameters": [
            { "name": "apiKey", "label": "API key", "type": "password", "required": true },
            { "name": "region", "label": "Region", "required": true }, { "name": "note" } ] }"#,
    );
    insta::assert_snapshot!(
        "missing-parameters",
        seen(&sandbox.run(&["connect", "bundle.json", "--no-save"]).ended(2))
    );
}

#[test]
fn arguments_that_make_no_sense() {
    let sandbox = Sandbox::new();
    for (arguments, words) in [
        (vec!["connect", "academy-2"], "did you mean the bundled definition `academy-v2`?"),
        (vec!["connect", "academy-v2", "-p", "clientId"], "KEY=VALUE"),
        (vec!["connect", "academy-v2", "-p", "clientId=env:NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE"),
        (vec!["connect", "academy-v2", "--map-origin", "https://a.test=https://b.test"], "--allow-remote-map"),
        (vec!["connect", "academy-v2", "--compat", "qsPolcy=merge"], "qsPolicy"),
        (vec!["info", "nobody"], "nothing is saved yet"),
        (vec!["serve", "academy-v2", "--fault", "html-eror-page"], "did you mean `html-error-page`?"),
        (vec!["eval", "{{1}}", "--now", "yesterday"], "ISO 8601"),
    ] {
        let ran = sandbox.run(&arguments).ended(2);
        assert!(ran.stderr.contains(words), "{arguments:?}:\n{}", ran.stderr);
    }
}

/// cli.md: one report object is printed on failure too, whatever the exit code, with `error` filled.
#[test]
fn what_fails_before_it_begins_is_a_report_as_well_with_json() {
    let sandbox = Sandbox::new();
    sandbox.write("broken.json", "{ \"url\": ");
    sandbox.write("store", "a file, no folder");
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = port.local_addr().unwrap().port().to_string();
    for (arguments, kind, words) in [
        (vec!["info", "nobody"], "RuntimeError", "no saved connection named \"nobody\""),
        (vec!["refresh", "nobody"], "RuntimeError", "connspec connect SPEC"),
        (vec!["invalidate", "nobody"], "RuntimeError", "nobody"),
        (vec!["reauthorize", "nobody"], "RuntimeError", "nobody"),
        (vec!["request", "nobody", "GET", "/"], "RuntimeError", "nobody"),
        (vec!["info", "nobody", "--store", "file:store/below"], "RuntimeError", "another place"),
        (vec!["connect", "academy-2"], "DefinitionError", "academy-v2"),
        (vec!["connect", "broken.json"], "DefinitionError", "cannot be run"),
        (vec!["connect", "api-key"], "RuntimeError", "-p apiKey=…"),
        (vec!["connect", "academy-v2", "--no-browser", "--callback-port", &taken], "RuntimeError", &taken),
        (vec!["record", "academy-2", "-o", "x.json"], "DefinitionError", "academy-v2"),
    ] {
        let ran = sandbox.run(&[&arguments[..], &["--json"]].concat()).ended(2);
        let report = ran.json();
        assert_eq!((&report["outcome"], &report["connection"]), (&"failed".into(), &serde_json::Value::Null));
        assert_eq!(report["steps"], serde_json::json!([]), "{arguments:?}");
        let error = &report["error"];
        assert_eq!(error["type"], kind, "{arguments:?}: {report:#}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(words), "{arguments:?}: {message}");
        assert!(ran.stderr.contains("error:"), "{arguments:?}: a person is told as well: {}", ran.stderr);
        assert_eq!(sandbox.run(&arguments).ended(2).stdout, "", "{arguments:?}: nothing where none was promised");
    }
}

#[test]
fn a_port_that_is_taken() {
    let sandbox = Sandbox::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let ran = sandbox.run(&["connect", "academy-v2", "--no-browser", "--callback-port", &port]).ended(2);
    assert!(ran.stderr.contains(&port), "{}", ran.stderr);
    let ran = sandbox.run(&["serve", "academy-v2", "--port", &port]).ended(2);
    assert!(ran.stderr.contains(&port), "{}", ran.stderr);
}

#[test]
fn a_field_the_form_does_not_have() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["connect", "academy-v2", "-p", "clientid=x"]).ended(2);
    assert!(ran.stderr.contains("did you mean `clientId`?"), "{}", ran.stderr);
}

/// Starts a connection, comes back with a query of one's own making, and gives the page and, after the wait is over,
/// what the terminal showed.
fn come_back_with(query: &str) -> String {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    let waiting =
        sandbox.start(&["connect", "academy-v2", "--no-browser", "--no-save", "--timeout", "2", "--map-origin", &map]);
    let page = waiting.visit(&format!("{}?{query}", waiting.redirect_uri()));
    let body = page.split("<body").nth(1).and_then(|body| body.split_once('>')).map_or(page.as_str(), |(_, body)| body);
    let words: Vec<&str> = body.split(['<', '>']).step_by(2).map(str::trim).filter(|text| !text.is_empty()).collect();
    let ran = waiting.finish().ended(1);
    let refused = ran.stdout.lines().find(|line| line.contains('!')).unwrap_or_default().trim().to_owned();
    format!("page: {}\nterminal: {refused}\n{}", words.join(" / "), tail(&ran))
}

#[test]
fn a_forged_state() {
    insta::assert_snapshot!("forged-state", come_back_with("code=stolen&state=0123456789abcdef01234567"));
}

#[test]
fn a_missing_state() {
    insta::assert_snapshot!("missing-state", come_back_with("code=stolen"));
}

#[test]
fn a_callback_that_never_comes() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    let waiting =
        sandbox.start(&["connect", "academy-v2", "--no-browser", "--no-save", "--timeout", "1", "--map-origin", &map]);
    insta::assert_snapshot!("callback-never-comes", tail(&waiting.finish().ended(1)));
}
