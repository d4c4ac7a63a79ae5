//! The callback in another process: persisted, single use, fifteen minutes.

use std::sync::Arc;

use connspec_exchange::VirtualClock;
use connspec_runner::{CallbackQuery, ErrorType, Outcome, Redirects, Report, Runner};
use connspec_spec::Definition;
use connspec_store::{ConnectionStore, DefinitionReference, FileStore, Sealing};

use crate::support::{REDIRECT, START, inputs, message, oauth2, parameter, target, usual};

fn process(store: Arc<dyn ConnectionStore>, clock: &VirtualClock) -> Runner {
    Runner::new(Arc::new(|request: &connspec_exchange::Request| Ok(usual(request))))
        .with_clock(Arc::new(clock.clone()))
        .with_store(store)
        .with_redirects(Redirects::same(REDIRECT))
}

async fn folder(path: &std::path::Path) -> Arc<dyn ConnectionStore> {
    Arc::new(FileStore::open(path, Sealing::none()).await.unwrap())
}

struct Begun {
    folder: tempfile::TempDir,
    clock: VirtualClock,
    definition: Arc<Definition>,
    state: String,
}

async fn begin() -> Begun {
    let folder_path = tempfile::tempdir().unwrap();
    let clock = VirtualClock::new(START);
    let definition = Arc::new(oauth2(|communication| {
        communication["authorize"]["temp"] = serde_json::json!({"verifier": "{{uuid}}{{uuid}}"});
        communication["authorize"]["qs"]["code_challenge"] = "{{temp.verifier}}".into();
        communication["token"]["body"]["code_verifier"] = "{{temp.verifier}}".into();
    }));
    let runner = process(folder(folder_path.path()).await, &clock);
    let report = runner.begin_authorization(&definition, &target(), &inputs()).await;
    assert_eq!(report.outcome, Outcome::AwaitingCallback, "{report:?}");
    let url = report.authorization.unwrap().url;
    Begun { folder: folder_path, clock, definition, state: parameter(&url, "state").unwrap() }
}

impl Begun {
    /// A process that knows nothing but the store and the definition.
    async fn callback(&self, query: &str) -> Report {
        let runner = process(folder(self.folder.path()).await, &self.clock);
        let definition = self.definition.clone();
        let find = move |_: &DefinitionReference| Some(definition);
        runner.handle_callback(find, &CallbackQuery::parse(&query.replace("STATE", &self.state))).await
    }
}

#[tokio::test]
async fn a_pending_authorization_survives_a_restart_and_is_used_once() {
    let begun = begin().await;
    let report = begun.callback("code=c&state=STATE").await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    assert_eq!(report.connection.unwrap().name.as_deref(), Some("mine"));
    let token = report.steps.iter().find(|step| step.block == "token").unwrap().request.as_ref().unwrap();
    assert!(token.text().unwrap().contains("code_verifier="), "temp survived: {:?}", token.text());
    let again = begun.callback("code=c&state=STATE").await;
    assert_eq!(again.error.as_ref().unwrap().kind, ErrorType::StateMismatch, "{again:?}");
}

#[tokio::test]
async fn a_forged_callback_changes_nothing() {
    let begun = begin().await;
    for query in ["code=c&state=forged", "code=c", "", "code=c&state=STATE&state=STATE", "code=a&code=b&state=STATE"] {
        let report = begun.callback(query).await;
        assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::StateMismatch, "{query}: {report:?}");
        assert!(!message(&report).contains(&begun.state));
    }
    assert_eq!(begun.callback("code=c&state=STATE").await.outcome, Outcome::Connected);
}

#[tokio::test]
async fn after_fifteen_minutes_it_is_too_late() {
    let begun = begin().await;
    begun.clock.advance(900_001);
    let report = begun.callback("code=c&state=STATE").await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::StateMismatch, "{report:?}");
    assert!(message(&report).contains("15 minutes"), "{}", message(&report));
}

#[tokio::test]
async fn a_denial_in_another_process_is_told_in_words() {
    let begun = begin().await;
    let report = begun.callback("error=access_denied&state=STATE").await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::AccessDenied, "{report:?}");
}

#[tokio::test]
async fn an_unknown_definition_leaves_the_attempt_alone() {
    let begun = begin().await;
    let runner = process(folder(begun.folder.path()).await, &begun.clock);
    let query = CallbackQuery::from_iter([("code", "c"), ("state", begun.state.as_str())]);
    let report = runner.handle_callback(|_| None, &query).await;
    assert!(!report.succeeded() && !report.examined);
    assert_eq!(begun.callback("code=c&state=STATE").await.outcome, Outcome::Connected);
}

#[tokio::test]
async fn a_saved_connection_can_be_authorized_again_from_another_process() {
    let begun = begin().await;
    assert_eq!(begun.callback("code=c&state=STATE").await.outcome, Outcome::Connected);
    let store = folder(begun.folder.path()).await;
    let created = store.load("mine").await.unwrap().created;
    begun.clock.advance(1_000);
    let runner = process(store.clone(), &begun.clock);
    let report = runner.begin_reauthorization(&begun.definition, "mine", &["admin".to_owned()]).await;
    assert_eq!(report.outcome, Outcome::AwaitingCallback, "{report:?}");
    let state = report.authorization.unwrap().state;
    let again = Begun { state, ..begun };
    let report = again.callback("code=c2&state=STATE").await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    let saved = store.load("mine").await.unwrap();
    assert_eq!((saved.created, saved.version), (created, 2));
    assert_eq!(saved.scope, ["read", "write", "admin"]);
}

#[tokio::test]
async fn a_definition_that_changed_meanwhile_is_noticed_and_the_old_one_may_still_answer() {
    let begun = begin().await;
    let changed = Arc::new(oauth2(|communication| {
        communication["token"]["url"] = "https://auth.example.com/another-token".into();
    }));
    assert_ne!(changed.hash(), begun.definition.hash());
    let runner = process(folder(begun.folder.path()).await, &begun.clock);
    let query = CallbackQuery::from_iter([("code", "c"), ("state", begun.state.as_str())]);
    let report = runner.handle_callback(move |_| Some(changed), &query).await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::DefinitionError, "{report:?}");
    assert!(message(&report).contains("the definition has changed since"), "{}", message(&report));
    assert!(report.steps.is_empty(), "nothing was sent: {report:?}");
    assert_eq!(begun.callback("code=c&state=STATE").await.outcome, Outcome::Connected);
}
