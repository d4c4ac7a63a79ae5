//! OAuth 1: requestToken → authorize → accessToken → info (connection.md §11, RFC 5849).

use connspec_exchange::Response;
use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::record::replay;
use connspec_runner::{ErrorType, FlowStep, Outcome};
use connspec_spec::Compat;
use serde_json::json;

use crate::support::{REDIRECT, World, definition, inputs, message, parameter, target};

fn oauth1() -> connspec_spec::Definition {
    definition(json!({
        "oauth": {"consumer_key": "{{parameters.consumerKey}}", "consumer_secret": "{{parameters.consumerSecret}}"},
        "requestToken": {
            "url": "https://auth.example.com/request_token",
            "method": "POST",
            "response": {"type": "urlencoded", "temp": {"token": "{{body.oauth_token}}", "secret": "{{body.oauth_token_secret}}"}}
        },
        "authorize": {"url": "https://auth.example.com/authorize", "oauth": {"token": "{{temp.token}}"}},
        "accessToken": {
            "url": "https://auth.example.com/access_token",
            "method": "POST",
            "oauth": {"token": "{{temp.token}}", "token_secret": "{{temp.secret}}", "verifier": "{{query.oauth_verifier}}"},
            "response": {"type": "urlencoded", "data": {"token": "{{body.oauth_token}}", "tokenSecret": "{{body.oauth_token_secret}}"}}
        },
        "info": {
            "url": "https://api.example.com/me",
            "oauth": {"token": "{{connection.token}}", "token_secret": "{{connection.tokenSecret}}"},
            "response": {"uid": "{{body.id}}"}
        }
    }))
}

fn provider() -> World {
    World::new(|request| {
        let form = |text: &str| Ok(Response::new(200).with_body("text/html", text));
        match request.label.block.as_str() {
            "requestToken" => {
                form("oauth_token=request-1&oauth_token_secret=request-secret-1&oauth_callback_confirmed=true")
            }
            "accessToken" => form("oauth_token=access-token-1&oauth_token_secret=access-secret-1"),
            _ => Ok(Response::json(200, &json!({"id": 9}))),
        }
    })
}

fn browser(queries: &'static [&'static str]) -> Programmatic {
    let next = std::sync::Mutex::new(queries.iter());
    Programmatic::new(Some(REDIRECT.to_owned()), move |_| {
        let query = next.lock().unwrap().next().map(|query| CallbackQuery::parse(query));
        Box::pin(std::future::ready(query))
    })
}

#[tokio::test]
async fn rfc5849_2_the_three_steps_and_info_are_signed() {
    let world = provider();
    let source = browser(&["oauth_token=other&oauth_verifier=evil", "oauth_token=request-1&oauth_verifier=verifier-1"]);
    let report = world.runner.connect(&oauth1(), &target(), &inputs(), &source).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    let page = report.authorization.as_ref().unwrap();
    assert_eq!(parameter(&page.url, "oauth_token").as_deref(), Some("request-1"));
    assert_eq!(parameter(&page.url, "state"), None, "connection.md §11: no `state`");
    let refused = world.events.lock().unwrap().iter().filter(|event| event.contains("foreign `oauth_token`")).count();
    assert_eq!(refused, 1);
    let sent = world.sent.lock().unwrap().clone();
    let header = |block: &str| {
        let request = sent.iter().find(|request| request.label.block == block).unwrap();
        request.headers.get("authorization").unwrap_or_default().to_owned()
    };
    assert!(header("accessToken").contains("oauth_verifier=\"verifier-1\""), "{}", header("accessToken"));
    assert!(header("info").contains("oauth_token=\"access-token-1\""), "{}", header("info"));
    assert_eq!(report.connection.unwrap().data["tokenSecret"], "access-secret-1");
}

#[tokio::test]
async fn a_denial_ends_it_in_words() {
    // connection.md §11: `denied` carries the request token.
    let world = provider();
    let report = world.runner.connect(&oauth1(), &target(), &inputs(), &browser(&["denied=request-1"])).await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::AccessDenied, "{report:?}");
    assert!(message(&report).contains("the person denied"));
}

#[tokio::test]
async fn a_recorded_login_replays_and_its_page_is_compared() {
    let source = browser(&["oauth_token=request-1&oauth_verifier=verifier-1"]);
    let steps = [FlowStep::Connect, FlowStep::Info];
    let recorded = provider().runner.record(&oauth1(), "app.json", &inputs(), &steps, &source).await;
    let mut fixture = recorded.fixture.unwrap();
    let page = fixture.authorize.clone().unwrap();
    assert!(page.starts_with("https://auth.example.com/authorize?oauth_token=«"), "{page}");
    let replayed = replay(&fixture, &oauth1(), &Compat::default()).await;
    assert!(replayed.passed(), "{:#?}", replayed.differences);
    // The token the page is opened with is the one that was answered, not any.
    fixture.authorize = Some(page.replace("oauth_token=", "oauth_token=x"));
    let replayed = replay(&fixture, &oauth1(), &Compat::default()).await;
    let pointers: Vec<&str> = replayed.differences.iter().map(|difference| difference.pointer.as_str()).collect();
    assert_eq!(pointers, ["/authorize/query/oauth_token"]);
}
