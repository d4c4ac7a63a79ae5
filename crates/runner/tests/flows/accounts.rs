//! Who authorizes: a saved connection is not given to another account.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use connspec_exchange::Response;
use connspec_runner::Outcome;
use serde_json::json;

use crate::support::{World, agreeing, message, oauth2, usual};

/// A provider at which Jane is signed in, and John once the flag is set.
fn world() -> (World, Arc<AtomicBool>) {
    let is_john = Arc::new(AtomicBool::new(false));
    let asked = is_john.clone();
    let world = World::new(move |request| match (request.label.block.as_str(), asked.load(Ordering::SeqCst)) {
        ("token", true) => Ok(Response::json(
            200,
            &json!({"access_token": "access-john", "refresh_token": "refresh-john", "expires_in": 3600}),
        )),
        ("info", true) => Ok(Response::json(200, &json!({"id": "u-2", "name": "John"}))),
        _ => Ok(usual(request)),
    });
    (world, is_john)
}

#[tokio::test]
async fn another_account_gets_a_connection_of_its_own() {
    let (world, is_john) = world();
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    let before = world.runner.store().load("mine").await.unwrap();
    is_john.store(true, Ordering::SeqCst);
    let report = world.runner.reauthorize(&definition, "mine", &agreeing()).await;
    assert_eq!((report.outcome, report.examined), (Outcome::Failed, true), "{report:?}");
    let words = message(&report);
    for part in ["(Jane, uid u-1)", "(John, uid u-2)", "connection \"John\"", "reauthorize 'mine' --any-account"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(world.runner.store().load("mine").await.unwrap(), before);
    let own = world.runner.store().load("John").await.unwrap();
    assert_eq!((own.uid.as_deref(), &own.data["refreshToken"]), (Some("u-2"), &json!("refresh-john")));
    assert_eq!((own.settings, own.common), (before.settings.clone(), before.common.clone()));
    assert_eq!(report.connection.unwrap().name.as_deref(), Some("John"));
    // A second time the account's own connection is renewed, as `connect` does.
    world.runner.reauthorize(&definition, "mine", &agreeing()).await;
    assert_eq!(world.runner.store().list(None, 10).await.unwrap().connections.len(), 2);
}

#[tokio::test]
async fn the_same_account_and_whoever_insists_replace_the_tokens() {
    let (world, is_john) = world();
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    let report = world.runner.reauthorize(&definition, "mine", &agreeing()).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    is_john.store(true, Ordering::SeqCst);
    let runner = world.runner.clone().with_any_account(true);
    let report = runner.reauthorize(&definition, "mine", &agreeing()).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    assert_eq!(world.runner.store().load("mine").await.unwrap().uid.as_deref(), Some("u-2"));
    assert_eq!(world.runner.store().list(None, 10).await.unwrap().connections.len(), 1);
}
