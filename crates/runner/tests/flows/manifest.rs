//! Integration manifests through the same machine (chiefonboarding.md §3): every expected value is that document's.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use connspec_exchange::{Request, Response};
use connspec_runner::record::replay;
use connspec_runner::{ErrorType, FlowStep, Inputs, ManifestRun, Outcome, Report, Reveal};
use connspec_spec::{Compat, Definition, Layout};
use serde_json::{Value, json};

use crate::leases::Leases;
use crate::support::{START, World, agreeing, browser, definition, message, parameter, target};

const HOUR: i64 = 3_600_000;

fn manifest(change: impl FnOnce(&mut Value)) -> Definition {
    let mut manifest = json!({
        "headers": {"Authorization": "Bearer {{ oauth.access_token }}"},
        "initial_data_form": [
            {"id": "CLIENT_ID", "name": "Client", "description": "c", "secret": false},
            {"id": "CLIENT_SECRET", "name": "Secret", "description": "s"}
        ],
        "oauth": {
            "authenticate_url":
                "https://auth.example.com/authorize?client_id={{CLIENT_ID}}&redirect_uri={{redirect_url}}&response_type=code",
            "access_token": {
                "url": "https://auth.example.com/token?grant_type=authorization_code",
                "method": "POST",
                "headers": {"Authorization": "Basic {{ CLIENT_ID }}:{{ CLIENT_SECRET }}"},
                "data": {"redirect_uri": "{{ redirect_url }}", "secret": "{{ CLIENT_SECRET }}"}
            },
            "refresh": {
                "url": "https://auth.example.com/token",
                "method": "POST",
                "data": {"grant_type": "refresh_token", "refresh_token": "{{ oauth.refresh_token|safe }}"}
            }
        },
        "execute": [{"url": "https://api.example.com/users", "method": "POST"}]
    });
    change(&mut manifest);
    let definition = definition(manifest);
    assert_eq!(definition.layout, Layout::Manifest);
    definition
}

fn inputs() -> Inputs {
    let parameters = json!({"CLIENT_ID": "me", "CLIENT_SECRET": "a&b"});
    Inputs { parameters: parameters.as_object().cloned().unwrap(), ..Inputs::default() }
}

fn answer(request: &Request) -> Response {
    match request.label.block.as_str() {
        "token" => Response::json(
            200,
            &json!({"access_token": "a-1", "refresh_token": "r&1", "expires_in": 3600, "x": {"y": 1}}),
        ),
        _ => Response::json(200, &json!({"access_token": "a-2", "x": {"z": 2}})),
    }
}

async fn connect(world: &World, definition: &Definition, queries: &[&str]) -> Report {
    world.runner.connect(definition, &target(), &inputs(), &browser(queries)).await
}

#[tokio::test]
async fn the_whole_answer_is_kept_and_the_code_is_appended() {
    let world = World::new(|request| Ok(answer(request)));
    let definition = manifest(|_| ());
    let report = connect(&world, &definition, &["code=4/0+x&state=STATE"]).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    let page = report.authorization.as_ref().unwrap();
    assert_eq!(parameter(&page.url, "client_id").as_deref(), Some("me"));
    assert_eq!(parameter(&page.url, "redirect_uri").as_deref(), Some(crate::support::REDIRECT));
    let sent = world.sent.lock().unwrap().clone();
    // `+` of the query is a space before it is appended, and is sent as an address can hold it.
    assert_eq!(sent[0].url, "https://auth.example.com/token?grant_type=authorization_code&code=4/0%20x");
    // `me:a&amp;b`: the secret is escaped, as the original does it.
    assert_eq!(sent[0].headers.get("authorization"), Some("Basic bWU6YSZhbXA7Yg=="));
    let body = sent[0].text().unwrap();
    assert_eq!(body, "redirect_uri=http%3A%2F%2F127.0.0.1%3A50123%2Foauth%2Fcb%2Fapp&secret=a%26amp%3Bb");
    let data = report.connection.unwrap().data;
    assert_eq!(
        data["oauth"],
        json!({"access_token": "a-1", "refresh_token": "r&1", "expires_in": 3600, "x": {"y": 1}})
    );
    let notes: Vec<String> = report.steps.iter().flat_map(|step| &step.decisions).map(ToString::to_string).collect();
    assert!(notes.iter().any(|note| note.contains("{{ CLIENT_SECRET|safe }}")), "{notes:?}");
}

#[tokio::test]
async fn a_refresh_comes_when_the_seconds_are_over_and_merges() {
    let world = World::new(|request| Ok(answer(request)));
    let definition = manifest(|_| ());
    connect(&world, &definition, &["code=c&state=STATE"]).await;
    world.blocks();
    world.clock.advance(HOUR);
    // Strictly later, without a margin.
    assert_eq!(world.runner.refresh(&definition, "mine", false).await.outcome, Outcome::Unchanged);
    world.clock.advance(1);
    let report = world.runner.refresh(&definition, "mine", false).await;
    assert_eq!(report.outcome, Outcome::Refreshed, "{report:?}");
    let sent = world.sent.lock().unwrap().clone();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].text(), Some("grant_type=refresh_token&refresh_token=r%261"));
    assert_eq!(sent[0].headers.get("authorization"), Some("Bearer a-1"));
    let data = report.connection.unwrap().data;
    // Shallow: `x` is replaced whole, the refresh token stays.
    assert_eq!(
        data["oauth"],
        json!({"access_token": "a-2", "refresh_token": "r&1", "expires_in": 3600, "x": {"z": 2}})
    );
    // Without `expires_in` the moment does not move: every later use refreshes.
    assert_eq!(world.runner.refresh(&definition, "mine", false).await.outcome, Outcome::Refreshed);
    assert_eq!(world.runner.token(&definition, "mine").await.unwrap(), "a-2");
    let _ = START;
}

/// However many ask at once, `oauth.refresh` is sent once, by whichever operation needs it.
#[tokio::test]
async fn a_due_refresh_is_sent_once() {
    let store = Arc::new(Leases::default());
    let mut world = World::new(|request| {
        Ok(match request.label.block.as_str() {
            "refresh" => Response::json(200, &json!({"access_token": "a-2", "expires_in": 60})),
            _ => answer(request),
        })
    });
    world.runner = world.runner.with_store(store.clone());
    let definition = Arc::new(manifest(|_| ()));
    connect(&world, &definition, &["code=c&state=STATE"]).await;
    world.blocks();
    world.clock.advance(HOUR + 1);
    let callers: Vec<_> = (0..9)
        .map(|caller| {
            let (runner, definition) = (world.runner.clone(), definition.clone());
            tokio::spawn(async move {
                match caller % 3 {
                    0 => runner.refresh(&definition, "mine", false).await,
                    1 => runner.info(&definition, "mine").await,
                    _ => {
                        let run = ManifestRun { connection: Some("mine".to_owned()), ..ManifestRun::default() };
                        runner.run_manifest(&definition, &run).await
                    }
                }
            })
        })
        .collect();
    for caller in callers {
        let report = caller.await.unwrap();
        assert!(report.succeeded(), "{report:?}");
        assert_eq!(report.connection.unwrap().data["oauth"]["access_token"], "a-2");
    }
    assert_eq!(store.asked.load(Ordering::SeqCst), 1);
    let sent = world.sent.lock().unwrap().clone();
    let (refreshes, users): (Vec<_>, Vec<_>) = sent.iter().partition(|sent| sent.label.block == "refresh");
    assert_eq!((refreshes.len(), users.len()), (1, 3));
    assert!(users.iter().all(|sent| sent.headers.get("authorization") == Some("Bearer a-2")));
}

/// A refused refresh merges nothing and sends nothing else; the switch does as the original.
#[tokio::test]
async fn a_refused_refresh_ends_the_run() {
    let definition = manifest(|_| ());
    for (switch, outcome, requests) in
        [("manifestStatus=refuse", Outcome::Failed, 1), ("manifestStatus=accept", Outcome::Ran, 2)]
    {
        let world = World::new(|request| {
            Ok(match request.label.block.as_str() {
                "refresh" => Response::json(400, &json!({"error": "invalid_grant"})),
                _ => answer(request),
            })
        });
        let runner = world.runner.clone().with_compat(switched(switch));
        runner.connect(&definition, &target(), &inputs(), &browser(&["code=c&state=STATE"])).await;
        world.sent.lock().unwrap().clear();
        world.clock.advance(HOUR + 1);
        let run = ManifestRun { connection: Some("mine".to_owned()), ..ManifestRun::default() };
        let report = runner.run_manifest(&definition, &run).await;
        assert_eq!((report.outcome, world.sent.lock().unwrap().len()), (outcome, requests), "{report:?}");
        match &report.connection {
            Some(connection) => assert_eq!(connection.data["oauth"]["error"], "invalid_grant"),
            None => assert!(message(&report).contains("invalid_grant"), "{}", message(&report)),
        }
    }
}

#[tokio::test]
async fn a_foreign_callback_and_an_error_status_are_refused_unless_a_switch_says_so() {
    let refuse = |request: &Request| match request.label.block.as_str() {
        "token" => Ok(Response::json(400, &json!({"error": "invalid_grant"}))),
        _ => Ok(answer(request)),
    };
    let world = World::new(refuse);
    let definition = manifest(|_| ());
    let report = connect(&world, &definition, &["code=c", "code=c&state=STATE"]).await;
    assert_eq!(report.outcome, Outcome::Failed);
    assert!(message(&report).contains("invalid_grant"), "{}", message(&report));
    assert!(world.events.lock().unwrap().iter().any(|event| event.starts_with("refused")));
    assert!(world.runner.store().load("mine").await.is_err());

    let mut compat = Compat::default();
    compat.set("manifestState=none").unwrap();
    compat.set("manifestStatus=accept").unwrap();
    let world = World::new(refuse);
    let runner = world.runner.clone().with_compat(compat);
    let report = runner.connect(&definition, &target(), &inputs(), &browser(&["code=c"])).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    assert_eq!(report.connection.unwrap().data["oauth"], json!({"error": "invalid_grant"}));
    assert_eq!(parameter(&report.authorization.unwrap().url, "state"), None);
}

#[tokio::test]
async fn without_code_none_is_needed_and_none_appended() {
    let world = World::new(|request| Ok(answer(request)));
    let without = manifest(|manifest| manifest["oauth"]["without_code"] = true.into());
    let report = connect(&world, &without, &["state=STATE"]).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    let url = world.sent.lock().unwrap()[0].url.clone();
    assert_eq!(url, "https://auth.example.com/token?grant_type=authorization_code");
    let report = connect(&World::new(|request| Ok(answer(request))), &manifest(|_| ()), &["state=STATE"]).await;
    assert_eq!(report.error.unwrap().kind, ErrorType::RuntimeError);
}

#[tokio::test]
async fn numbers_in_status_code_never_match() {
    let definition = manifest(|manifest| manifest["oauth"]["access_token"]["status_code"] = json!([200]));
    let report = connect(&World::new(|request| Ok(answer(request))), &definition, &["code=c&state=STATE"]).await;
    assert!(message(&report).contains("write it in quotes"), "{}", message(&report));
    // A number beside the text is in nobody's way.
    for codes in [json!(["200"]), json!([200, "200"]), json!(["201", 200, "200"])] {
        let definition = manifest(|manifest| manifest["oauth"]["access_token"]["status_code"] = codes.clone());
        let report = connect(&World::new(|request| Ok(answer(request))), &definition, &["code=c&state=STATE"]).await;
        assert_eq!(report.outcome, Outcome::Connected, "{codes}: {report:?}");
    }
}

#[tokio::test]
async fn numbers_in_status_code_match_by_a_switch_and_the_status_alone_counts() {
    let compat = switched("statusCodeNumbers=match");
    for (codes, status, fine) in [
        (json!([200, 201]), 200, true),
        (json!([200, 201]), 204, false),
        (json!(["200"]), 200, true),
        (json!([400]), 400, true),
        (json!([20]), 200, false),
    ] {
        let definition = manifest(|manifest| manifest["oauth"]["access_token"]["status_code"] = codes.clone());
        let world = World::new(move |_| Ok(Response::json(status, &json!({"access_token": "a-1"}))));
        let runner = world.runner.clone().with_compat(compat.clone());
        let report = runner.connect(&definition, &target(), &inputs(), &browser(&["code=c&state=STATE"])).await;
        assert_eq!(report.outcome == Outcome::Connected, fine, "{codes} {status}: {report:?}");
        let decided = report
            .steps
            .iter()
            .flat_map(|step| &step.decisions)
            .any(|decision| decision.switch == Some("statusCodeNumbers"));
        assert_eq!(decided, fine && codes[0].is_number(), "{codes} {status}");
    }
}

/// `4/0 {{CLIENT_SECRET}}+&x` as the code: what of it reaches the provider depends on the switch alone.
#[tokio::test]
async fn the_code_goes_into_the_address_as_the_switch_says() {
    const BASE: &str = "https://auth.example.com/token?grant_type=authorization_code&code=";
    for (switch, sent) in [
        // As it is: `requests` encodes what no address can hold, and the server sees `+` as a space and `x` beside it.
        ("codeInUrl=raw", "4/0%20%7B%7BCLIENT_SECRET%7D%7D+&x"),
        // The original's: the code is a piece of the template (chiefonboarding.md §3.4), so it reads out a secret.
        ("codeInUrl=template", "4/0%20a&amp;b+&x"),
        ("codeInUrl=encoded", "4%2F0+%7B%7BCLIENT_SECRET%7D%7D%2B%26x"),
    ] {
        let world = World::new(|request| Ok(answer(request)));
        let runner = world.runner.clone().with_compat(switched(switch));
        let callback = browser(&["code=4%2F0%20%7B%7BCLIENT_SECRET%7D%7D%2B%26x&state=STATE"]);
        let report = runner.connect(&manifest(|_| ()), &target(), &inputs(), &callback).await;
        assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
        assert_eq!(world.sent.lock().unwrap()[0].url, format!("{BASE}{sent}"), "{switch}");
        let decided =
            report.steps.iter().flat_map(|step| &step.decisions).any(|decision| decision.switch == Some("codeInUrl"));
        assert!(decided, "{switch}");
        // A code of letters and digits goes the same way under every value.
        let target = connspec_runner::Target { name: Some("other".to_owned()), ..Default::default() };
        let plain = browser(&["code=abc123&state=STATE"]);
        let report = runner.connect(&manifest(|_| ()), &target, &inputs(), &plain).await;
        let decisions: Vec<_> = report.steps.iter().flat_map(|step| &step.decisions).collect();
        assert!(report.succeeded() && decisions.iter().any(|line| line.text.contains("appended")), "{decisions:?}");
        assert!(decisions.iter().all(|line| line.switch != Some("codeInUrl")), "{decisions:?}");
    }
}

#[tokio::test]
async fn a_code_that_is_no_template_ends_in_an_error_where_it_is_read_as_one() {
    for code in ["%7B%7B", "%7B%25%20if%20%25%7D", "%7B%7B%20x%7Cnosuch%20%7D%7D"] {
        let world = World::new(|request| Ok(answer(request)));
        let runner = world.runner.clone().with_compat(switched("codeInUrl=template"));
        let callback = browser(&[format!("code={code}&state=STATE").as_str()]);
        let report = runner.connect(&manifest(|_| ()), &target(), &inputs(), &callback).await;
        // Django takes `{{` that nothing closes for text; the others it refuses.
        assert_eq!(report.outcome == Outcome::Connected, code == "%7B%7B", "{code}: {report:?}");
    }
}

fn switched(switch: &str) -> Compat {
    let mut compat = Compat::default();
    compat.set(switch).unwrap();
    compat
}

#[tokio::test]
async fn what_cannot_be_rendered_says_where() {
    let definition = manifest(|manifest| {
        manifest["oauth"]["access_token"]["url"] = "https://auth.example.com/{{ CLIENT_ID|default:NOBODY }}".into();
    });
    let report = connect(&World::new(|request| Ok(answer(request))), &definition, &["code=c&state=STATE"]).await;
    let error = report.error.unwrap();
    assert_eq!(error.kind, ErrorType::DefinitionError);
    assert!(error.message.contains("NOBODY") && error.location.is_some(), "{error:?}");
}

#[tokio::test]
async fn a_request_sends_the_manifest_s_headers() {
    let world = World::new(|request| Ok(answer(request)));
    let definition = manifest(|_| ());
    connect(&world, &definition, &["code=c&state=STATE"]).await;
    let call = connspec_runner::ApiRequest { url: "https://api.example.com/me".to_owned(), ..Default::default() };
    let report = world.runner.request(&definition, "mine", &call).await;
    assert_eq!(report.outcome, Outcome::Requested, "{report:?}");
    let sent = world.sent.lock().unwrap().clone();
    assert_eq!(sent.last().unwrap().headers.get("authorization"), Some("Bearer a-1"));
}

/// Whatever the secrets hold and wherever they go: encoded as credentials, escaped, in an address, as JSON text.
#[tokio::test]
async fn what_is_recorded_replays_wherever_the_secrets_go() {
    for secret in ["plain-secret-1", "a&b<c>'d\"e-secret", "s p+a%2Fc=e-secret"] {
        for (place, value) in [
            ("/oauth/access_token/headers/Authorization", json!("Basic {{ CLIENT_ID }}:{{ CLIENT_SECRET }}")),
            ("/oauth/access_token/headers/Authorization", json!("Basic {{ CLIENT_ID }}:{{ CLIENT_SECRET|safe }}")),
            ("/oauth/access_token/headers/Authorization", json!("Basic {{ CLIENT_SECRET|safe }}")),
            ("/oauth/access_token/url", json!("https://auth.example.com/token?s={{ CLIENT_SECRET }}")),
            ("/oauth/access_token/url", json!("https://auth.example.com/token?s={{ CLIENT_SECRET|urlencode }}")),
            ("/oauth/access_token/data", json!({"s": "{{ CLIENT_SECRET|escapejs|safe }}"})),
            (
                "/oauth/refresh/headers",
                json!({"Authorization": "Basic {{ CLIENT_ID }}:{{ oauth.refresh_token|safe }}"}),
            ),
            ("/headers/Authorization", json!("Bearer {{ oauth.access_token|safe }}")),
        ] {
            let definition = manifest(|manifest| {
                manifest["oauth"]["refresh"]["headers"] = json!({"Accept": "*/*"});
                *manifest.pointer_mut(place).unwrap() = value.clone();
            });
            let world = World::new(|request| Ok(answer(request)));
            let mut inputs = inputs();
            inputs.parameters.insert("CLIENT_SECRET".to_owned(), secret.into());
            let steps = [FlowStep::Connect, FlowStep::Info, FlowStep::Refresh];
            let browser = agreeing();
            let recorded = world.runner.record(&definition, "app.json", &inputs, &steps, &browser).await;
            assert_eq!(recorded.report.outcome, Outcome::Recorded, "{value}: {:?}", recorded.report);
            let fixture = recorded.fixture.unwrap();
            assert!(!fixture.to_text().contains("secret\""), "{}", fixture.to_text());
            let replayed = replay(&fixture, &definition, &Compat::default()).await;
            assert!(replayed.passed(), "{secret} {value}: {:#?} {:?}", replayed.differences, replayed.report.error);
        }
    }
}

/// What an author has written into the manifest is as secret as what is asked for: in reports and in fixtures.
#[tokio::test]
async fn secrets_written_into_a_manifest_are_hidden() {
    let definition = manifest(|manifest| {
        manifest["oauth"]["access_token"] = json!({
            "url": "https://auth.example.com/token?grant_type=x&client_secret=in-the-address-1", "method": "POST",
            "headers": {"Authorization": "Basic written:in-the-header-1"}, "data": {"password": "in-the-form-1"}
        });
        manifest["oauth"]["refresh"] = json!({
            "url": "https://auth.example.com/token", "method": "POST", "headers": {"Authorization": "Token in-the-token-1"},
            "data": {"a": {"client_secret": "in-the-json-1"}}, "cast_data_to_json": false
        });
        manifest["execute"] = json!([{"url": "https://api.example.com/users?api_key=in-the-query-1"}]);
    });
    let world = World::new(|request| Ok(answer(request)));
    let steps = [FlowStep::Connect, FlowStep::Refresh];
    let recorded = world.runner.record(&definition, "app.json", &inputs(), &steps, &agreeing()).await;
    assert_eq!(recorded.report.outcome, Outcome::Recorded, "{:?}", recorded.report);
    let fixture = recorded.fixture.unwrap();
    connect(&world, &definition, &["code=c&state=STATE"]).await;
    let run = ManifestRun { connection: Some("mine".to_owned()), ..ManifestRun::default() };
    let ran = world.runner.run_manifest(&definition, &run).await;
    assert_eq!(ran.outcome, Outcome::Ran, "{ran:?}");
    let shown = [recorded.report.to_json(Reveal::Nothing), ran.to_json(Reveal::Nothing)].map(|json| json.to_string());
    let basic = "d3JpdHRlbjppbi10aGUtaGVhZGVyLTE";
    for text in shown.iter().chain([&fixture.to_text()]) {
        for secret in ["address-1", "header-1", "form-1", "token-1", "json-1", "query-1", basic] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
    let replayed = replay(&fixture, &definition, &Compat::default()).await;
    assert!(replayed.passed(), "{:#?} {:?}", replayed.differences, replayed.report.error);
}
