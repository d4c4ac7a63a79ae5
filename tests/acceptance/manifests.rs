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
    // Nothing was asked, so nothing is claimed.
    assert_eq!(run(&["info", "mine", "--json"]).ended(0).json()["outcome"], "unchanged");
    let ran = run(&["run", "academy-manifest", "--with", "mine", "--json"]).ended(0).json();
    assert_eq!((ran["outcome"].as_str(), ran["steps"][0]["block"].as_str()), (Some("ran"), Some("execute")));
    assert!(ran["steps"][0]["request"].to_string().contains("Bearer «accessToken»"), "{ran}");
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
    // The header, two members of `data`, and the refresh token; addresses have a suggestion instead.
    let harmed = |finding: &&Value| finding["code"] == "CS1119" && finding["fix"]["safe"] == true;
    assert_eq!(found.as_array().unwrap().iter().filter(harmed).count(), 4, "{found}");
}

#[test]
fn a_run_takes_values_and_names_what_is_missing() {
    let sandbox = Sandbox::new();
    let manifest = json!({
        "initial_data_form": [{"id": "KEY", "name": "Key", "description": "Its key", "secret": true}],
        "form": [{"id": "TEAM", "name": "Team", "type": "input"}],
        "headers": {"X-Key": "{{KEY|safe}}"},
        "execute": [{"url": "http://127.0.0.1:9/{{TEAM}}/{{email}}", "method": "POST"}],
        "exists": {"url": "http://127.0.0.1:9/{{email}}", "method": "GET", "expected": "{{email}}"}
    });
    sandbox.write("m.json", &manifest.to_string());
    let missing = sandbox.run(&["run", "m.json", "-p", "email=j@x.test"]).ended(2);
    assert!(missing.stderr.contains("KEY (Key), TEAM (Team)"), "{}", missing.stderr);
    let missing = sandbox.run(&["run", "m.json", "--part", "exists"]).ended(2);
    assert!(missing.stderr.contains("KEY (Key)") && !missing.stderr.contains("TEAM"), "{}", missing.stderr);
    let unknown = sandbox.run(&["run", "m.json", "-p", "emial=j@x.test"]).ended(2);
    assert!(unknown.stderr.contains("did you mean `email`?"), "{}", unknown.stderr);
    let field = sandbox.run(&["run", "academy-manifest", "-p", "oauth.acces_token=a-b-c-d"]).ended(2);
    assert!(field.stderr.contains("did you mean `oauth.access_token`?"), "{}", field.stderr);
    let field = sandbox.run(&["run", "academy-manifest", "-p", "oauth.zebra=a-b-c-d"]).ended(2);
    assert!(field.stderr.contains("reads nothing called `oauth.zebra`"), "{}", field.stderr);
    let deep = json!({
        "headers": {"X-Team": "{{oauth.team.id}}"},
        "oauth": {
            "authenticate_url": "http://127.0.0.1:9/a?redirect_uri={{redirect_url}}",
            "access_token": {"url": "http://127.0.0.1:9/token"}
        },
        "execute": [{"url": "http://127.0.0.1:9/{{oauth.team.id}}", "method": "GET"}]
    });
    sandbox.write("deep.json", &deep.to_string());
    let sent = sandbox.run(&["run", "deep.json", "--json", "-p", "oauth.team.id=t7"]).ended(1).json();
    assert_eq!(sent["steps"][0]["request"]["url"], "http://127.0.0.1:9/t7");
    let given = ["-p", "KEY=k3y-of-mine-1", "-p", "TEAM=t", "-p", "email=j@x.test"];
    let refused = sandbox.run(&[&["run", "m.json", "--json"], &given[..]].concat()).ended(1).hides(&["k3y-of-mine-1"]);
    let report = refused.json();
    assert_eq!(report["error"]["type"], "ProviderUnreachable");
    assert_eq!(report["steps"][0]["request"]["url"], "http://127.0.0.1:9/t/j@x.test");
    sandbox.run(&[&["run", "m.json", "--step", "2"], &given[..]].concat()).ended(2);
    sandbox.run(&[&["run", "m.json", "--part", "revoke"], &given[..]].concat()).ended(2);
    let make = sandbox.run(&["run", "academy-v2"]).ended(2);
    assert!(make.stderr.contains("no integration manifest"), "{}", make.stderr);
    let tokens = sandbox.run(&["run", "academy-manifest"]).ended(2);
    assert!(tokens.stderr.contains("--with NAME"), "{}", tokens.stderr);
}

#[test]
fn the_bundled_manifest_becomes_an_app_that_connects() {
    let sandbox = Sandbox::new();
    let converted = sandbox.run(&["convert", "--from", "chiefonboarding", "academy-manifest", "-o", "app"]).ended(0);
    assert!(
        converted.stdout.contains("Not carried over:") && converted.stdout.contains("`execute[1]`"),
        "{}",
        converted.stdout
    );
    let clean = sandbox.run(&["check", "app", "--deny", "warning"]).ended(0);
    assert!(!clean.stdout.contains("CS"), "{}", clean.stdout);
    // The Academy counts in minutes and a manifest in seconds: that is mended, and said.
    assert!(converted.stdout.contains("this provider counts minutes"), "{}", converted.stdout);
    assert!(!converted.stdout.contains("came with the manifest"), "{}", converted.stdout);
    let served = sandbox.academy(&["--code-in-query"]);
    let map = served.map();
    let client = ["-p", "clientId=academy-demo", "-p", "clientSecret=academy-demo-secret"];
    let first = [&["connect", "app", "--no-browser", "--json", "--name", "mine"], &client[..]].concat();
    let waiting = sandbox.start(&arguments(&first, &map));
    waiting.consent(Person::JaneBlack, Decision::Allow);
    assert_eq!(waiting.finish().ended(0).hides(&["academy-demo-secret"]).json()["outcome"], "connected");
    sandbox.run(&arguments(&["refresh", "mine", "--force"], &map)).ended(0);
    // An app without `info` asks nothing, so nothing is claimed.
    let info = sandbox.run(&arguments(&["info", "mine"], &map)).ended(0);
    assert!(info.stdout.contains("unchanged") && info.stdout.contains("nothing was asked"), "{}", info.stdout);
    assert!(!info.stdout.contains("valid"), "{}", info.stdout);
    // A connection of the app is none of the manifest's; a copy of the manifest may use one of the original.
    let foreign = sandbox.run(&arguments(&["run", "academy-manifest", "--with", "mine"], &map)).ended(2);
    let words = ["belongs to another definition", "app", "connspec connect academy-manifest"];
    assert!(words.iter().all(|words| foreign.stderr.contains(words)), "{}", foreign.stderr);
    assert!(!foreign.stderr.contains("no tokens yet"), "{}", foreign.stderr);
    connected(&sandbox, &served, "academy-manifest", "ours");
    sandbox.run(&["specs", "copy", "academy-manifest", "copy"]).ended(0);
    sandbox.run(&arguments(&["run", "copy", "--with", "ours"], &map)).ended(0);
    // Nothing is overwritten; a definition of Make's is none; what is missing has a name.
    sandbox.run(&["convert", "--from", "chiefonboarding", "academy-manifest", "-o", "app"]).ended(2);
    sandbox.run(&["convert", "--from", "chiefonboarding", "academy-v2", "-o", "x"]).ended(2);
    sandbox.write("part.json", r#"{"oauth": {"authenticate_url": "https://a.test"}, "execute": []}"#);
    let part = sandbox.run(&["convert", "--from", "chiefonboarding", "part.json", "-o", "x"]).ended(2);
    assert!(part.stderr.contains("`oauth` lacks `access_token`"), "{}", part.stderr);
    // With the code in the body, as the Academy documents it.
    let strict = sandbox.academy(&[]);
    let map = strict.map();
    sandbox
        .run(&["convert", "--from", "chiefonboarding", "academy-manifest", "-o", "body", "--code", "body", "--json"])
        .ended(0);
    let first = [&["connect", "body", "--no-browser", "--json", "--no-save"], &client[..]].concat();
    let waiting = sandbox.start(&arguments(&first, &map));
    waiting.consent(Person::JohnDoe, Decision::Allow);
    assert_eq!(waiting.finish().ended(0).json()["outcome"], "connected");
}

/// What a manifest does wrong, its app does too: that is listed, stands in the app, and does not hide what comes later.
#[test]
fn mistakes_that_come_with_a_manifest_are_said_once() {
    let sandbox = Sandbox::new();
    let manifest = json!({
        "initial_data_form": [{"id": "KEY", "name": "Key", "description": "k", "secret": true}],
        "oauth": {
            "authenticate_url": "https://acme.test/authorize?client_id=x",
            "access_token": {"url": "http://acme.test/token", "method": "POST", "data": {"client_id": "x"}},
            "refresh": {"url": "http://acme.test/token", "method": "POST",
                        "data": {"refresh_token": "{{oauth.refresh_token|safe}}"}}
        },
        "execute": [{"url": "http://acme.test/users", "method": "POST"}]
    });
    sandbox.write("m.json", &manifest.to_string());
    let converted = sandbox.run(&["convert", "--from", "chiefonboarding", "m.json", "-o", "app"]).ended(0);
    let (_, listed) = converted.stdout.split_once("Mistakes that came with the manifest").unwrap();
    assert!(listed.contains("CS0519 `token` sends no `grant_type`"), "{listed}");
    let app = std::fs::read_to_string(sandbox.path("app/connections/m/m.oauth-communication.iml.json")).unwrap();
    assert!(app.contains("// connspec-ignore CS0519: the manifest has it so: `token` sends no `grant_type`"), "{app}");
    assert!(std::fs::read_to_string(sandbox.path("app/README.md")).unwrap().contains("CS0519"));
    let clean = sandbox.run(&["check", "app", "--deny", "warning"]).ended(0);
    assert!(!clean.stdout.contains("CS"), "{}", clean.stdout);
    // Each mistake of the list has its comment.
    let codes = listed.lines().filter_map(|line| line.split(": CS").nth(1)?.get(..4)).map(|code| format!("CS{code}"));
    let files = [
        app,
        std::fs::read_to_string(sandbox.path("app/general/base.iml.json")).unwrap(),
        std::fs::read_to_string(sandbox.path("app/connections/m/m.params.iml.json")).unwrap(),
    ];
    for code in codes {
        assert!(files.iter().any(|text| text.contains(&format!("connspec-ignore {code}"))), "{code}");
    }
}

/// What cuts an address into parameters may stand in a secret: it is hidden before that.
#[test]
fn a_secret_in_an_address_is_hidden_whatever_it_holds() {
    let sandbox = Sandbox::new();
    for filter in ["", "|safe", "|urlencode"] {
        let manifest = json!({
            "initial_data_form": [{"id": "KEY", "name": "Key", "description": "k", "secret": true}],
            "oauth": {
                "authenticate_url": "https://acme.test/authorize?response_type=code&redirect_uri={{redirect_url}}",
                "access_token": {
                    "url": format!("https://acme.test/token?grant_type=x&client_secret={{{{KEY{filter}}}}}"),
                    "method": "POST", "headers": {"Accept": "*/*"}
                }
            },
            "execute": []
        });
        sandbox.write("m.json", &manifest.to_string());
        let secret = "KEY=front-part&mid-part=1;last \"part#and-end";
        let shown = sandbox.run(&["connect", "m.json", "--dry-run", "-v", "-p", secret]).ended(0);
        let shown = shown.hides(&["front-part", "mid-part", "and-end"]);
        assert!(shown.stdout.contains("client_secret = «key»"), "{}", shown.stdout);
    }
}
