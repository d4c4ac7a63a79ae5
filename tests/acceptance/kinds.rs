//! Every kind of connection that has a pattern: recorded against Acme over HTTP, replayed without it, and the same as
//! the fixture that comes with the program.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Sandbox, Served};

const SECRETS: &[&str] = &["acme-demo-secret", "acme-demo-key", "acme-demo-password"];

const KEY: &[&str] = &["apiKey=acme-demo-key"];
const LOGIN: &[&str] = &["username=ada", "password=acme-demo-password"];
const CLIENT: &[&str] = &["clientId=acme-demo", "clientSecret=acme-demo-secret"];
const PUBLIC: &[&str] = &["clientId=acme-demo-public"];
const CONSUMER: &[&str] = &["consumerKey=acme-demo", "consumerSecret=acme-demo-secret"];
const BOTH: &[&str] =
    &["clientId=acme-demo", "clientSecret=acme-demo-secret", "username=ada", "password=acme-demo-password"];

struct Kind {
    spec: &'static str,
    parameters: &'static [&'static str],
    /// Whether a person answers in a browser.
    browser: bool,
    steps: &'static str,
    /// The blocks that ask, in order.
    blocks: &'static [&'static str],
    /// Who is connected (connection.md §8).
    uid: &'static str,
}

/// A basic connection is one block, named by its place (cli.md, "Fixture file").
const KINDS: &[Kind] = &[
    Kind {
        spec: "api-key",
        parameters: KEY,
        browser: false,
        steps: "connect,info",
        blocks: &["api", "api"],
        uid: "ada",
    },
    Kind {
        spec: "api-key-query",
        parameters: KEY,
        browser: false,
        steps: "connect,info",
        blocks: &["api", "api"],
        uid: "ada",
    },
    Kind {
        spec: "api-key-body",
        parameters: KEY,
        browser: false,
        steps: "connect,info",
        blocks: &["api", "api"],
        uid: "ada",
    },
    Kind {
        spec: "basic-auth",
        parameters: LOGIN,
        browser: false,
        steps: "connect,info",
        blocks: &["api", "api"],
        uid: "ada",
    },
    Kind {
        spec: "basic-list",
        parameters: LOGIN,
        browser: false,
        steps: "connect,info",
        blocks: &["api"; 4],
        uid: "ada",
    },
    Kind {
        spec: "login-then-token",
        parameters: LOGIN,
        browser: false,
        steps: "connect,info,invalidate",
        blocks: &["token", "info", "info", "invalidate"],
        uid: "ada",
    },
    Kind {
        spec: "oauth2-client-credentials",
        parameters: CLIENT,
        browser: false,
        steps: "connect,info",
        blocks: &["token", "info", "info"],
        uid: "acme-demo",
    },
    Kind {
        spec: "oauth2-password",
        parameters: BOTH,
        browser: false,
        steps: "connect,info",
        blocks: &["token", "info", "info"],
        uid: "ada",
    },
    Kind {
        spec: "oauth2-authorization-code",
        parameters: CLIENT,
        browser: true,
        steps: "connect,info,refresh,invalidate",
        blocks: &["token", "info", "info", "refresh", "invalidate"],
        uid: "grace",
    },
    Kind {
        spec: "oauth2-pkce",
        parameters: PUBLIC,
        browser: true,
        steps: "connect,info,refresh,invalidate",
        blocks: &["token", "info", "info", "refresh", "invalidate"],
        uid: "grace",
    },
    Kind {
        spec: "oauth1",
        parameters: CONSUMER,
        browser: true,
        steps: "connect,info",
        blocks: &["requestToken", "accessToken", "info", "info"],
        uid: "grace",
    },
];

impl Kind {
    /// Records the flow into `file`.
    fn record(&self, sandbox: &Sandbox, served: &Served, file: &str) {
        let map = served.map();
        let mut arguments = vec!["record", self.spec, "-o", file, "--steps", self.steps, "--map-origin", &map];
        for parameter in self.parameters {
            arguments.extend(["-p", *parameter]);
        }
        let ran = if self.browser {
            arguments.push("--no-browser");
            let waiting = sandbox.start(&arguments);
            waiting.consent_as("grace", true);
            waiting.finish()
        } else {
            sandbox.run(&arguments)
        };
        ran.ended(0).hides(SECRETS);
    }
}

fn read(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// What a recording says apart from the moment it was made: clocks, seeds, ports and dates.
fn lasting(fixture: &Value) -> Value {
    let exchanges: Vec<Value> = fixture["exchanges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|exchange| {
            json!([
                exchange["block"],
                exchange["request"]["method"],
                exchange["request"]["url"].as_str().unwrap().split("oauth_").next(),
                exchange["response"]["status"],
                exchange["response"]["body"],
            ])
        })
        .collect();
    json!([fixture["spec"], fixture["specHash"], fixture["steps"], exchanges, fixture["expect"]["uid"]])
}

#[test]
fn each_pattern_connects_with_acme_and_its_recording_replays_and_equals_the_one_that_comes_along() {
    let sandbox = Sandbox::new();
    let served = sandbox.acme();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/acme");
    for kind in KINDS {
        let file = format!("recorded/{}.json", kind.spec);
        std::fs::create_dir_all(sandbox.path("recorded")).unwrap();
        kind.record(&sandbox, &served, &file);
        let text = std::fs::read_to_string(sandbox.path(&file)).unwrap();
        for secret in SECRETS {
            assert!(!text.contains(secret), "{}: {secret} is in the recording", kind.spec);
        }
        let fixture = read(&sandbox.path(&file));
        let blocks: Vec<_> = fixture["exchanges"].as_array().unwrap().iter().map(|one| &one["block"]).collect();
        assert_eq!(json!(blocks), json!(kind.blocks), "{}", kind.spec);
        assert_eq!(fixture["expect"]["uid"], kind.uid, "{}", kind.spec);
        let along = read(&committed.join(format!("{}.json", kind.spec)));
        assert_eq!(lasting(&fixture), lasting(&along), "{}: record fixtures/acme again", kind.spec);
    }
    let replayed = sandbox.run(&["replay", "recorded"]).ended(0);
    assert!(replayed.stdout.contains(&format!("{} ", KINDS.len())), "{}", replayed.stdout);
    let patterns = sandbox.run(&["specs", "list", "--json"]).ended(0).json();
    for pattern in patterns.as_array().unwrap() {
        let name = pattern["name"].as_str().unwrap();
        assert!(
            name.starts_with("academy") || KINDS.iter().any(|kind| kind.spec == name),
            "{name} is connected with nowhere"
        );
    }
}

#[test]
fn each_pattern_is_refused_in_words_with_wrong_credentials() {
    let sandbox = Sandbox::new();
    let served = sandbox.acme();
    let map = served.map();
    let table: [(&str, &[&str], &str); 8] = [
        ("api-key", &["apiKey=wrong"], "does not know this API key"),
        ("api-key-query", &["apiKey=wrong"], "does not know this API key"),
        ("api-key-body", &["apiKey=wrong"], "does not know this API key"),
        ("basic-auth", &["username=ada", "password=wrong"], "does not know this user name and password"),
        ("basic-list", &["username=ada", "password=wrong"], "does not know this user name and password"),
        ("login-then-token", &["username=nobody", "password=wrong"], "does not know this user name and password"),
        ("oauth2-client-credentials", &["clientId=acme-demo", "clientSecret=wrong"], "401"),
        ("oauth1", &["consumerKey=acme-demo", "consumerSecret=wrong"], "Acme gave no request token"),
    ];
    for (spec, parameters, words) in table {
        let mut arguments = vec!["connect", spec, "--no-save", "--no-browser", "--map-origin", &map];
        for parameter in parameters {
            arguments.extend(["-p", *parameter]);
        }
        let ran = sandbox.run(&arguments).ended(1);
        assert!(ran.stdout.contains(words), "{spec}: {}", ran.stdout);
    }
}

#[test]
fn a_denial_of_oauth_1_and_2_is_said_in_words() {
    let sandbox = Sandbox::new();
    let served = sandbox.acme();
    let map = served.map();
    for (spec, parameters) in [("oauth2-pkce", PUBLIC), ("oauth1", CONSUMER)] {
        let mut arguments = vec!["connect", spec, "--no-save", "--no-browser", "--map-origin", &map];
        for parameter in parameters {
            arguments.extend(["-p", *parameter]);
        }
        let waiting = sandbox.start(&arguments);
        waiting.consent_as("ada", false);
        let ran = waiting.finish().ended(1);
        assert!(ran.stdout.contains("denied") || ran.stdout.contains("did not grant"), "{spec}: {}", ran.stdout);
    }
}

#[test]
fn each_saved_connection_calls_the_api_as_its_app_does() {
    let sandbox = Sandbox::new();
    let served = sandbox.acme();
    let map = served.map();
    for kind in KINDS {
        let mut arguments = vec!["connect", kind.spec, "--name", kind.spec, "--no-browser", "--map-origin", &map];
        for parameter in kind.parameters {
            arguments.extend(["-p", *parameter]);
        }
        let ran = if kind.browser {
            let waiting = sandbox.start(&arguments);
            waiting.consent_as("grace", true);
            waiting.finish()
        } else {
            sandbox.run(&arguments)
        };
        ran.ended(0);
        let call = sandbox.run(&["request", kind.spec, "GET", "/me", "--map-origin", &map, "-v"]).hides(SECRETS);
        if kind.spec == "api-key-body" {
            // A base has no body that could carry the key.
            call.ended(1);
            continue;
        }
        let call = call.ended(0);
        assert_eq!(call.json()["id"], kind.uid, "{}: {}", kind.spec, call.stdout);
        assert!(call.stderr.contains("GET https://api.acme.test/v1/me"), "{}: {}", kind.spec, call.stderr);
    }
}

#[test]
fn connecting_the_same_account_again_says_what_it_replaces_and_another_definition_gets_another_name() {
    let sandbox = Sandbox::new();
    let served = sandbox.acme();
    let map = served.map();
    let key = |spec| sandbox.run(&["connect", spec, "-p", KEY[0], "--map-origin", &map]).ended(0);
    let first = key("api-key");
    assert!(
        !first.stdout.contains("replaced") && first.stderr.contains("connspec request ada@acme.test"),
        "{}",
        first.stderr
    );
    let again = key("api-key");
    assert!(
        again.stdout.contains("“ada@acme.test” is saved already, for the same account: it is replaced"),
        "{}",
        again.stdout
    );
    let other = key("api-key-query");
    assert!(other.stdout.contains("so this one is “ada@acme.test 2”"), "{}", other.stdout);
    assert!(other.stderr.contains("connspec request 'ada@acme.test 2'"), "{}", other.stderr);
    let marked = sandbox.run(&["invalidate", "ada@acme.test", "--map-origin", &map]).ended(0);
    assert!(marked.stderr.contains("Nothing was sent"), "{}", marked.stderr);
}

/// A definition of one's own names another origin than Acme's: RFC 9207's `iss` and the signatures of OAuth 1 follow.
#[test]
fn acme_goes_by_the_origin_it_is_told() {
    const OWN: &str = "https://login.crmly.test";
    let sandbox = Sandbox::new();
    for (spec, parameters) in [("oauth2-authorization-code", CLIENT), ("oauth1", CONSUMER)] {
        sandbox.run(&["specs", "copy", spec, spec]).ended(0);
        let mut folders = vec![sandbox.path(spec)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = std::fs::read_to_string(&path).unwrap();
                    std::fs::write(&path, text.replace("https://api.acme.test", OWN)).unwrap();
                }
            }
        }
        let connect = |served: &Served| {
            let map = format!("{OWN}={}", served.url);
            let given = parameters.iter().flat_map(|parameter| ["-p", parameter]);
            let fixed = ["connect", spec, "--json", "--no-save", "--no-browser", "--map-origin", &map];
            let waiting = sandbox.start(&fixed.into_iter().chain(given).collect::<Vec<_>>());
            waiting.consent_as("ada", true);
            waiting.finish()
        };
        let report = connect(&sandbox.acme_as(OWN)).ended(0).json();
        assert_eq!(report["outcome"], "connected", "{spec}: {report:#}");
        if spec.starts_with("oauth2") {
            let report = connect(&sandbox.acme()).ended(1).json();
            assert_eq!(report["error"]["type"], "StateMismatch", "{report:#}");
            let message = report["error"]["message"].as_str().unwrap();
            assert!(message.contains(&format!("`connspec serve acme --origin {OWN}`")), "{message}");
        }
    }
    for arguments in [["serve", "acme", "--origin", "https://a.test/x"], ["serve", "academy-v2", "--origin", OWN]] {
        assert!(sandbox.run(&arguments).ended(2).stderr.contains("--origin"));
    }
}
