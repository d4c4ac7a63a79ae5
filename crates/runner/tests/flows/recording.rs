//! Recording a flow and replaying it: no secret in the file, no socket, no difference.

use connspec_exchange::{Fixture, FixtureStep, Response};
use connspec_runner::record::{Replayed, renew, replay};
use connspec_runner::{ApiRequest, FlowStep, Outcome};
use connspec_spec::Compat;
use serde_json::json;

use crate::support::{World, agreeing, browser, inputs, oauth2};

pub fn with_pkce() -> connspec_spec::Definition {
    oauth2(|communication| {
        communication["authorize"]["temp"] = json!({"codeVerifier": "{{uuid}}{{uuid}}"});
        communication["authorize"]["qs"]["code_challenge"] = "{{temp.codeVerifier}}".into();
        communication["token"]["body"]["code_verifier"] = "{{temp.codeVerifier}}".into();
    })
}

async fn record(definition: &connspec_spec::Definition) -> Fixture {
    let world = World::usual();
    let recorded = world.runner.record(definition, "app.json", &inputs(), &FlowStep::ALL, &agreeing()).await;
    assert_eq!(recorded.report.outcome, Outcome::Recorded, "{:?}", recorded.report);
    recorded.fixture.unwrap()
}

#[tokio::test]
async fn a_recorded_flow_replays_without_a_difference() {
    let definition = with_pkce();
    let fixture = record(&definition).await;
    let blocks: Vec<&str> = fixture.exchanges.iter().map(|exchange| exchange.block.as_str()).collect();
    assert_eq!(blocks, ["token", "info", "info", "refresh"]);
    let text = fixture.to_text();
    for secret in ["access-1", "access-2", "refresh-1", "code-1"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let again = Fixture::from_text(&text).unwrap();
    let replayed = replay(&again, &definition, &Compat::default()).await;
    assert!(replayed.passed(), "{:#?} {:?}", replayed.differences, replayed.report);
    assert_eq!(replayed.updated(&again, &definition).unwrap(), fixture);
}

#[tokio::test]
async fn a_changed_definition_is_told_apart() {
    let fixture = record(&with_pkce()).await;
    let changed = oauth2(|communication| {
        communication["authorize"]["temp"] = json!({"codeVerifier": "{{uuid}}{{uuid}}"});
        communication["authorize"]["qs"]["code_challenge"] = "{{temp.codeVerifier}}".into();
        communication["token"]["body"]["code_verifier"] = "{{temp.codeVerifier}}".into();
        communication["token"]["body"]["audience"] = "new".into();
    });
    let replayed = replay(&fixture, &changed, &Compat::default()).await;
    assert!(!replayed.passed());
    let words = replayed.differences[0].to_string();
    assert!(words.contains("audience"), "{words}");
    let field = &replayed.differences[1];
    assert_eq!(field.pointer, "/exchanges/0/request/body/audience");
    assert!(field.location.is_some(), "{field}");
    assert!(replayed.sends_otherwise());
    // Renewed, it has the new request and the old answer, and replays.
    let renewed = renew(&fixture, &changed, &Compat::default()).await.updated(&fixture, &changed).unwrap();
    assert_eq!(renewed.exchanges[0].response, fixture.exchanges[0].response);
    assert!(renewed.exchanges[0].request.body.as_ref().unwrap().to_string().contains("audience=new"));
    assert_eq!(renewed.exchanges[1..], fixture.exchanges[1..]);
    assert!(replay(&renewed, &changed, &Compat::default()).await.passed(), "{}", renewed.to_text());

    let mut other = fixture.clone();
    other.expect.as_mut().unwrap()["uid"] = "u-2".into();
    let replayed = replay(&other, &with_pkce(), &Compat::default()).await;
    let pointers: Vec<&str> = replayed.differences.iter().map(|difference| difference.pointer.as_str()).collect();
    assert_eq!(pointers, ["/uid"]);
    assert_eq!(replayed.updated(&other, &with_pkce()).unwrap().expect.unwrap()["uid"], "u-1");
}

#[tokio::test]
async fn a_failure_can_be_recorded_too() {
    let definition = oauth2(|_| ());
    let world = World::usual();
    let source = browser(&["error=access_denied&state=STATE"]);
    let recorded = world.runner.record(&definition, "app.json", &inputs(), &[FlowStep::Connect], &source).await;
    assert!(!recorded.report.succeeded());
    let fixture = recorded.fixture.unwrap();
    assert_eq!(fixture.expect.as_ref().unwrap()["error"]["type"], "AccessDenied");
    let replayed = replay(&fixture, &definition, &Compat::default()).await;
    assert!(replayed.passed(), "{:#?}", replayed.differences);
}

/// Why nothing came is told in the words of a network, and a replay has none.
#[tokio::test]
async fn a_provider_that_does_not_answer_is_recorded_too() {
    use connspec_exchange::TransportErrorKind::{Refused, Timeout, Tls};
    for kind in [Refused, Timeout, Tls] {
        let definition = oauth2(|_| ());
        let world = World::new(move |_| crate::support::failure(kind, "no answer at 127.0.0.1:9"));
        let recorded = world.runner.record(&definition, "app.json", &inputs(), &[FlowStep::Connect], &agreeing()).await;
        let failed = recorded.report.error.unwrap().kind.name();
        assert_eq!(recorded.unsettled, []);
        let fixture = recorded.fixture.unwrap();
        let error = &fixture.expect.as_ref().unwrap()["error"];
        assert_eq!(*error, json!({"type": failed, "block": "token", "directive": null}));
        assert!(replay(&fixture, &definition, &Compat::default()).await.passed());
        let mut other = fixture.clone();
        other.exchanges[0].response = serde_json::from_value(json!({"status": 500})).unwrap();
        assert!(!replay(&other, &definition, &Compat::default()).await.passed());
    }
}

/// RFC 9207: what `iss` was compared with, the recording must know, too.
#[tokio::test]
async fn the_issuer_of_a_mapped_or_a_named_server_is_right_in_the_replay() {
    let definition = oauth2(|communication| {
        communication["authorize"]["response"]["data"] = json!({"issuer": "{{query.iss}}"});
    });
    let usual = World::usual().runner;
    let origins = vec![("https://auth.example.com".to_owned(), "http://127.0.0.1:9000".to_owned())];
    let mapped = usual.clone().with_mapped_origins(origins, std::sync::Arc::new(str::to_owned));
    let named = usual.with_issuers(vec!["https://issuer.example.org".to_owned()]);
    for (runner, sent, seen) in [
        (mapped, "http%3A%2F%2F127.0.0.1%3A9000", "https://auth.example.com"),
        (named, "https%3A%2F%2Fissuer.example.org", "https://issuer.example.org"),
    ] {
        let source = browser(&[&format!("code=code-1&state=STATE&iss={sent}")]);
        let recorded = runner.record(&definition, "app.json", &inputs(), &[FlowStep::Connect], &source).await;
        let fixture = recorded.fixture.unwrap();
        assert_eq!(fixture.expect.as_ref().unwrap()["data"]["issuer"], seen);
        let replayed = replay(&fixture, &definition, &Compat::default()).await;
        assert!(replayed.passed(), "{:#?}", replayed.differences);
    }
}

#[tokio::test]
async fn connecting_can_be_recorded_and_saved_at_once() {
    let definition = with_pkce();
    let world = World::usual();
    let target = crate::support::target();
    let recorded = world.runner.record_connect(&definition, "app.json", &target, &inputs(), &agreeing()).await;
    assert_eq!(recorded.report.outcome, Outcome::Connected, "{:?}", recorded.report);
    assert_eq!(world.runner.store().load("mine").await.unwrap().data["accessToken"], "access-1");
    let replayed = replay(&recorded.fixture.unwrap(), &definition, &Compat::default()).await;
    assert!(replayed.passed(), "{:#?}", replayed.differences);
}

/// What each change of `authorize` is reported as: the field, what was recorded, what is sent, and the line.
#[tokio::test]
async fn a_changed_authorize_block_is_told_field_by_field() {
    let with_nonce = |communication: &mut serde_json::Value| {
        communication["authorize"]["qs"]["nonce"] = "{{uuid}}".into();
    };
    let fixture = record(&oauth2(with_nonce)).await;
    let recorded = fixture.authorize.clone().unwrap();
    assert!(recorded.contains("state=«state#1»") && recorded.contains("nonce=«nonce#1»"), "{recorded}");
    let unchanged = replay(&fixture, &oauth2(with_nonce), &Compat::default()).await;
    assert!(unchanged.passed(), "{:#?}", unchanged.differences);

    type Change = fn(&mut serde_json::Value);
    let changes: [(&str, Change, &str); 5] = [
        ("/authorize/query/prompt", |authorize| authorize["qs"]["prompt"] = "consent".into(), "\"prompt\""),
        (
            "/authorize/query/response_type",
            |authorize| authorize["qs"]["response_type"] = "token".into(),
            "\"response_type\"",
        ),
        ("/authorize/query/nonce", |authorize| drop(authorize["qs"].as_object_mut().unwrap().remove("nonce")), "{"),
        (
            "/authorize/url",
            |authorize| authorize["url"] = "https://auth.example.com/other".into(),
            "\"https://auth.example.com/other",
        ),
        (
            "/authorize/query/scope",
            |authorize| authorize["qs"]["scope"] = "{{join(oauth.scope, ',')}}".into(),
            "\"scope\"",
        ),
    ];
    for (pointer, change, at) in changes {
        let changed = oauth2(|communication| {
            with_nonce(communication);
            change(&mut communication["authorize"]);
        });
        let replayed = replay(&fixture, &changed, &Compat::default()).await;
        let pointers: Vec<&str> = replayed.differences.iter().map(|difference| difference.pointer.as_str()).collect();
        if pointer == "/authorize/query/response_type" {
            assert_eq!(pointers[0], pointer);
        } else {
            assert_eq!(pointers, [pointer]);
        }
        let location = replayed.differences[0].location.as_ref().unwrap();
        let text = changed.sources.get(changed.parts.communication.source).text();
        let line = text.lines().nth(location.line - 1).unwrap();
        let found: String = line.encode_utf16().skip(location.column - 1).map(|unit| char::from(unit as u8)).collect();
        assert!(found.starts_with(at), "{pointer}: {location} is `{}`", &found[..found.len().min(40)]);

        let mut older = fixture.clone();
        older.authorize = None;
        let replayed = replay(&older, &changed, &Compat::default()).await;
        assert!(replayed.differences.iter().all(|difference| !difference.pointer.starts_with("/authorize")));
        let renewed = renew(&fixture, &changed, &Compat::default()).await.updated(&fixture, &changed).unwrap();
        assert!(replay(&renewed, &changed, &Compat::default()).await.passed(), "{}", renewed.to_text());
    }
}

/// The usual definition, refreshed as `condition` says.
fn refreshed_when(condition: &str) -> connspec_spec::Definition {
    oauth2(|communication| communication["refresh"]["condition"] = condition.into())
}

async fn recorded(definition: &connspec_spec::Definition, steps: &[FlowStep]) -> Fixture {
    World::usual().runner.record(definition, "app.json", &inputs(), steps, &agreeing()).await.fixture.unwrap()
}

fn pointers(replayed: &Replayed) -> Vec<&str> {
    replayed.differences.iter().map(|difference| difference.pointer.as_str()).collect()
}

const CONNECT_AND_REFRESH: [FlowStep; 2] = [FlowStep::Connect, FlowStep::Refresh];
const NEVER_ASKED_FOR: &str = "/exchanges/2";

/// Tokens live an hour: due within two of them, not within a minute.
#[tokio::test]
async fn a_refresh_that_was_due_follows_its_condition_in_the_replay() {
    let due = refreshed_when("{{data.expires < addHours(now, 2)}}");
    let fixture = recorded(&due, &CONNECT_AND_REFRESH).await;
    assert_eq!(fixture.steps, ["connect".into(), "refresh".into()]);
    assert_eq!(fixture.exchanges[2].block, "refresh");
    assert!(replay(&fixture, &due, &Compat::default()).await.passed());

    let not_due = refreshed_when("{{data.expires < addMinutes(now, 1)}}");
    let replayed = replay(&fixture, &not_due, &Compat::default()).await;
    assert!(pointers(&replayed).contains(&NEVER_ASKED_FOR), "{:?}", replayed.differences);
    assert!(pointers(&replayed).contains(&"/data/accessToken"), "{:?}", replayed.differences);
}

#[tokio::test]
async fn a_refresh_is_forced_where_the_recording_forced_it_and_only_there() {
    let not_due = refreshed_when("{{data.expires < addMinutes(now, 1)}}");
    let fixture = recorded(&not_due, &CONNECT_AND_REFRESH).await;
    let forced = FixtureStep { force: true, ..FixtureStep::named("refresh") };
    assert_eq!(fixture.steps, ["connect".into(), forced]);
    assert!(replay(&fixture, &not_due, &Compat::default()).await.passed());

    let mut asking = fixture.clone();
    asking.steps[1] = "refresh".into();
    let replayed = replay(&asking, &not_due, &Compat::default()).await;
    assert!(pointers(&replayed).contains(&NEVER_ASKED_FOR), "{:?}", replayed.differences);

    // The same question an hour later, by the fixture's own clock: 2023-11-14T22:13:20Z and 3,600 s.
    for (clock, is_due) in [("2023-11-14T23:12:21Z", true), ("2023-11-14T23:12:19Z", false)] {
        asking.steps[1].clock = Some(clock.to_owned());
        asking.expect.as_mut().unwrap().as_object_mut().unwrap().remove("data");
        let replayed = replay(&asking, &not_due, &Compat::default()).await;
        let expected: &[&str] = if is_due { &[] } else { &[NEVER_ASKED_FOR] };
        assert_eq!(pointers(&replayed), expected, "{clock}: {:?}", replayed.differences);
    }
}

#[tokio::test]
async fn a_call_of_the_api_is_a_step() {
    let definition = oauth2(|_| ());
    let world = World::new(|request| {
        Ok(match request.label.block.as_str() {
            "request" => Response::json(200, &json!({"movies": [], "debug": request.headers.get("x-key")})),
            _ => crate::support::usual(request),
        })
    });
    let call = ApiRequest {
        method: "POST".into(),
        url: "https://api.example.com/movies?page=1".into(),
        headers: vec![("x-api-key".into(), "a-key-of-mine-7".into())],
        query: vec![("q".into(), "a".into()), ("q".into(), "b".into()), ("Q".into(), "c".into())],
        body: Some(br#"{"title": "Heat"}"#.to_vec()),
    };
    let steps = [FlowStep::Connect, FlowStep::Request(call)];
    let fixture = world.runner.record(&definition, "app.json", &inputs(), &steps, &agreeing()).await.fixture.unwrap();
    let text = fixture.to_text();
    assert!(!text.contains("a-key-of-mine-7") && !text.contains("access-1"), "{text}");
    assert_eq!(
        serde_json::to_value(&fixture.steps[1]).unwrap(),
        json!({"step": "request", "request": {
            "method": "POST",
            "url": "https://api.example.com/movies?page=1",
            "query": {"q": ["a", "b"], "Q": "c"},
            "headers": {"x-api-key": "«xApiKey#1»"},
            "body": {"title": "Heat"},
        }})
    );
    let again = Fixture::from_text(&text).unwrap();
    let replayed = replay(&again, &definition, &Compat::default()).await;
    assert!(replayed.passed(), "{:#?}", replayed.differences);

    let mut other = again;
    other.steps[1].request.as_mut().unwrap().body = Some(json!({"title": "Ran"}));
    let replayed = replay(&other, &definition, &Compat::default()).await;
    assert_eq!(pointers(&replayed), ["/error", "/exchanges/2/request/body/title"]);
}

#[tokio::test]
async fn steps_that_mean_nothing_are_refused_in_words() {
    let definition = oauth2(|_| ());
    let mut fixture = recorded(&definition, &[FlowStep::Connect]).await;
    for (step, words) in [
        (json!("authorize"), "names `authorize`; there are: connect, info, refresh, invalidate, request"),
        (json!({"step": "info", "force": true}), "only a refresh can be forced"),
        (json!("request"), "does not say which"),
        (json!({"step": "info", "request": {"method": "GET", "url": "/x"}}), "only a step `request`"),
        (json!({"step": "refresh", "clock": "tomorrow"}), "`clock` of the step `refresh`"),
        (json!({"step": "request", "request": {"method": "GET", "url": "/", "body": {"base64": "?"}}}), "base64"),
    ] {
        fixture.steps = vec![serde_json::from_value(step).unwrap()];
        let replayed = replay(&fixture, &definition, &Compat::default()).await;
        let message = replayed.report.message().unwrap();
        assert!(!replayed.report.examined && message.contains(words), "{message}");
    }
}
