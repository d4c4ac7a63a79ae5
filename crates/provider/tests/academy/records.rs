//! The records: behind an API key in version 1, behind scopes in version 2.

use connspec_exchange::{Request, Response, Transport as _};
use connspec_provider::InProcess;
use connspec_provider::academy::{self, Decision, Person, Settings};
use serde_json::{Value, json};

use crate::support::{Application, BASE, Tokens, parameter, refusal};

struct Version1(InProcess);

impl Version1 {
    fn new() -> Self {
        Self(InProcess(academy::v1(&Settings::default())))
    }

    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Response {
        let mut request = Request::new(method, format!("https://app-academy.make.com/api/v1{path}"))
            .with_header("x-api-key", "academy-demo-key");
        if let Some(body) = body {
            request = request.with_json(&body);
        }
        self.0.send(&request).await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        let response = self.send("GET", path, None).await;
        assert_eq!(response.status, 200, "{:?}", response.text());
        response.body_json().unwrap()
    }
}

#[tokio::test]
async fn version_1_wants_its_key() {
    let api = Version1::new();
    let about = api.get("/about").await;
    assert_eq!(about["id"].as_str().unwrap().len(), 40);
    let url = "https://app-academy.make.com/api/v1/about";
    let bare = api.0.send(&Request::get(url)).await.unwrap();
    assert!(refusal(&bare).1.contains("missing"));
    assert_eq!(bare.status, 401);
    let wrong = api.0.send(&Request::get(url).with_header("x-api-key", "other")).await.unwrap();
    assert_eq!(refusal(&wrong).0, 401);
}

#[tokio::test]
async fn pages_hold_five_records() {
    let api = Version1::new();
    assert_eq!(api.get("/movies").await.as_array().unwrap().len(), 5);
    assert_eq!(api.get("/movies?offset=5").await.as_array().unwrap().len(), 1);
    assert_eq!(api.get("/people?page=2").await.as_array().unwrap().len(), 1);
    let organizations = api.get("/organizations").await;
    assert_eq!(
        (organizations["organizations"].as_array().unwrap().len(), &organizations["hasMore"]),
        (5, &json!(true))
    );
    assert_eq!(api.get("/organizations?offset=5").await["hasMore"], json!(false));
    assert!(api.get("/genres").await.as_array().unwrap().contains(&json!("comedy")));
    for absurd in ["/movies?offset=18446744073709551615", "/people?page=18446744073709551615", "/people?page=99"] {
        assert_eq!(api.get(absurd).await, json!([]), "{absurd}");
    }
    assert_eq!(api.get("/movies?offset=x&offset=-1").await.as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn people_are_searched_with_q() {
    let api = Version1::new();
    let query =
        url::form_urlencoded::byte_serialize(b"name startsWith \"F\" AND name contains \"Lang\"").collect::<String>();
    assert_eq!(api.get(&format!("/people?q={query}")).await[0]["name"], "Fritz Lang");
    assert_eq!(refusal(&api.send("GET", "/people?q=nonsense", None).await).0, 400);
}

#[tokio::test]
async fn own_movies_can_be_added_changed_and_deleted() {
    let api = Version1::new();
    let added = api.send("POST", "/movies", Some(json!({ "title": "Alraune", "year": 1928, "other": 1 }))).await;
    assert_eq!(added.status, 201);
    let movie = added.body_json().unwrap();
    assert_eq!(movie, json!({ "id": 7, "title": "Alraune", "year": 1928, "genre": null }));
    let changed = api.send("PATCH", "/movies/7", Some(json!({ "genre": "horror" }))).await;
    assert_eq!(changed.body_json().unwrap()["year"], 1928);
    let replaced = api.send("PUT", "/movies/7", Some(json!({ "title": "Faust" }))).await;
    assert_eq!(replaced.body_json().unwrap(), json!({ "id": 7, "title": "Faust", "year": null, "genre": null }));
    assert_eq!(api.get("/movies/7").await["title"], "Faust");
    assert_eq!(api.send("DELETE", "/movies/7", None).await.status, 204);
    assert_eq!(refusal(&api.send("GET", "/movies/7", None).await).0, 404);
}

/// academy-api.md, "Data limits": six fixed records, fourteen of one's own.
#[tokio::test]
async fn the_limits_of_the_documentation() {
    let api = Version1::new();
    for method in ["PUT", "PATCH"] {
        assert_eq!(refusal(&api.send(method, "/movies/6", Some(json!({ "title": "x" }))).await).0, 403);
    }
    assert_eq!(refusal(&api.send("DELETE", "/movies/1", None).await).0, 403);
    for _ in 0..14 {
        assert_eq!(api.send("POST", "/movies", Some(json!({ "title": "x" }))).await.status, 201);
    }
    assert_eq!(refusal(&api.send("POST", "/movies", Some(json!({ "title": "x" }))).await).0, 400);
}

#[tokio::test]
async fn what_is_no_movie_is_refused() {
    let api = Version1::new();
    for body in [
        json!([]),
        json!({}),
        json!({ "title": "" }),
        json!({ "title": "x", "year": "y" }),
        json!({ "title": "x", "genre": "y" }),
    ] {
        assert_eq!(refusal(&api.send("POST", "/movies", Some(body.clone())).await).0, 400, "{body}");
    }
    assert_eq!(refusal(&api.send("POST", "/movies", None).await).0, 400);
    assert_eq!(refusal(&api.send("GET", "/movies/x", None).await).0, 404);
}

async fn with_scope(app: &Application, scope: &str) -> Tokens {
    let url = app.authorize_url(&[("scope", scope)]);
    let location = academy::consent(&app.transport, &url, Person::JaneBlack, Decision::Allow).await.unwrap();
    let code = parameter(&location.parse().unwrap(), "code").unwrap();
    Tokens::of(&app.token(&code, &[]).await)
}

/// academy-api.md, "Scopes": GET read, POST/PUT/PATCH write, DELETE delete.
#[tokio::test]
async fn version_2_asks_for_the_scope_of_the_method() {
    let app = Application::new(Settings::default());
    let table = [
        ("GET", "/movies", "read"),
        ("GET", "/about", "read"),
        ("POST", "/movies", "write"),
        ("PUT", "/movies/1", "write"),
        ("PATCH", "/movies/1", "write"),
        ("DELETE", "/movies/1", "delete"),
    ];
    for granted in ["connect", "read", "write", "delete"] {
        let tokens = with_scope(&app, granted).await;
        for (method, path, needed) in table {
            let request = Request::new(method, format!("{BASE}{path}"))
                .with_json(&json!({}))
                .with_header("authorization", format!("Bearer {}", tokens.access));
            let response = app.send(request).await;
            let lacks = response.status == 403 && refusal(&response).1.contains("lacks the scope");
            assert_eq!(lacks, granted != needed, "{method} {path} with {granted}: {}", response.status);
        }
    }
    assert_eq!(refusal(&app.send(Request::get(format!("{BASE}/movies"))).await).0, 401);
}

#[tokio::test]
async fn version_2_tells_whose_account_it_is() {
    let app = Application::new(Settings::default());
    let tokens = with_scope(&app, "connect read").await;
    let about = app.get("/about", &tokens.access).await.body_json().unwrap();
    assert_eq!(about["name"], "Jane Black");
    assert_eq!(about["id"], app.get("/info", &tokens.access).await.body_json().unwrap()["id"]);
}
