//! connect → info → (expiry) → refresh → invalidate.

use connspec_exchange::{Request, Transport as _};
use connspec_provider::academy::{Decision, Person};
use connspec_runner::report::RefreshForecast;
use connspec_runner::{ApiRequest, ErrorType, Inputs, Outcome, Reveal};

use crate::support::{MINUTE, START, World, target};

#[tokio::test]
async fn a_connection_is_made_and_saved() {
    let world = World::new();
    let report = world.connect("mine").await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    assert_eq!(world.sent(), ["token", "info"]);
    let connection = report.connection.as_ref().unwrap();
    assert_eq!(connection.uid.as_deref().unwrap().len(), 40);
    assert_eq!(connection.metadata.as_ref().unwrap()["type"], "text");
    assert_eq!(connection.scope, ["connect", "read", "write", "delete"]);
    assert_eq!(connection.expires, Some(START + 5 * MINUTE));
    let saved = world.runner.store().load("mine").await.unwrap();
    assert_eq!((saved.version, &saved.data), (1, &connection.data));
    let blocks: Vec<&str> = report.steps.iter().map(|step| step.block.as_str()).collect();
    assert_eq!(blocks, ["authorize", "token", "info"]);
}

#[tokio::test]
async fn the_report_shows_no_secret_and_says_when_tokens_end() {
    let world = World::new();
    let report = world.connect("mine").await;
    let expiry = report.expiry.as_ref().unwrap();
    assert_eq!(expiry.access_token, Some(START + 5 * MINUTE));
    assert_eq!(expiry.reauthorize, Some(START + 5 * MINUTE));
    let RefreshForecast::At(at) = expiry.refresh else { panic!("{expiry:?}") };
    assert!((START + 4 * MINUTE..=START + 4 * MINUTE + 1_000).contains(&at), "{at}");
    let hidden = report.to_json(Reveal::Nothing).to_string();
    let shown = report.to_json(Reveal::Everything);
    for secret in ["accessToken", "refreshToken"] {
        let value = shown["connection"]["data"][secret].as_str().unwrap();
        assert!(value.len() > 8 && !hidden.contains(value), "{secret}: {hidden}");
    }
    let state = &report.authorization.as_ref().unwrap().state;
    assert_eq!(state.len(), 24);
    assert!(!hidden.contains(state) && !hidden.contains("academy-demo-secret"), "{hidden}");
    let debug = format!("{report:?} {:?} {:?}", report.steps, world.runner);
    assert!(!debug.contains(state), "{debug}");
}

#[tokio::test]
async fn tokens_are_refreshed_when_they_are_due_and_not_before() {
    let world = World::new();
    world.connect("mine").await;
    world.sent();
    let early = world.runner.refresh(&world.definition, "mine", false).await;
    assert_eq!(early.outcome, Outcome::Unchanged);
    let skipped: Vec<_> = early.steps.iter().map(|step| (step.block.as_str(), step.skipped)).collect();
    assert_eq!(skipped, [("token", true), ("refresh", true)]);
    assert!(world.sent().is_empty());

    world.clock.advance(4 * MINUTE + 1);
    let before = world.runner.store().load("mine").await.unwrap();
    let due = world.runner.refresh(&world.definition, "mine", false).await;
    assert_eq!(due.outcome, Outcome::Refreshed, "{due:?}");
    assert_eq!(world.sent(), ["refresh"]);
    let after = world.runner.store().load("mine").await.unwrap();
    assert_ne!(before.data["accessToken"], after.data["accessToken"]);
    assert_ne!(before.data["refreshToken"], after.data["refreshToken"]);
    assert_eq!(after.expires, Some(START + 9 * MINUTE + 1));

    let forced = world.runner.refresh(&world.definition, "mine", true).await;
    assert_eq!(forced.outcome, Outcome::Refreshed, "{forced:?}");
}

#[tokio::test]
async fn info_refreshes_first_when_that_is_due() {
    let world = World::new();
    world.connect("mine").await;
    world.sent();
    assert_eq!(world.runner.info(&world.definition, "mine").await.outcome, Outcome::Valid);
    assert_eq!(world.sent(), ["info"]);
    world.clock.advance(4 * MINUTE + 1);
    let report = world.runner.info(&world.definition, "mine").await;
    assert_eq!(report.outcome, Outcome::Valid, "{report:?}");
    assert_eq!(world.sent(), ["refresh", "info"]);
    assert!(world.runner.token(&world.definition, "mine").await.unwrap().len() > 8);
}

#[tokio::test]
async fn past_the_deadline_of_response_expires_the_person_is_asked_for() {
    // connection.md §7: executions fail, the connection needs manual reauthorization.
    let world = World::new();
    world.connect("mine").await;
    world.sent();
    world.clock.advance(6 * MINUTE);
    let report = world.runner.refresh(&world.definition, "mine", false).await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::InvalidAccessTokenError, "{report:?}");
    assert!(report.error.as_ref().unwrap().message.contains("2023-11-14 22:18:20 UTC"), "{report:?}");
    assert!(world.sent().is_empty());
    let browser = world.browser(Person::JaneBlack, Decision::Allow);
    let mended = world.runner.reauthorize(&world.definition, "mine", &browser).await;
    assert_eq!(mended.outcome, Outcome::Connected, "{mended:?}");
    assert_eq!(world.runner.info(&world.definition, "mine").await.outcome, Outcome::Valid);
}

#[tokio::test]
async fn a_refresh_token_that_ended_asks_for_the_person_once() {
    let world = World::new();
    world.connect("mine").await;
    world.sent();
    world.clock.advance(6 * MINUTE);
    let report = world.runner.refresh(&world.definition, "mine", true).await;
    let error = report.error.as_ref().unwrap();
    assert_eq!(error.kind, ErrorType::InvalidAccessTokenError, "{report:?}");
    assert!(error.message.contains("reauthorize 'mine'"), "{}", error.message);
    assert_eq!(error.block.as_deref(), Some("refresh"));
    let again = world.runner.refresh(&world.definition, "mine", false).await;
    assert_eq!(again.error.as_ref().unwrap().kind, ErrorType::InvalidAccessTokenError);
    assert_eq!(world.sent(), ["refresh"], "nothing is sent a second time");
    let browser = world.browser(Person::JaneBlack, Decision::Allow);
    let mended = world.runner.reauthorize(&world.definition, "mine", &browser).await;
    assert_eq!(mended.outcome, Outcome::Connected, "{mended:?}");
    let saved = world.runner.store().load("mine").await.unwrap();
    assert_eq!(saved.needs_reauthorization, None);
}

#[tokio::test]
async fn invalidate_ends_it_at_the_provider_and_keeps_the_record() {
    let world = World::new();
    world.connect("mine").await;
    world.sent();
    let token = world.runner.token(&world.definition, "mine").await.unwrap();
    let report = world.runner.invalidate(&world.definition, "mine").await;
    assert_eq!(report.outcome, Outcome::Invalidated, "{report:?}");
    assert_eq!(world.sent(), ["invalidate"]);
    assert_eq!(world.runner.store().load("mine").await.unwrap().invalidated, Some(START));
    let info = Request::get("https://app-academy.make.com/api/v2/info")
        .with_header("authorization", format!("Bearer {token}"));
    assert_eq!(world.academy.send(&info).await.unwrap().status, 401);
    // RFC 7009 §2.2: an unknown token is no failure.
    let again = world.runner.invalidate(&world.definition, "mine").await;
    assert_eq!(again.outcome, Outcome::Invalidated, "{again:?}");
}

#[tokio::test]
async fn rfc6749_4_1_2_1_a_denial_ends_the_flow_at_once_in_words() {
    let world = World::new();
    let browser = world.browser(Person::JaneBlack, Decision::Deny);
    let report = world.runner.connect(&world.definition, &target("mine"), &Inputs::default(), &browser).await;
    let error = report.error.as_ref().unwrap();
    assert_eq!(error.kind, ErrorType::AccessDenied, "{report:?}");
    assert!(error.message.contains("the person denied"), "{}", error.message);
    assert!(world.sent().is_empty(), "no token was asked for");
    assert!(world.runner.store().load("mine").await.unwrap_err().is_not_found());
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_before_anything_is_sent() {
    let world = World::new();
    world.connect("mine").await;
    world.sent();
    let report = world.connect("mine").await;
    assert!(!report.succeeded() && !report.examined);
    assert!(world.sent().is_empty());
    let unknown = world.runner.info(&world.definition, "yours").await;
    assert!(!unknown.succeeded() && !unknown.examined, "{unknown:?}");
}

fn call(url: &str) -> ApiRequest {
    ApiRequest { url: url.to_owned(), ..ApiRequest::default() }
}

#[tokio::test]
async fn the_api_is_called_below_the_app_s_base_with_a_fresh_token() {
    let world = World::new();
    world.connect("mine").await;
    world.sent();
    let report = world.runner.request(&world.definition, "mine", &call("/movies")).await;
    assert_eq!(report.outcome, Outcome::Requested, "{report:?}");
    let step = report.steps.last().unwrap();
    assert_eq!(step.request.as_ref().unwrap().url, "https://app-academy.make.com/api/v2/movies");
    assert_eq!(step.response.as_ref().unwrap().status, 200);
    world.clock.advance(4 * MINUTE + 1);
    world.runner.request(&world.definition, "mine", &call("movies")).await;
    assert_eq!(world.sent(), ["request", "refresh", "request"], "refreshed ahead of time");
}

#[tokio::test]
async fn a_token_that_died_early_is_refreshed_once_and_then_the_person_is_asked() {
    let world = World::new();
    world.connect("mine").await;
    // academy-api.md: a new grant for the same person removes the old one.
    world.connect("other").await;
    world.sent();
    let report = world.runner.request(&world.definition, "mine", &call("/movies")).await;
    assert_eq!(world.sent(), ["request", "refresh"]);
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::InvalidAccessTokenError, "{report:?}");
    assert!(world.runner.store().load("mine").await.unwrap().needs_reauthorization.is_some());
    assert_eq!(world.runner.info(&world.definition, "other").await.outcome, Outcome::Valid);
}
