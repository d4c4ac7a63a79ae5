//! Acme: the service behind the bundled patterns, at `https://api.acme.test`.
//!
//! One account endpoint, `GET /v1/me`, and every way there is to be let in: an API key in a header, the query or a body,
//! user name and password (RFC 7617), a session from a login of its own, OAuth 2 ([`crate::authorization`]) with a
//! confidential and a public client, OAuth 1 ([`crate::authorization::oauth1`]). Each pattern under `specs/` connects
//! with it as it stands.
//!
//! | path | answers |
//! |---|---|
//! | `GET /v1/me` | who is let in: `id`, `name`, `email` (none for a client that acts for itself); 401 in words else |
//! | `POST /v1/keys/verify` | the same, for an `api_key` in a JSON body |
//! | `POST /v1/login`, `POST /v1/logout` | a session: `token`, `expires_in` in seconds; 204 |
//! | `/oauth/authorize`, `/oauth/token`, `/oauth/revoke` | OAuth 2 |
//! | `/oauth1/request_token`, `/oauth1/authorize`, `/oauth1/access_token` | OAuth 1 |

mod door;
mod sessions;
mod settings;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use connspec_exchange::Clock;
use serde_json::{Value, json};

use crate::Randomness;
use crate::authorization::{AuthorizationServer, Endpoints, oauth1, router_at};
use crate::reply;
use door::{Account, Refusal};
use sessions::Sessions;

pub use settings::{ORIGIN, Settings};

/// What the handlers share.
struct Acme {
    settings: Settings,
    oauth2: Arc<AuthorizationServer>,
    oauth1: Arc<oauth1::Server>,
    sessions: Sessions,
}

/// Acme's endpoints.
pub fn router(settings: &Settings, clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>) -> Router {
    let oauth2 = Arc::new(AuthorizationServer::new(settings.oauth2(), Arc::clone(&clock), Arc::clone(&randomness)));
    let oauth1 = Arc::new(oauth1::Server::new(settings.oauth1(), Arc::clone(&clock), Arc::clone(&randomness)));
    let sessions = Sessions::new(settings.token_minutes, clock, randomness);
    let acme = Acme { settings: settings.clone(), oauth2: Arc::clone(&oauth2), oauth1: Arc::clone(&oauth1), sessions };
    let oauth2_endpoints = Endpoints {
        authorize: "/oauth/authorize".to_owned(),
        token: vec!["/oauth/token".to_owned()],
        revoke: Some("/oauth/revoke".to_owned()),
        ..Endpoints::default()
    };
    let oauth1_endpoints = oauth1::Endpoints {
        request_token: "/oauth1/request_token".to_owned(),
        authorize: "/oauth1/authorize".to_owned(),
        access_token: "/oauth1/access_token".to_owned(),
        account: None,
    };
    Router::new()
        .route("/v1/me", get(me))
        .route("/v1/keys/verify", post(verify_key))
        .route("/v1/login", post(login))
        .route("/v1/logout", post(logout))
        .with_state(Arc::new(acme))
        .merge(oauth1::router_at(oauth1, &oauth1_endpoints))
        .fallback_service(router_at(oauth2, oauth2_endpoints))
}

async fn me(State(acme): State<Arc<Acme>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    shown(acme.open(&method, &uri, &headers))
}

async fn verify_key(State(acme): State<Arc<Acme>>, body: Bytes) -> Response {
    let given = json_body(&body);
    let key = given.as_ref().and_then(|given| given["api_key"].as_str());
    shown(match key {
        Some(key) => acme.api_key(key),
        None => Err(Refusal::of("the JSON body has no api_key")),
    })
}

async fn login(State(acme): State<Arc<Acme>>, body: Bytes) -> Response {
    let given = json_body(&body).unwrap_or(Value::Null);
    let text = |name: &str| given[name].as_str().unwrap_or_default();
    match acme.settings.person_with(text("username"), text("password")) {
        Some(person) => {
            let (token, expires_in) = acme.sessions.begin(&person.id);
            reply::json(200, json!({ "token": token, "expires_in": expires_in }))
        }
        None => shown(Err(Refusal::of("nobody has this user name and password"))),
    }
}

async fn logout(State(acme): State<Arc<Acme>>, headers: HeaderMap) -> Response {
    match door::bearer(&headers).filter(|token| acme.sessions.end(token)) {
        Some(_) => StatusCode::NO_CONTENT.into_response(),
        None => shown(Err(Refusal::of("there is no such session"))),
    }
}

fn json_body(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok()
}

/// An account, or `{"error":{"message"}}` with 401.
fn shown(opened: Result<Account, Refusal>) -> Response {
    match opened {
        Ok(account) => reply::json(200, account.to_json()),
        Err(refusal) => refusal.response(),
    }
}
