//! `Debug` of public types that hold what a flow holds: a canary put into every field that may carry a secret is
//! shown by none of them.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use connspec_exchange::{Fixture, Headers, Hop, Request, Response, Secrets};
use connspec_runner::report::{AuthorizationReport, ConnectionReport};
use connspec_runner::{
    ApiRequest, CallbackQuery, Effects, ErrorReport, ErrorType, Inputs, Metadata, Outcome, Report, RunError, Step,
};
use connspec_store::{DefinitionReference, PendingAuthorization, SavedConnection};
use serde_json::{Map, Value, json};

const CANARY: &str = "c4n4ry-0123456789";

fn members() -> Map<String, Value> {
    json!({ "accessToken": CANARY, "nested": { "list": [CANARY] } }).as_object().unwrap().clone()
}

#[track_caller]
fn hides(shown: &dyn std::fmt::Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!text.contains(CANARY), "{text}");
    }
}

fn request() -> Request {
    Request::new("POST", format!("https://a.test/x?token={CANARY}"))
        .with_header("authorization", format!("Bearer {CANARY}"))
        .with_form([("client_secret", CANARY)])
}

#[test]
fn messages_hide_headers_queries_and_bodies() {
    let mut headers = Headers::new();
    headers.set("set-cookie", CANARY);
    hides(&headers);
    hides(&request());
    hides(&Response::json(200, &json!({ "access_token": CANARY })));
    let url = || format!("https://a.test/?code={CANARY}");
    hides(&Hop { status: 302, method: "GET".into(), url: url(), location: url() });
    let secrets = Secrets::new();
    secrets.learn("token", CANARY);
    hides(&secrets);
    hides(&CallbackQuery::parse(&format!("code={CANARY}&state={CANARY}")));
    let pair = || ("x".to_owned(), CANARY.to_owned());
    hides(&ApiRequest {
        headers: vec![pair()],
        query: vec![pair()],
        body: Some(CANARY.into()),
        ..ApiRequest::default()
    });
}

#[test]
fn what_is_kept_hides_data_temp_and_common_data() {
    let mut saved = SavedConnection::new("name", DefinitionReference::default(), 0);
    (saved.data, saved.common) = (members(), members());
    hides(&saved);
    let pending =
        PendingAuthorization { data: members(), common: members(), temp: members(), ..PendingAuthorization::default() };
    hides(&pending);
    let inputs = Inputs { parameters: members(), common: members(), scope: Vec::new() };
    hides(&inputs);
    let fixture = Fixture {
        inputs: members(),
        callback: Some(members()),
        expect: Some(Value::Object(members())),
        ..Fixture::new()
    };
    hides(&fixture);
}

#[test]
fn reports_and_errors_hide_what_they_tell_through_their_exit_door_only() {
    let secrets = Secrets::new();
    secrets.learn("token", CANARY);
    let error = ErrorReport::new(ErrorType::RuntimeError, format!("the provider said {CANARY}"));
    hides(&error);
    let mut run_error = RunError::new(ErrorType::RuntimeError, format!("the provider said {CANARY}"));
    run_error.block = "token".to_owned();
    hides(&run_error);
    let mut step = Step::begin("token", 0, 0);
    step.request = Some(request());
    step.callback = Some(members());
    step.failure = Some(CANARY.to_owned());
    hides(&step);
    let mut report = Report::new(Outcome::Connected, secrets).failed(error);
    report.connection = Some(ConnectionReport { data: members(), ..ConnectionReport::default() });
    report.authorization = Some(AuthorizationReport {
        url: format!("https://a.test/?state={CANARY}"),
        redirect_uri: "http://127.0.0.1/oauth/cb/app".into(),
        scope: Vec::new(),
        state: CANARY.into(),
    });
    report.steps.push(step);
    hides(&report);
    hides(&Effects { metadata: Some(Metadata { kind: None, value: CANARY.into() }), ..Effects::default() });
}
