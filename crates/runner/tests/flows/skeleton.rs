//! `--dry-run` and `record --skeleton`: what would be sent.

use connspec_runner::record::replay;
use connspec_runner::{ApiRequest, FlowStep, Outcome};
use connspec_spec::Compat;
use serde_json::json;

use crate::recording::with_pkce;
use crate::support::{World, inputs, oauth2};

#[tokio::test]
async fn an_outline_sends_nothing_and_shows_every_request() {
    let world = World::usual();
    let definition = with_pkce();
    let report = world.runner.outline(&definition, &inputs(), &FlowStep::ALL);
    assert_eq!(report.outcome, Outcome::Outlined);
    assert!(world.blocks().is_empty());
    let shown: Vec<(&str, bool)> = report.steps.iter().map(|step| (step.block.as_str(), step.skipped)).collect();
    assert_eq!(
        shown,
        [
            ("authorize", false),
            ("token", false),
            ("info", false),
            ("info", false),
            ("refresh", false),
            ("invalidate", true)
        ]
    );
    let token = report.steps[1].request.as_ref().unwrap().text().unwrap().to_owned();
    assert!(token.contains("grant_type=authorization_code"), "{token}");
}

#[tokio::test]
async fn a_skeleton_replays_once_it_is_filled_in() {
    let world = World::usual();
    let definition = oauth2(|communication| {
        for block in ["token", "refresh"] {
            communication[block]["response"]["data"].as_object_mut().unwrap().remove("expires");
        }
    });
    let skeleton = world.runner.skeleton(&definition, "app.json", &inputs(), &[FlowStep::Connect]).unwrap();
    assert_eq!(skeleton.untold, Vec::<String>::new());
    let mut fixture = skeleton.fixture;
    assert!(world.blocks().is_empty());
    let token = &fixture.exchanges[0];
    assert_eq!(token.response.body.as_ref().unwrap()["access_token"], "«accessToken#1»", "{}", fixture.to_text());
    let unfilled = replay(&fixture, &definition, &Compat::default()).await;
    assert!(!unfilled.passed() && !unfilled.report.examined);
    assert!(unfilled.report.message().unwrap().contains("not filled in"), "{:?}", unfilled.report);
    fixture.expect = Some(serde_json::json!({}));
    let replayed = replay(&fixture, &definition, &Compat::default()).await;
    assert!(replayed.passed(), "{:#?}", replayed.differences);
}

#[tokio::test]
async fn a_skeleton_holds_the_calls_of_the_api_with_their_credentials() {
    let world = World::usual();
    let definition = oauth2(|_| ());
    let call = ApiRequest {
        method: "POST".into(),
        url: "https://api.example.com/movies?page=1".into(),
        headers: vec![("x-api-key".into(), "a-key-of-mine-7".into())],
        query: vec![("q".into(), "a".into())],
        body: Some(br#"{"title": "Heat"}"#.to_vec()),
    };
    let steps = [FlowStep::Connect, FlowStep::Request(call), FlowStep::Invalidate];
    let mut fixture = world.runner.skeleton(&definition, "app.json", &inputs(), &steps).unwrap().fixture;
    assert!(world.blocks().is_empty());
    let text = fixture.to_text();
    assert!(!text.contains("a-key-of-mine-7"), "{text}");
    let blocks: Vec<&str> = fixture.exchanges.iter().map(|exchange| exchange.block.as_str()).collect();
    assert_eq!(blocks, ["token", "info", "request"]);
    assert_eq!(
        serde_json::to_value(&fixture.exchanges[2]).unwrap(),
        json!({
            "block": "request",
            "request": {
                "method": "POST",
                "url": "https://api.example.com/movies?page=1&q=a",
                "headers": {
                    "authorization": "Bearer «accessToken#1»",
                    "x-api-key": "«xApiKey#1»",
                    "content-type": "application/json"
                },
                "body": {"title": "Heat"}
            },
            "response": {"status": 200}
        })
    );
    fixture.expect = Some(json!({}));
    fixture.exchanges[0].response.body.as_mut().unwrap()["expires_in"] = 3600.into();
    let replayed = replay(&fixture, &definition, &Compat::default()).await;
    assert!(replayed.passed(), "{:#?}", replayed.differences);
}

#[tokio::test]
async fn what_a_skeleton_cannot_hold_is_said() {
    let world = World::usual();
    // Relative, and the app has no base: nothing can tell where it goes.
    let call = ApiRequest { url: "/movies".into(), ..ApiRequest::default() };
    let steps = [FlowStep::Connect, FlowStep::Request(call)];
    let skeleton = world.runner.skeleton(&oauth2(|_| ()), "app.json", &inputs(), &steps).unwrap();
    assert_eq!(skeleton.fixture.exchanges.len(), 2);
    let [said] = &skeleton.untold[..] else { panic!("{:?}", skeleton.untold) };
    assert!(said.starts_with("request 1 of `request`: ") && said.contains("give the whole address"), "{said}");
}

/// A secret of the inputs that cannot be taken out of what would be sent is in no skeleton.
#[tokio::test]
async fn no_skeleton_is_written_in_which_a_secret_would_remain() {
    let definition = oauth2(|_| ());
    let mut body = vec![0xff, 0xfe];
    body.extend_from_slice(b"client-secret-of-mine");
    let call = ApiRequest {
        method: "POST".into(),
        url: "https://api.example.com/upload".into(),
        headers: vec![("content-type".into(), "application/octet-stream".into())],
        body: Some(body),
        ..ApiRequest::default()
    };
    let mut inputs = inputs();
    inputs.parameters.insert("clientSecret".into(), "client-secret-of-mine".into());
    let steps = [FlowStep::Connect, FlowStep::Request(call)];
    let error = World::usual().runner.skeleton(&definition, "app.json", &inputs, &steps).unwrap_err();
    assert!(error.to_string().contains("binary body"), "{error}");
}
