//! `/token`, `/refresh`, `/info`, `/invalidate`: one connection's life.

use connspec_exchange::Request;
use connspec_provider::academy::{Person, Settings};
use serde_json::json;

use crate::support::{Application, BASE, MINUTE, REDIRECT, Tokens, refusal};

fn application() -> Application {
    Application::new(Settings::default())
}

#[tokio::test]
async fn a_token_answer_has_the_four_documented_members_and_no_other() {
    let app = application();
    let code = app.code(Person::JohnDoe).await;
    let response = app.token(&code, &[]).await;
    assert_eq!((response.status, response.media_type().as_deref()), (200, Some("application/json")));
    assert_eq!(response.headers.get("cache-control"), Some("no-store"));
    let body = response.body_json().unwrap();
    let names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["access_token", "expires_in", "refresh_token", "refresh_expires_in"]);
    assert_eq!((&body["expires_in"], &body["refresh_expires_in"]), (&json!(5), &json!(5)));
    assert_ne!(body["access_token"], body["refresh_token"]);
}

#[tokio::test]
async fn token_and_refresh_read_json_as_well() {
    let app = application();
    let code = app.code(Person::JohnDoe).await;
    let client = ("academy-demo", "academy-demo-secret");
    let body = json!({
        "code": code, "grant_type": "authorization_code", "redirect_uri": REDIRECT,
        "client_id": client.0, "client_secret": client.1,
    });
    let tokens = Tokens::of(&app.send(Request::new("POST", format!("{BASE}/token")).with_json(&body)).await);
    let body = json!({
        "grant_type": "refresh_token", "refresh_token": tokens.refresh,
        "client_id": client.0, "client_secret": client.1,
    });
    Tokens::of(&app.send(Request::new("POST", format!("{BASE}/refresh")).with_json(&body)).await);
}

/// Integration manifests can put the code nowhere else; the secret still belongs into the body (RFC 6749 §2.3.1).
#[tokio::test]
async fn a_code_in_the_address_counts_only_where_that_is_allowed() {
    for (code_in_query, status) in [(false, 400), (true, 200)] {
        let app = Application::new(Settings { code_in_query, ..Settings::default() });
        let code = app.code(Person::JohnDoe).await;
        let body = json!({
            "grant_type": "authorization_code", "redirect_uri": REDIRECT,
            "client_id": "academy-demo", "client_secret": "academy-demo-secret",
        });
        let request = |body: &serde_json::Value, query: &str| {
            Request::new("POST", format!("{BASE}/token?{query}")).with_json(body)
        };
        let mut without = body.clone();
        without.as_object_mut().unwrap().remove("client_secret");
        let secret = format!("client_secret=academy-demo-secret&code={code}");
        assert_eq!(app.send(request(&without, &secret)).await.status, 400);
        assert_eq!(app.send(request(&body, &format!("code={code}"))).await.status, status);
    }
}

#[tokio::test]
async fn an_unreadable_body_is_a_bad_request() {
    let app = application();
    let url = format!("{BASE}/token");
    for request in [
        Request::new("POST", url.as_str()),
        Request::new("POST", url.as_str()).with_body("text/plain", "code=1"),
        Request::new("POST", url.as_str()).with_body("application/json", "{"),
        Request::new("POST", url.as_str()).with_body("application/json", b"\xff\xfe".to_vec()),
        Request::new("POST", url.as_str()).with_body("application/x-www-form-urlencoded", "code=1&code=2"),
    ] {
        assert_eq!(refusal(&app.send(request).await).0, 400);
    }
}

/// academy-api.md, gap 7: 400 missing or invalid parameter or code, 404 unknown client, 501
/// unsupported grant.
#[tokio::test]
async fn refused_token_requests() {
    let app = application();
    let table: &[(&str, &str, u16)] = &[
        ("code", "", 400),
        ("code", "made-up", 400),
        ("grant_type", "", 400),
        ("grant_type", "password", 501),
        ("grant_type", "refresh_token", 501),
        ("client_id", "", 400),
        ("client_id", "somebody-else", 404),
        ("client_secret", "", 400),
        ("client_secret", "wrong", 400),
        ("redirect_uri", "", 400),
        ("redirect_uri", "http://127.0.0.1:50124/oauth/cb/app", 400),
    ];
    for (name, value, status) in table {
        let code = app.code(Person::JohnDoe).await;
        let (got, message) = refusal(&app.token(&code, &[(name, value)]).await);
        assert_eq!(got, *status, "{name}={value}: {message}");
        assert!(message.contains(name), "{name}={value}: {message}");
    }
}

#[tokio::test]
async fn rfc6749_section_4_1_2_a_code_serves_once_and_a_second_use_ends_its_tokens() {
    let app = application();
    let code = app.code(Person::JohnDoe).await;
    let tokens = Tokens::of(&app.token(&code, &[]).await);
    assert_eq!(app.get("/info", &tokens.access).await.status, 200);
    assert_eq!(refusal(&app.token(&code, &[]).await).0, 400);
    assert_eq!(app.get("/info", &tokens.access).await.status, 401);
}

#[tokio::test]
async fn a_code_lives_for_one_minute() {
    let app = application();
    let (early, late) = (app.code(Person::JohnDoe).await, app.code(Person::JaneBlack).await);
    app.clock.advance(MINUTE - 1);
    Tokens::of(&app.token(&early, &[]).await);
    app.clock.advance(1);
    assert_eq!(refusal(&app.token(&late, &[]).await).0, 400);
}

#[tokio::test]
async fn info_tells_who_was_chosen() {
    let app = application();
    let mut ids = Vec::new();
    for (person, name) in [(Person::JohnDoe, "John Doe"), (Person::JaneBlack, "Jane Black")] {
        let body = app.get("/info", &app.connect(person).await.access).await.body_json().unwrap();
        assert_eq!(body["user"], name);
        let id = body["id"].as_str().unwrap().to_owned();
        assert!(id.len() == 40 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
        assert_eq!(body.as_object().unwrap().len(), 2);
        ids.push(id);
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn an_access_token_lives_for_its_minutes() {
    let app = Application::new(Settings { token_minutes: 2, ..Settings::default() });
    let tokens = app.connect(Person::JohnDoe).await;
    app.clock.advance(2 * MINUTE - 1);
    assert_eq!(app.get("/info", &tokens.access).await.status, 200);
    app.clock.advance(1);
    let response = app.get("/info", &tokens.access).await;
    assert!(refusal(&response).1.contains("expired"));
    assert_eq!(response.status, 401);
    assert!(response.headers.get("www-authenticate").unwrap().starts_with("Bearer error=\"invalid_token\""));
}

#[tokio::test]
async fn a_refresh_token_never_ends_before_its_access_token() {
    for (token_minutes, refresh_minutes, told) in [(60, 5, 60), (1, 5, 5)] {
        let app = Application::new(Settings { token_minutes, refresh_minutes, ..Settings::default() });
        let body = app.token(&app.code(Person::JohnDoe).await, &[]).await.body_json().unwrap();
        assert_eq!((&body["expires_in"], &body["refresh_expires_in"]), (&json!(token_minutes), &json!(told)));
    }
}

#[tokio::test]
async fn requests_without_a_good_token_are_not_authorized() {
    let app = application();
    for path in ["/info", "/invalidate"] {
        assert_eq!(refusal(&app.get(path, "made-up").await).0, 401);
        let bare = app.send(Request::get(format!("{BASE}{path}"))).await;
        assert_eq!(refusal(&bare).0, 401);
        assert_eq!(bare.headers.get("www-authenticate"), Some("Bearer"), "RFC 6750 section 3");
        let in_query = app.send(Request::get(format!("{BASE}{path}?access_token=x"))).await;
        assert_eq!(in_query.status, 401);
    }
}

#[tokio::test]
async fn a_token_without_connect_is_forbidden_to_ask_for_info() {
    let app = application();
    let url = app.authorize_url(&[("scope", "read")]);
    let location = connspec_provider::academy::consent(
        &app.transport,
        &url,
        Person::JohnDoe,
        connspec_provider::academy::Decision::Allow,
    )
    .await
    .unwrap();
    let code = crate::support::parameter(&location.parse().unwrap(), "code").unwrap();
    let tokens = Tokens::of(&app.token(&code, &[]).await);
    let (status, message) = refusal(&app.get("/info", &tokens.access).await);
    assert_eq!(status, 403);
    assert!(message.contains("connect"), "{message}");
}

#[tokio::test]
async fn a_refresh_brings_new_tokens_and_ends_both_old_ones() {
    let app = application();
    let old = app.connect(Person::JaneBlack).await;
    app.clock.advance(4 * MINUTE);
    let new = Tokens::of(&app.refresh(&old.refresh, &[]).await);
    assert_eq!(app.get("/info", &new.access).await.body_json().unwrap()["user"], "Jane Black");
    assert_eq!(app.get("/info", &old.access).await.status, 401);
    assert_eq!(refusal(&app.refresh(&old.refresh, &[]).await).0, 400);
    app.clock.advance(4 * MINUTE);
    assert_eq!(app.get("/info", &new.access).await.status, 200, "the five minutes start anew");
    Tokens::of(&app.refresh(&new.refresh, &[]).await);
}

#[tokio::test]
async fn a_refresh_token_expires_too() {
    let app = application();
    let tokens = app.connect(Person::JohnDoe).await;
    app.clock.advance(5 * MINUTE);
    let (status, message) = refusal(&app.refresh(&tokens.refresh, &[]).await);
    assert_eq!(status, 400);
    assert!(message.contains("expired"), "{message}");
}

#[tokio::test]
async fn refused_refresh_requests() {
    let app = application();
    let tokens = app.connect(Person::JohnDoe).await;
    let table: &[(&str, &str, u16)] = &[
        ("refresh_token", "", 400),
        ("client_id", "", 400),
        ("client_id", "somebody-else", 404),
        ("client_secret", "", 400),
        ("client_secret", "wrong", 400),
        ("grant_type", "authorization_code", 501),
    ];
    for (name, value, status) in table {
        let (got, message) = refusal(&app.refresh(&tokens.refresh, &[(name, value)]).await);
        assert_eq!(got, *status, "{name}={value}: {message}");
    }
    assert_eq!(refusal(&app.refresh("made-up", &[]).await).0, 400);
    Tokens::of(&app.refresh(&tokens.refresh, &[("grant_type", "")]).await);
}

#[tokio::test]
async fn a_new_connection_of_the_same_person_ends_the_old_one() {
    let app = application();
    let first = app.connect(Person::JohnDoe).await;
    let other = app.connect(Person::JaneBlack).await;
    let second = app.connect(Person::JohnDoe).await;
    assert_eq!(app.get("/info", &first.access).await.status, 401);
    assert_eq!(refusal(&app.refresh(&first.refresh, &[]).await).0, 400);
    assert_eq!(app.get("/info", &other.access).await.status, 200, "Jane's is another connection");
    assert_eq!(app.get("/info", &second.access).await.status, 200);
}

#[tokio::test]
async fn invalidate_answers_204_and_ends_the_connection() {
    let app = application();
    let tokens = app.connect(Person::JohnDoe).await;
    let response = app.get("/invalidate", &tokens.access).await;
    assert_eq!((response.status, response.body.len()), (204, 0));
    assert_eq!(app.get("/info", &tokens.access).await.status, 401);
    assert_eq!(refusal(&app.refresh(&tokens.refresh, &[]).await).0, 400);
    assert_eq!(app.get("/invalidate", &tokens.access).await.status, 401);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_in_the_same_shape() {
    let app = application();
    assert_eq!(refusal(&app.send(Request::get(format!("{BASE}/nothing"))).await).0, 404);
    assert_eq!(refusal(&app.send(Request::get("http://127.0.0.1/")).await).0, 404);
    assert_eq!(refusal(&app.send(Request::get(format!("{BASE}/token"))).await).0, 405);
    assert_eq!(refusal(&app.send(Request::new("DELETE", format!("{BASE}/info"))).await).0, 405);
}
