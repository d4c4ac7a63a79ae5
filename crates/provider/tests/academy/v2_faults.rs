//! The faults of the provider's own mind.

use connspec_provider::academy::{Decision, Person, Settings};
use connspec_provider::faults::Fault;
use serde_json::json;

use crate::support::{Application, MINUTE, Tokens, parameter, refusal};

fn faulty(name: &str) -> Application {
    let fault = Some(Fault::from_name(name).unwrap());
    Application::new(Settings { fault, ..Settings::default() })
}

#[tokio::test]
async fn wrong_unit_tells_seconds_but_keeps_the_length() {
    let app = faulty("wrong-unit");
    let code = app.code(Person::JohnDoe).await;
    let response = app.token(&code, &[]).await;
    let body = response.body_json().unwrap();
    assert_eq!((&body["expires_in"], &body["refresh_expires_in"]), (&json!(300), &json!(300)));
    app.clock.advance(5 * MINUTE);
    assert_eq!(app.get("/info", &Tokens::of(&response).access).await.status, 401);
}

#[tokio::test]
async fn refresh_expired_refuses_every_refresh() {
    let app = faulty("refresh-expired");
    let tokens = app.connect(Person::JohnDoe).await;
    assert_eq!(app.get("/info", &tokens.access).await.status, 200);
    let (status, message) = refusal(&app.refresh(&tokens.refresh, &[]).await);
    assert_eq!(status, 400);
    assert!(message.contains("expired"), "{message}");
}

#[tokio::test]
async fn missing_scope_forbids_info() {
    let app = faulty("missing-scope");
    let tokens = app.connect(Person::JohnDoe).await;
    assert_eq!(refusal(&app.get("/info", &tokens.access).await).0, 403);
}

#[tokio::test]
async fn error_message_callback_brings_the_message_and_nothing_else() {
    let location = faulty("error-message-callback").consent(Person::JohnDoe, Decision::Allow).await;
    assert!(parameter(&location, "error.message").is_some());
    assert_eq!(parameter(&location, "state").as_deref(), Some("a/b c"));
    assert_eq!((parameter(&location, "code"), parameter(&location, "error")), (None, None));
}

#[tokio::test]
async fn other_person_connects_somebody_else() {
    let app = faulty("other-person");
    let tokens = app.connect(Person::JohnDoe).await;
    assert_eq!(app.get("/info", &tokens.access).await.body_json().unwrap()["user"], "Jane Black");
}
