//! What a provider answers otherwise: told by its shape, with the line that reads it, and without a value.

#![allow(clippy::expect_used, reason = "a test may stop at the first surprise")]

use std::sync::Arc;

use connspec_exchange::{Fixture, Request, Response, VirtualClock};
use connspec_rehearsal::drift::{self, Live};
use connspec_runner::callback::Programmatic;
use connspec_runner::{FlowStep, Inputs, Randomness, Runner};
use connspec_spec::Definition;
use connspec_spec::layout::{LoadOptions, load_text};
use serde_json::{Value, json};

const DEFINITION: &str = r#"{
  "communication": {
    "token": {
      "condition": "{{!data.accessToken}}", "url": "https://auth.example.com/token",
      "method": "POST",
      "type": "urlencoded",
      "body": { "grant_type": "client_credentials", "client_secret": "{{parameters.clientSecret}}" },
      "response": {
        "data": {
          "accessToken": "{{body.access_token}}",
          "expires": "{{addSeconds(now, body.expires_in)}}"
        }
      }
    },
    "info": {
      "url": "https://api.example.com/me",
      "headers": { "authorization": "Bearer {{connection.accessToken}}" },
      "response": { "uid": "{{body.user.id}}" }
    }
  }
}"#;

fn definition() -> Definition {
    load_text("app.json", DEFINITION, &LoadOptions::default()).expect("it loads").definition
}

/// A runner whose provider answers these two.
fn runner(token: (u16, Value), info: (u16, Value)) -> Runner {
    let transport = move |request: &Request| {
        let (status, body) = if request.label.block == "token" { &token } else { &info };
        Ok(Response::json(*status, body))
    };
    Runner::new(Arc::new(transport))
        .with_clock(Arc::new(VirtualClock::new(1_700_000_000_000)))
        .with_randomness(Randomness::Seeded(7))
}

fn given() -> Inputs {
    let parameters = json!({"clientSecret": "the-client-secret"});
    Inputs { parameters: parameters.as_object().cloned().expect("an object"), ..Inputs::default() }
}

fn token() -> (u16, Value) {
    (200, json!({"access_token": "access-token-1", "expires_in": 3600, "scope": ["read"]}))
}

fn info() -> (u16, Value) {
    (200, json!({"user": {"id": "u-17", "plan": "gold"}, "teams": [{"id": 1, "name": "a"}]}))
}

async fn recorded() -> Fixture {
    let recorded = runner(token(), info());
    let recorded =
        recorded.record(&definition(), "app.json", &given(), &[FlowStep::Connect], &Programmatic::none()).await;
    recorded.fixture.expect("it is sealed")
}

async fn live(token: (u16, Value), info: (u16, Value)) -> Live {
    let (fixture, definition) = (recorded().await, definition());
    let (inputs, steps) = drift::prepare(&fixture, &given()).expect("everything is given");
    drift::run(&runner(token, info), &fixture, &definition, &inputs, &steps, &Programmatic::none()).await
}

fn told(live: &Live) -> Vec<String> {
    live.drifts.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn other_values_are_no_drift() {
    let other = (200, json!({"access_token": "access-token-2", "expires_in": 60, "scope": ["read", "write"]}));
    let person = (200, json!({"user": {"id": "u-99", "plan": "none"}, "teams": []}));
    assert_eq!(told(&live(other, person).await), Vec::<String>::new());
}

#[tokio::test]
async fn members_gone_of_another_type_and_new_are_told_with_the_line_that_reads_them() {
    let token = (200, json!({"access_token": "access-token-2", "expires_in": "3600", "scope": "read"}));
    let info = (200, json!({"user": {"uuid": "u-17", "plan": "gold"}, "teams": [{"id": 1}], "locale": "en"}));
    let told = told(&live(token, info).await);
    assert_eq!(
        told,
        [
            "app.json:11:22: /exchanges/0/response/body/expires_in: it was a number and is a text",
            "/exchanges/0/response/body/scope: it was a list and is a text",
            "/exchanges/1/response/body/locale: new: a text",
            "/exchanges/1/response/body/teams/-/name: gone; it was a text",
            "app.json:18:28: /exchanges/1/response/body/user/id: gone; it was a text",
            "/exchanges/1/response/body/user/uuid: new: a text",
        ]
    );
}

#[tokio::test]
async fn a_parameter_that_is_asked_for_now_is_named() {
    let error = json!({
        "error": "invalid_request",
        "error_description": "The parameter 'audience' is required for client the-client-secret, besides grant_type",
    });
    let live = live((400, error), info()).await;
    assert!(!live.report.succeeded());
    assert_eq!(
        told(&live),
        [
            "/exchanges/0/response: it had status 200 and has 400",
            "/exchanges/0/response: the provider asks for `audience`, which is not sent",
            "/exchanges/1: the flow did not come to it",
        ]
    );
}

#[tokio::test]
async fn secrets_have_to_be_given_and_the_rest_is_the_fixtures_own() {
    let mut fixture = recorded().await;
    assert_eq!(fixture.inputs["parameters"]["clientSecret"], "«clientSecret#1»");
    let refused = drift::prepare(&fixture, &Inputs::default()).expect_err("the secret is missing");
    assert!(refused.contains("-p clientSecret=…"), "{refused}");
    fixture.inputs.insert("scope".to_owned(), json!(["read"]));
    let (inputs, steps) = drift::prepare(&fixture, &given()).expect("everything is given");
    assert_eq!((inputs.scope, steps), (vec!["read".to_owned()], vec![FlowStep::Connect]));
}
