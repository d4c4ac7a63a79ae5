//! The Academy's records: movies, which can be added and changed, and people, organizations and
//! genres to read. The same endpoints stand below `/api/v1` and `/api/v2`; only the door differs.
//!
//! The public documentation names the endpoints, the limits and the styles of pagination, not the
//! members of a record: those are ours.

mod filter;
mod movies;
mod stock;

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{Extension, Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use self::movies::{Movies, Refused};
use super::errors;

/// Most records an answer holds (academy-api.md, "Data limits").
const PAGE_SIZE: usize = 5;

/// Whose account a request opens.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) name: String,
}

/// Who may come in: the account, or the refusal to send.
pub(super) trait Door: Send + Sync + 'static {
    /// Checks the request's credentials for `method`.
    fn open(&self, method: &Method, headers: &HeaderMap) -> Result<Account, Box<Response>>;
}

/// The record endpoints behind `door`, without a prefix.
pub(super) fn router(door: Arc<dyn Door>) -> Router {
    let movies = Arc::new(Mutex::new(Movies::default()));
    Router::new()
        .route("/about", get(about))
        .route("/movies", get(list_movies).post(add_movie))
        .route("/movies/{id}", get(read_movie).put(replace_movie).patch(change_movie).delete(delete_movie))
        .route("/people", get(people))
        .route("/organizations", get(organizations))
        .route("/genres", get(genres))
        .with_state(movies)
        .route_layer(from_fn_with_state(door, check))
}

async fn check(State(door): State<Arc<dyn Door>>, mut request: Request, next: Next) -> Response {
    match door.open(request.method(), request.headers()) {
        Ok(account) => {
            request.extensions_mut().insert(account);
            next.run(request).await
        }
        Err(refusal) => *refusal,
    }
}

type Store = State<Arc<Mutex<Movies>>>;

/// The account; `webhook` is the identifier of the registered webhook, and none can be registered.
async fn about(Extension(account): Extension<Account>) -> Response {
    Json(json!({ "id": account.id, "name": account.name, "webhook": null })).into_response()
}

/// Pagination by `offset`.
async fn list_movies(State(movies): Store, query: Query) -> Response {
    let movies = lock(&movies);
    let page: Vec<&Value> = movies.all().skip(query.number("offset", 0)).take(PAGE_SIZE).collect();
    Json(json!(page)).into_response()
}

async fn add_movie(State(movies): Store, body: Bytes) -> Response {
    answer(StatusCode::CREATED, read_body(&body).and_then(|members| lock(&movies).add(&members)))
}

async fn read_movie(State(movies): Store, Path(id): Path<String>) -> Response {
    answer(StatusCode::OK, lock(&movies).get(&id))
}

async fn replace_movie(State(movies): Store, Path(id): Path<String>, body: Bytes) -> Response {
    answer(StatusCode::OK, read_body(&body).and_then(|members| lock(&movies).replace(&id, &members)))
}

async fn change_movie(State(movies): Store, Path(id): Path<String>, body: Bytes) -> Response {
    answer(StatusCode::OK, read_body(&body).and_then(|members| lock(&movies).change(&id, &members)))
}

async fn delete_movie(State(movies): Store, Path(id): Path<String>) -> Response {
    match lock(&movies).delete(&id) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => errors::message(refused.status, &refused.message),
    }
}

/// Pagination by `page`, counted from 1; `q` filters.
async fn people(query: Query) -> Response {
    let filter = match filter::Filter::parse(query.get("q").unwrap_or_default()) {
        Ok(filter) => filter,
        Err(message) => return errors::message(400, &message),
    };
    let found = stock::people().into_iter().filter(|person| filter.accepts(person));
    let page: Vec<Value> =
        found.skip((query.number("page", 1).max(1) - 1).saturating_mul(PAGE_SIZE)).take(PAGE_SIZE).collect();
    Json(json!(page)).into_response()
}

/// Pagination by `hasMore`.
async fn organizations(query: Query) -> Response {
    let (all, offset) = (stock::organizations(), query.number("offset", 0));
    let page: Vec<&Value> = all.iter().skip(offset).take(PAGE_SIZE).collect();
    let more = offset.saturating_add(PAGE_SIZE) < all.len();
    Json(json!({ "organizations": page, "hasMore": more })).into_response()
}

async fn genres() -> Response {
    Json(json!(stock::GENRES)).into_response()
}

fn answer(status: StatusCode, outcome: Result<Value, Refused>) -> Response {
    match outcome {
        Ok(record) => (status, Json(record)).into_response(),
        Err(refused) => errors::message(refused.status, &refused.message),
    }
}

fn read_body(body: &[u8]) -> Result<Value, Refused> {
    serde_json::from_slice(body).map_err(|_| Refused::new(400, "the body is not valid JSON"))
}

fn lock(movies: &Mutex<Movies>) -> std::sync::MutexGuard<'_, Movies> {
    movies.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The query's parameters; the last of several with one name counts.
struct Query(Vec<(String, String)>);

impl Query {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str, default: usize) -> usize {
        self.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Query {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}
