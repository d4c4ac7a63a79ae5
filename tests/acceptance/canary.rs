//! No secret leaves a run: given as parameter or common data, received as code or token, made up as verifier, it stands
//! in no output, log, report, fixture or file, in no form, whether the run succeeds or fails.

#[path = "canary/needles.rs"]
mod needles;
#[path = "canary/provider.rs"]
mod provider;

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{Ran, Sandbox};
use needles::{CLIENT_SECRET, CODE, COMMON, ELSEWHERE, Leaks, PHRASE};
use provider::{Manner, Provider};

/// A sandbox with the definition, its inputs, and the provider it talks to.
struct Stage {
    sandbox: Sandbox,
    provider: Provider,
    written: Vec<PathBuf>,
    leaks: Leaks,
}

/// A definition without `log.sanitize`: what is secret must be known without it.
fn definition(origin: &str) -> Value {
    let failed = json!({ "message": "[{{statusCode}}] {{body.error}} {{body.error_description}} {{body}}" });
    let valid = json!({ "condition": "{{!body.error}}", "message": "{{body.error_description}}" });
    json!({
        "type": "oauth",
        "parameters": [
            { "name": "clientId", "type": "text", "label": "Client" },
            { "name": "clientSecret", "type": "text", "label": "Secret" },
            { "name": "phrase", "type": "password", "label": "Phrase" },
        ],
        "communication": {
            "preauthorize": {
                "url": format!("{origin}/prepare"),
                "method": "POST",
                "headers": { "x-shared": "{{common.shared}}" },
                "body": { "phrase": "{{parameters.phrase}}" },
                "response": { "error": failed },
            },
            "authorize": {
                "temp": { "proof": "{{uuid}}{{uuid}}" },
                "url": format!("{origin}/authorize"),
                "qs": { "client_id": "{{parameters.clientId}}", "redirect_uri": "{{oauth.localRedirectUri}}" },
                "response": { "temp": { "got": "{{query.code}}" } },
            },
            "token": {
                "condition": "{{temp.got}}",
                "url": format!("{origin}/token"),
                "method": "POST",
                "type": "urlencoded",
                "headers": {
                    "authorization": "Basic {{base64(parameters.clientId + ':' + parameters.clientSecret)}}",
                },
                "body": {
                    "code": "{{temp.got}}",
                    "code_verifier": "{{temp.proof}}",
                    "client_secret": "{{parameters.clientSecret}}",
                    "shared": "{{common.shared}}",
                },
                "response": {
                    "valid": valid,
                    "data": { "one": "{{body.access_token}}", "two": "{{body.refresh_token}}" },
                    "error": failed,
                },
            },
            "info": {
                "url": format!("{origin}/me"),
                "qs": { "k": "{{connection.one}}" },
                "headers": { "authorization": "Bearer {{connection.one}}", "x-phrase": "{{parameters.phrase}}" },
                "response": {
                    "valid": valid,
                    "uid": "{{body.id}}",
                    "metadata": { "type": "text", "value": "{{body.name}}" },
                    "error": failed,
                },
            },
            "refresh": {
                "condition": true,
                "url": format!("{origin}/refresh"),
                "method": "POST",
                "body": { "refresh_token": "{{connection.two}}", "shared": "{{common.shared}}" },
                "response": { "valid": valid, "data": { "one": "{{body.access_token}}" }, "error": failed },
            },
            "invalidate": {
                "url": format!("{origin}/revoke"),
                "method": "DELETE",
                "headers": { "authorization": "Bearer {{connection.one}}" },
                "response": { "error": failed },
            },
        },
    })
}

impl Stage {
    fn new() -> Self {
        Self::with(|_| {})
    }

    /// The definition as `change` leaves it.
    fn with(change: impl FnOnce(&mut Value)) -> Self {
        let (sandbox, provider) = (Sandbox::new(), Provider::start());
        let mut definition = definition(&provider.url);
        change(&mut definition);
        let parameters = json!({ "clientSecret": CLIENT_SECRET.value(), "phrase": PHRASE.value() });
        let common = json!({ "shared": COMMON.value() });
        let written = vec![
            sandbox.write("canary.json", &definition.to_string()),
            sandbox.write("parameters.json", &parameters.to_string()),
            sandbox.write("common.json", &common.to_string()),
        ];
        Self { sandbox, provider, written, leaks: Leaks::default() }
    }

    /// `connect` or `record` with everything it needs, the browser coming back with `query`.
    fn authorize(&mut self, place: &str, command: &[&str], query: &str) -> Ran {
        let id = "clientId=canary";
        let mut arguments = vec![command[0], "canary.json", "--no-browser", "-p", id, "--params", "parameters.json"];
        arguments.extend(["--common", "common.json", "--log-file", "log.txt", "--verbose"]);
        arguments.extend(&command[1..]);
        let waiting = self.sandbox.start(&arguments);
        let address = url::Url::parse(&waiting.url).unwrap();
        let state = address.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let page = waiting.visit(&format!("{}?state={state}&{query}", waiting.redirect_uri()));
        let ran = waiting.finish();
        self.leaks.search(&format!("{place}, the browser's page"), &page, &self.provider.verifiers());
        self.printed(place, &ran);
        ran
    }

    /// A run on the saved connection.
    fn run(&mut self, place: &str, arguments: &[&str]) -> Ran {
        let ran = self.sandbox.run(arguments);
        self.printed(place, &ran);
        ran
    }

    /// Searches what was printed and every file that was left.
    fn printed(&mut self, place: &str, ran: &Ran) {
        let verifiers = self.provider.verifiers();
        self.leaks.search(&format!("{place}, stdout"), &ran.stdout, &verifiers);
        self.leaks.search(&format!("{place}, stderr"), &ran.stderr, &verifiers);
        self.leaks.search_files(place, &self.sandbox.path(""), &self.written);
    }
}

/// The callback's query with the code.
fn with_code() -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair("code", &CODE.value()).finish()
}

#[test]
fn a_life_that_goes_well_tells_no_secret() {
    let mut stage = Stage::new();
    stage.authorize("connect", &["connect", "--name", "jane"], &with_code()).ended(0);
    assert!(std::fs::read_to_string(stage.sandbox.path("log.txt")).unwrap().contains("/token"), "the log tells");
    assert!(!stage.provider.verifiers().is_empty(), "a verifier was sent");
    stage.authorize("connect --json", &["connect", "--name", "jane", "--replace", "--json"], &with_code()).ended(0);
    let url = format!("{}/things", stage.provider.url);
    for arguments in [
        vec!["info", "jane", "--json"],
        vec!["info", "jane", "-v"],
        vec!["refresh", "jane", "--force", "--json", "--log-file", "log.txt"],
        vec!["refresh", "jane", "--force", "-v"],
        vec!["request", "jane", "GET", &url, "--json"],
        vec!["request", "jane", "GET", &url, "--include", "-v", "--log-file", "log.txt"],
        vec!["connections", "show", "jane"],
        vec!["connections", "show", "jane", "--json"],
        vec!["connections", "list", "--json"],
        vec!["invalidate", "jane", "--json", "--log-file", "log.txt"],
        vec!["invalidate", "jane", "-v"],
    ] {
        stage.run(&arguments.join(" "), &arguments).ended(0);
    }
    stage.leaks.none();
}

#[test]
fn a_recording_holds_no_secret_and_neither_does_its_replay() {
    let mut stage = Stage::new();
    let all = ["record", "-o", "life.json", "--steps", "connect,info,refresh,invalidate"];
    stage.authorize("record", &all, &with_code()).ended(0);
    let text = std::fs::read_to_string(stage.sandbox.path("life.json")).unwrap();
    assert!(text.contains('«'), "placeholders stand for what was hidden");
    stage.run("replay", &["replay", "life.json"]).ended(0);
    stage.sandbox.write("differing.json", &text.replace("code_verifier", "code_reader").replace("/me", "/you"));
    stage.run("replay of what differs", &["replay", "differing.json"]).ended(1);
    for manner in Manner::ALL {
        stage.provider.fail("/me", manner);
        let place = format!("record, /me fails: {manner:?}");
        stage.authorize(&place, &["record", "-o", "failed.json", "--json"], &with_code()).ended(1);
    }
    stage.leaks.none();
}

#[test]
fn a_refusal_that_repeats_everything_tells_no_secret() {
    let mut stage = Stage::new();
    for path in ["/token", "/me"] {
        for manner in Manner::ALL {
            stage.provider.fail(path, manner);
            let place = format!("{path} fails: {manner:?}");
            stage.authorize(&place, &["connect", "--no-save"], &with_code()).ended(1);
            stage.authorize(&place, &["connect", "--no-save", "--json"], &with_code()).ended(1);
        }
    }
    stage.provider.recover();
    stage.authorize("connect", &["connect", "--name", "jane"], &with_code()).ended(0);
    let url = format!("{}/things", stage.provider.url);
    for manner in Manner::ALL {
        for (path, arguments) in [
            ("/refresh", vec!["refresh", "jane", "--force", "-v", "--log-file", "log.txt"]),
            ("/refresh", vec!["refresh", "jane", "--force", "--json"]),
            ("/me", vec!["info", "jane", "--json", "--log-file", "log.txt"]),
            ("/things", vec!["request", "jane", "POST", &url, "--json", "--data", "{}"]),
            ("/revoke", vec!["invalidate", "jane", "--json", "--log-file", "log.txt"]),
        ] {
            stage.provider.fail(path, manner);
            stage.run(&format!("{} while it fails: {manner:?}", arguments.join(" ")), &arguments);
        }
    }
    stage.leaks.none();
}

#[test]
fn a_callback_that_refuses_tells_no_secret() {
    let mut stage = Stage::new();
    let code = with_code();
    for query in [
        format!("error=access_denied&error_description=no&{code}"),
        format!("error=server_error&error_description=sorry&{code}"),
        code.replace("code=", "code=forged&state=forged&again="),
    ] {
        stage.authorize(&query, &["connect", "--no-save", "--json", "--timeout", "2"], &query);
        stage.authorize(&query, &["connect", "--no-save", "--timeout", "2"], &query);
    }
    stage.leaks.none();
}

#[test]
fn an_expression_that_fails_tells_no_secret() {
    let change = |directive: &str, value: Value| {
        let pointer = format!("/communication/info/{directive}");
        move |definition: &mut Value| match definition.pointer_mut(&pointer) {
            Some(place) => *place = value,
            None => {
                let (parent, key) = pointer.rsplit_once('/').unwrap();
                definition.pointer_mut(parent).unwrap()[key] = value;
            }
        }
    };
    for (directive, text) in [
        ("url", "{{connection.one}}://nowhere"),
        ("url", "http://127.0.0.1:9/{{connection.one}}?x={{parameters.phrase}}"),
        ("url", "http://{{parameters.phrase}}/"),
        ("url", "http://u:{{encodeURL(parameters.phrase)}}@127.0.0.1:9/"),
        ("method", "{{parameters.phrase}}"),
        ("headers/x-phrase", "{{parameters.phrase}}\n{{common.shared}}"),
        ("headers/x-phrase", "{{parseDate(parameters.phrase)}}"),
        ("headers/x-phrase", "{{sha256(parameters.phrase; 'hex'; connection.one; 'nothing')}}"),
        ("headers/x-phrase", "{{replace('a'; '/(' + parameters.phrase + '/'; common.shared)}}"),
        ("headers/x-phrase", "{{parseJSON(common.shared)}}"),
        ("ca", "{{parameters.phrase}}"),
        ("temp", "{{parseNumber(parameters.phrase).nothing(connection.one)}}"),
        ("response/uid", "{{parseDate(connection.one)}}"),
        ("response/valid", "{{formatDate(connection.one; 'X')}}"),
        ("response/type", "{{connection.one}}"),
    ] {
        let mut stage = Stage::with(change(directive, json!(text)));
        let place = format!("info.{directive} = {text}");
        stage.authorize(&place, &["connect", "--no-save"], &with_code());
        stage.authorize(&place, &["connect", "--no-save", "--json"], &with_code());
        stage.leaks.none();
    }
}

#[test]
fn what_never_starts_tells_no_secret() {
    let mut stage = Stage::new();
    let phrase = format!("phrase:{}", PHRASE.plain());
    let secret = format!("clientSecret={}", CLIENT_SECRET.value());
    stage.written.push(stage.sandbox.write("cut.json", &format!("{{ \"phrase\": {}", json!(PHRASE.value()))));
    stage.written.push(stage.sandbox.write("list.json", &json!([COMMON.value()]).to_string()));
    let store = format!("postgres://jane:{}@127.0.0.1:9/connections", ELSEWHERE.plain());
    let map = format!("https://jane:{0}@api.example=http://127.0.0.1:9/{0}", ELSEWHERE.plain());
    for arguments in [
        vec!["connect", "canary.json", "-p", &phrase],
        vec!["connect", "canary.json", "--params", "cut.json"],
        vec!["connect", "canary.json", "--common", "cut.json"],
        vec!["connect", "canary.json", "--common", "list.json"],
        vec!["connect", "nowhere.json", "-p", &secret],
        vec!["connect", "canary.json", "-p", &secret, "--store", &store],
        vec!["connections", "--store", &store],
        vec!["connect", "canary.json", "-p", &secret, "--map-origin", &map],
        vec!["connect", "canary.json", "-p", &secret, "--compat", "nothing=1"],
    ] {
        stage.run(&arguments.join(" "), &arguments).ended(2);
    }
    let skeleton = ["record", "canary.json", "--skeleton", "-o", "life.json", "-p", &secret, "--common", "common.json"];
    stage.run("record --skeleton", &skeleton).ended(0);
    let outline = ["connect", "canary.json", "--dry-run", "-p", &secret, "--common", "common.json"];
    stage.run("connect --dry-run", &outline).ended(0);
    stage.leaks.none();
}
