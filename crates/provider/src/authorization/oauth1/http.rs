//! HTTP around the OAuth 1 provider: the three endpoints of RFC 5849 §2, and an account as a resource to try a
//! signature on.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HOST, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::json;

use super::super::parameters::Parameters;
use super::super::server::Answer;
use super::problem::Problem;
use super::server::{Callback, Credentials, Server};
use super::signed::Incoming;
use crate::consent::{Page, PersonChoice, message_page, refusal_page};
use crate::reply::{self, Bodies, authorization, body_parameters, comes_from_another_site};

const SERVICE: &str = "Practice provider";
const FORM: &str = "application/x-www-form-urlencoded";

/// At which paths an OAuth 1 provider answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Temporary credentials (RFC 5849 §2.1).
    pub request_token: String,
    /// The consent page (§2.2).
    pub authorize: String,
    /// Token credentials (§2.3).
    pub access_token: String,
    /// A resource to try a signature on; none where the provider has resources of its own.
    pub account: Option<String>,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            request_token: "/oauth/request_token".to_owned(),
            authorize: "/oauth/authorize".to_owned(),
            access_token: "/oauth/access_token".to_owned(),
            account: Some("/oauth/account".to_owned()),
        }
    }
}

/// The endpoints of RFC 5849 §2, and `GET /oauth/account`.
pub fn router(server: Arc<Server>) -> Router {
    router_at(server, &Endpoints::default())
}

/// As [`router`], at other paths, which must be plain ones.
pub fn router_at(server: Arc<Server>, endpoints: &Endpoints) -> Router {
    let router = Router::new()
        .route(&endpoints.request_token, post(request_token))
        .route(&endpoints.authorize, get(show_consent).post(take_answer))
        .route(&endpoints.access_token, post(access_token));
    let router = match &endpoints.account {
        Some(path) => router.route(path, get(account)),
        None => router,
    };
    router.with_state(server)
}

async fn request_token(
    State(server): State<Arc<Server>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer =
        with_incoming(&server, &method, &uri, &headers, &body, |incoming| server.temporary_credentials(incoming));
    credentials(answer, &[("oauth_callback_confirmed", "true")])
}

async fn access_token(
    State(server): State<Arc<Server>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = with_incoming(&server, &method, &uri, &headers, &body, |incoming| server.token_credentials(incoming));
    credentials(answer, &[])
}

async fn account(State(server): State<Arc<Server>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    match with_incoming(&server, &method, &uri, &headers, &[], |incoming| server.access(incoming)) {
        Ok(access) => reply::json(200, json!({ "id": access.person })),
        Err(problem) => refused(&problem),
    }
}

async fn show_consent(State(server): State<Arc<Server>>, uri: Uri) -> Response {
    let token = Parameters::from_urlencoded(uri.query().unwrap_or_default().as_bytes())
        .ok()
        .and_then(|parameters| parameters.get("oauth_token").map(str::to_owned));
    let begun = token.ok_or_else(|| Problem::absent("oauth_token"));
    match begun.and_then(|token| server.begin(&token)) {
        Ok(consent) => {
            let people = server.settings().people.iter();
            let html = Page {
                service: SERVICE,
                client: &consent.consumer.name,
                client_id: &consent.consumer.key,
                redirect_uri: match consent.callback.as_str() {
                    "oob" => "the application",
                    uri => uri,
                },
                scopes: Vec::new(),
                people: people.map(|person| PersonChoice { id: &person.id, name: &person.name }).collect(),
                action: uri.path(),
                ticket: &consent.ticket,
            };
            reply::page(200, html.render())
        }
        Err(problem) => shown(&problem),
    }
}

async fn take_answer(State(server): State<Arc<Server>>, headers: HeaderMap, body: Bytes) -> Response {
    match decide(&server, &headers, &body) {
        Ok(Callback::Redirect(location)) => reply::redirect(true, &location),
        Ok(Callback::Verifier(verifier)) => {
            reply::page(200, message_page(SERVICE, "Copy this into the application", &verifier))
        }
        Ok(Callback::Refused) => {
            reply::page(200, message_page(SERVICE, "Access is refused", "You may close this page."))
        }
        Err(problem) => shown(&problem),
    }
}

fn decide(server: &Server, headers: &HeaderMap, body: &[u8]) -> Result<Callback, Problem> {
    if comes_from_another_site(headers) {
        return Err(Problem::bad_request("parameter_rejected", "another site sent this answer"));
    }
    let absent = |error: super::super::Error| Problem::bad_request("parameter_absent", error.description);
    let form = body_parameters(headers, body, Bodies::Form).map_err(absent)?;
    let answer = match form.require("decision").map_err(absent)? {
        "allow" => Answer::Allow(form.require("person").map_err(absent)?),
        _ => Answer::Deny,
    };
    server.decide(form.require("ticket").map_err(absent)?, answer)
}

/// Puts a request together as the client signed it.
fn with_incoming<T>(
    server: &Server,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
    ask: impl FnOnce(&Incoming<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let origin = server.settings().origin.clone().unwrap_or_else(|| format!("http://{}", text(HOST)));
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let is_form = text(CONTENT_TYPE).split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM));
    ask(&Incoming {
        method: method.as_str(),
        url: &format!("{origin}{target}"),
        authorization: authorization(headers),
        form: is_form.then_some(body),
    })
}

/// §2.1, §2.3: credentials come form-encoded.
fn credentials(answer: Result<Credentials, Problem>, further: &[(&str, &str)]) -> Response {
    match answer {
        Ok(credentials) => {
            let body = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("oauth_token", &credentials.token)
                .append_pair("oauth_token_secret", &credentials.secret)
                .extend_pairs(further)
                .finish();
            ([(CONTENT_TYPE, FORM), (axum::http::header::CACHE_CONTROL, "no-store")], body).into_response()
        }
        Err(problem) => refused(&problem),
    }
}

fn refused(problem: &Problem) -> Response {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("oauth_problem", problem.name)
        .append_pair("oauth_problem_advice", &problem.advice)
        .finish();
    let mut response = ([(CONTENT_TYPE, FORM)], body).into_response();
    *response.status_mut() =
        if problem.status == 401 { axum::http::StatusCode::UNAUTHORIZED } else { axum::http::StatusCode::BAD_REQUEST };
    if problem.status == 401 {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("OAuth realm=\"provider\""));
    }
    response
}

fn shown(problem: &Problem) -> Response {
    reply::page(problem.status, refusal_page(SERVICE, &problem.advice))
}
