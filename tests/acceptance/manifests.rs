//! Integration manifests, the second dialect, through the binary against a served Academy.

use connspec_provider::academy::{Decision, Person};
use serde_json::{Value, json};

use crate::support::{Sandbox, Served};

const CLIENT: [&str; 4] = ["-p", "CLIENT_ID=academy-demo", "-p", "CLIENT_SECRET=academy-demo-secret"];

fn arguments<'a>(first: &[&'a str], map: &'a str) -> Vec<&'a str> {
    first.iter().copied().chain(["--map-origin", map]).collect()
}

fn connected(sandbox: &Sandbox, served: &Served, spec: &str, name: &str) {
    let map = served.map();
    let first = [&["connect", spec, "--no-browser", "--json", "--name", name], &CLIENT[..]].concat();
    let waiting = sandbox.start(&arguments(&first, &map));
    waiting.consent(Person::JaneBlack, Decision::Allow);
    let ran = waiting.finish().ended(0).hides(&["academy-demo-secret"]);
    let report = ran.json();
    assert_eq!(report["outcome"], "connected");
    assert_eq!(report["connection"]["data"]["oauth"]["access_token"], "«accessToken»");
    assert_eq!(report["connection"]["data"]["CLIENT_SECRET"], "«clientSecret»");
}

#[test]
fn the_whole_life_of_the_bundled_manifest() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&["--code-in-query"]);
    let map = served.map();
    connected(&sandbox, &served, "academy-manifest", "mine");
    let run = |first: &[&str]| sandbox.run(&arguments(first, &map)).hides(&["academy-demo-secret"]);
    assert_eq!(run(&["info", "mine", "--json"]).ended(0).json()["outcome"], "valid");
    assert_eq!(run(&["refresh", "mine", "--force", "--json"]).ended(0).json()["outcome"], "refreshed");
    let token = run(&["token", "mine"]).ended(0).stdout;
    let show = run(&["connections", "show", "mine"]);
    assert!(!show.stdout.contains(token.trim()), "{}", show.stdout);
    let people = run(&["request", "mine", "GET", "https://app-academy.make.com/api/v2/people"]).ended(0);
    assert!(people.stdout.starts_with(['[', '{']), "{}", people.stdout);
    let foreign = run(&["request", "mine", "GET", "https://example.com/"]).ended(2);
    assert!(foreign.stderr.contains("no host of this definition"), "{}", foreign.stderr);
    assert_eq!(run(&["invalidate", "mine", "--json"]).ended(0).json()["outcome"], "invalidated");
}

#[test]
fn a_code_in_the_address_alone_is_refused_as_the_documentation_has_it() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&[]);
    let map = served.map();
    let waiting =
        sandbox.start(&arguments(&[&["connect", "academy-manifest", "--no-browser"], &CLIENT[..]].concat(), &map));
    waiting.consent(Person::JaneBlack, Decision::Allow);
    let ran = waiting.finish().ended(1);
    assert!(ran.stdout.contains("status 400"), "{}", ran.stdout);
}

#[test]
fn what_is_recorded_replays() {
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&["--code-in-query"]);
    let map = served.map();
    let steps = ["record", "academy-manifest", "--no-browser", "--steps", "connect,refresh", "-o", "f/life.json"];
    let waiting = sandbox.start(&arguments(&[&steps, &CLIENT[..]].concat(), &map));
    waiting.consent(Person::JohnDoe, Decision::Allow);
    waiting.finish().ended(0);
    let fixture = std::fs::read_to_string(sandbox.path("f/life.json")).unwrap();
    assert!(!fixture.contains("academy-demo-secret"), "{fixture}");
    assert!(fixture.contains("/token?code=«code#1»\""), "{fixture}");
    sandbox.run(&["replay", "f"]).ended(0);
}

/// A manifest of one's own, alone in its folder, with a client secret that autoescaping changes.
#[test]
fn a_folder_of_one_s_own_and_a_secret_with_entities() {
    const SECRET: &str = "p&q<r>'s\"t-secret";
    let sandbox = Sandbox::new();
    let served = sandbox.academy(&["--code-in-query", "--client-secret", SECRET]);
    let map = served.map();
    let manifest = |filter: &str| {
        json!({
            "initial_data_form": [
                {"id": "CLIENT_ID", "name": "Client", "description": "Its ID", "secret": false},
                {"id": "KEY", "name": "Key", "description": "Its secret", "secret": true}
            ],
            "oauth": {
                "authenticate_url": "https://app-academy.make.com/api/v2/authorize?response_type=code&scope=connect\
                                     &client_id={{CLIENT_ID}}&redirect_uri={{redirect_url}}",
                "access_token": {
                    "url": "https://app-academy.make.com/api/v2/token",
                    "method": "POST",
                    "headers": {"X-Client": format!("Basic {{{{KEY{filter}}}}}"), "Accept": "*/*"},
                    "data": {
                        "grant_type": "authorization_code", "redirect_uri": "{{redirect_url}}",
                        "client_id": "{{CLIENT_ID}}", "client_secret": format!("{{{{KEY{filter}}}}}")
                    },
                    "status_code": ["200"]
                },
                "refresh": {
                    "url": "https://app-academy.make.com/api/v2/refresh",
                    "method": "POST",
                    "data": {"grant_type": "refresh_token", "refresh_token": "{{oauth.refresh_token}}"}
                }
            },
            "execute": [{"url": "https://app-academy.make.com/api/v2/people", "method": "GET"}]
        })
        .to_string()
    };
    let hidden = [SECRET, "p&amp;q", "p%26amp", "q&lt;r", "s&quot;t-secret", "t-secret"];
    let secret = format!("KEY={SECRET}");
    let connect = |spec: &str| {
        let first = ["connect", spec, "--no-browser", "--json", "-p", "CLIENT_ID=academy-demo", "-p", &secret];
        let waiting = sandbox.start(&arguments(&first, &map));
        waiting.consent(Person::JohnDoe, Decision::Allow);
        waiting.finish()
    };
    sandbox.write("escaped/crm.json", &manifest(""));
    let ran = connect("escaped").ended(1).hides(&hidden);
    assert!(ran.stdout.contains("{{ KEY|safe }}"), "{}", ran.stdout);
    // The quote within the secret would end the JSON text; Django's `escapejs` is what such a value needs.
    sandbox.write("right/crm.json", &manifest("|escapejs|safe"));
    sandbox.run(&["check", "right", "--deny", "warning"]).ended(0);
    connect("right").ended(0).hides(&hidden);
    let found = sandbox.run(&["check", "right/crm.json", "--format", "json"]).ended(0).json();
    let remarks = found.as_array().unwrap().iter().all(|finding| finding["severity"] == "info");
    assert!(remarks, "{found}");
    let found = sandbox.run(&["check", "escaped/crm.json", "--format", "json"]).ended(0).json();
    let harmed = |finding: &&Value| finding["code"] == "CS1119" && finding["fix"]["safe"] == true;
    assert_eq!(found.as_array().unwrap().iter().filter(harmed).count(), 2, "{found}");
}
