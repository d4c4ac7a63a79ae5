//! What may come back from the browser, and what becomes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::{ErrorType, Outcome};
use serde_json::json;

use crate::support::{REDIRECT, World, agreeing, browser, message, oauth2, parameter};

#[tokio::test]
async fn rfc6749_10_12_state_is_random_long_and_the_author_s_is_replaced() {
    let definition = oauth2(|communication| communication["authorize"]["qs"]["state"] = "author".into());
    let mut seen = Vec::new();
    for seed in [1, 2] {
        let world = World::usual();
        let runner = world.runner.clone().with_randomness(connspec_runner::Randomness::Seeded(seed));
        let report =
            runner.connect(&definition, &crate::support::target(), &crate::support::inputs(), &agreeing()).await;
        assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
        let state = report.authorization.unwrap().state;
        // connection.md §4.2: 12 random bytes as 24 hex characters.
        assert!(state.len() == 24 && state.bytes().all(|byte| byte.is_ascii_hexdigit()), "{state}");
        assert_eq!(parameter(&report.steps[0].request.as_ref().unwrap().url, "state").as_ref(), Some(&state));
        seen.push(state);
    }
    assert_ne!(seen[0], seen[1]);
}

#[tokio::test]
async fn rfc6749_10_12_a_forged_state_is_refused_by_name_and_does_not_spoil_the_real_one() {
    let world = World::usual();
    let queries = [
        "code=evil&state=000000000000000000000000",
        "code=evil",
        "code=evil&state=",
        "code=evil&state=STATE&state=STATE",
        "code=evil&code=evil2&state=STATE",
        "error=access_denied&state=forged",
        "code=code-1&state=STATE",
    ];
    let report = world.connect(&oauth2(|_| ()), &browser(&queries)).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    let events = world.events.lock().unwrap().clone();
    let refused: Vec<&String> = events.iter().filter(|event| event.starts_with("refused")).collect();
    assert_eq!(refused.len(), 6, "{events:?}");
    for (event, words) in refused.iter().zip([
        "foreign `state`",
        "without `state`",
        "foreign `state`",
        "more than one `state`",
        "more than one `code`",
        "foreign `state`",
    ]) {
        assert!(event.contains(words), "{event} should say {words}");
    }
    assert!(world.form("token").contains(&("code".to_owned(), "code-1".to_owned())));
}

#[tokio::test]
async fn rfc6749_4_1_2_1_an_error_ends_the_flow_at_once_in_words() {
    let table = [
        ("error=access_denied&state=STATE", ErrorType::AccessDenied, "the person denied"),
        ("error=access_denied&error_description=No+thanks&state=STATE", ErrorType::AccessDenied, "No thanks"),
        (
            "error=invalid_scope&error_description=unknown+scope+x&state=STATE",
            ErrorType::RuntimeError,
            "unknown scope x",
        ),
        ("error=temporarily_unavailable&state=STATE", ErrorType::ConnectionError, "try again later"),
        ("error=unauthorized_client&state=STATE", ErrorType::InvalidConfigurationError, "unauthorized_client"),
        ("error=user_cancelled_login&state=STATE", ErrorType::AccessDenied, "the person denied"),
        ("state=STATE&error.message=out+of+order", ErrorType::RuntimeError, "out of order"),
        ("code=&state=STATE", ErrorType::RuntimeError, "neither `code` nor `error`"),
    ];
    for (query, kind, words) in table {
        let world = World::usual();
        let report = world.connect(&oauth2(|_| ()), &browser(&[query])).await;
        assert_eq!(report.error.as_ref().unwrap().kind, kind, "{query}: {report:?}");
        assert!(message(&report).contains(words), "{}", message(&report));
        assert_eq!(report.error.as_ref().unwrap().block.as_deref(), Some("authorize"));
        assert!(world.blocks().is_empty(), "no token may be asked for");
    }
}

#[tokio::test]
async fn an_author_s_own_valid_is_heard_and_the_provider_s_words_are_kept() {
    let definition = oauth2(|communication| {
        communication["authorize"]["response"]["valid"] =
            json!({"condition": "{{!query.error}}", "message": "Not granted.", "type": "InvalidConfigurationError"});
    });
    let world = World::usual();
    let report = world.connect(&definition, &browser(&["error=invalid_scope&state=STATE"])).await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::InvalidConfigurationError);
    let message = message(&report);
    assert!(message.starts_with("Not granted.") && message.contains("invalid_scope"), "{message}");
}

#[tokio::test]
async fn redirect_uri_mismatch_is_answered_with_the_exact_string_to_register() {
    let world = World::usual();
    let report = world.connect(&oauth2(|_| ()), &browser(&["error=redirect_uri_mismatch&state=STATE"])).await;
    assert!(message(&report).contains(REDIRECT), "{}", message(&report));

    let world = World::new(|_| {
        let body = json!({"error": "invalid_grant", "error_description": "redirect_uri does not match"});
        Ok(connspec_exchange::Response::json(400, &body))
    });
    let report = world.connect(&oauth2(|_| ()), &agreeing()).await;
    assert!(message(&report).contains(REDIRECT), "{}", message(&report));

    let silent = Programmatic::new(Some(REDIRECT.to_owned()), |_| Box::pin(std::future::ready(None)));
    let report = World::usual().connect(&oauth2(|_| ()), &silent).await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::CallbackTimeout);
    assert!(message(&report).contains(REDIRECT), "{}", message(&report));
}

#[tokio::test]
async fn rfc9207_iss_is_compared_where_the_provider_sends_it() {
    let table = [
        ("https%3A%2F%2Fauth.example.com", true),
        ("https%3A%2F%2Fexample.com", true),
        ("https%3A%2F%2Fauth.example.org", false),
        ("http%3A%2F%2Fauth.example.com", false),
    ];
    for (iss, fine) in table {
        let world = World::usual();
        let query = format!("code=code-1&state=STATE&iss={iss}");
        let report = world.connect(&oauth2(|_| ()), &browser(&[&query])).await;
        assert_eq!(report.succeeded(), fine, "{iss}: {report:?}");
        if !fine {
            assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::StateMismatch);
            assert!(world.blocks().is_empty(), "RFC 9207 §2.4: the code must not be used");
        }
    }
    let world = World::usual();
    let runner = world.runner.clone().with_issuers(vec!["https://issuer.example.org".to_owned()]);
    let source = browser(&["code=code-1&state=STATE&iss=https%3A%2F%2Fissuer.example.org"]);
    let report = runner.connect(&oauth2(|_| ()), &crate::support::target(), &crate::support::inputs(), &source).await;
    assert!(report.succeeded(), "{report:?}");
}

#[tokio::test]
async fn query_is_visible_in_the_callback_and_in_token_only() {
    // connection.md §13.
    let definition = oauth2(|communication| {
        communication["token"]["body"]["direct"] = "{{query.code}}".into();
        communication["info"]["headers"]["x-code"] = "[{{query.code}}]".into();
    });
    let world = World::usual();
    world.connect(&definition, &agreeing()).await;
    assert!(world.form("token").contains(&("direct".to_owned(), "code-1".to_owned())));
    let sent = world.sent.lock().unwrap();
    let info = sent.iter().find(|request| request.label.block == "info").unwrap();
    assert_eq!(info.headers.get("x-code"), Some("[]"));
}

#[tokio::test]
async fn a_program_that_goes_on_handing_in_foreign_callbacks_is_asked_a_hundred_times() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let forging = Programmatic::new(Some(REDIRECT.to_owned()), move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(Some(CallbackQuery::parse("code=c&state=forged"))))
    });
    let report = World::usual().connect(&oauth2(|_| ()), &forging).await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::CallbackTimeout);
    assert!(message(&report).contains("foreign `state`"), "{}", message(&report));
    assert_eq!(asked.load(Ordering::SeqCst), 100);
}
