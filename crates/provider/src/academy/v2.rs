//! Version 2 of the Academy API: OAuth 2 with a consent page, below `/api/v2`.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use connspec_exchange::Clock;
use serde_json::json;

use super::errors::{self, refused};
use super::people::Person;
use super::records::{self, Account, Door};
use super::settings::Settings;
use crate::Randomness;
use crate::authorization::http::{consent_page, decide};
use crate::authorization::{
    Access, AuthorizationServer, Callback, Error, ErrorCode, Parameters, Reason, Refusal, TokenReply, with_parameters,
};
use crate::consent::refusal_page;
use crate::faults::Fault;
use crate::reply::{self, Bodies, authorization, body_parameters, wants_a_page};

/// The scopes of version 2 and what they mean (academy-api.md, "Scopes").
pub const SCOPES: [(&str, &str); 4] = [
    ("connect", "See who you are"),
    ("read", "Read movies, people and organizations"),
    ("write", "Add and change movies"),
    ("delete", "Delete movies"),
];

const SERVICE: &str = "Custom App Academy";

/// Everything version 2's handlers share.
pub(super) struct Academy {
    pub(super) server: AuthorizationServer,
    fault: Option<Fault>,
    code_in_query: bool,
}

/// Version 2's endpoints.
pub fn router(settings: &Settings, clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>) -> Router {
    let server = AuthorizationServer::new(settings.authorization(), clock, randomness);
    let academy = Arc::new(Academy { server, fault: settings.fault, code_in_query: settings.code_in_query });
    let endpoints = Router::new()
        .route("/authorize", get(show_consent).post(take_answer))
        .route("/token", post(token))
        .route("/refresh", post(refresh))
        .route("/info", get(info))
        .route("/invalidate", get(invalidate))
        .with_state(academy.clone())
        .merge(records::router(academy));
    Router::new().nest("/api/v2", endpoints).fallback(no_such_endpoint).method_not_allowed_fallback(wrong_method)
}

async fn show_consent(State(academy): State<Arc<Academy>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let begun = Parameters::from_urlencoded(query.unwrap_or_default().as_bytes())
        .and_then(|parameters| parameters.require("redirect_uri").map(drop).map(|()| parameters))
        .map_err(Refusal::Shown)
        .and_then(|parameters| {
            academy.server.begin(&parameters).map_err(|refusal| scope_is_required(&parameters, refusal))
        });
    match begun {
        Ok(consent) => {
            let html = consent_page(&academy.server, &consent, SERVICE, "/api/v2/authorize", meaning);
            reply::page(200, html)
        }
        Err(Refusal::Shown(error)) => shown(&error, &headers),
        Err(Refusal::SentBack(callback)) => match &callback.outcome {
            // The documentation lists these among the statuses of /authorize itself.
            Err(error) if is_answered_directly(error) => shown(error, &headers),
            _ => reply::redirect(false, &location(&callback)),
        },
    }
}

/// `scope` is a required parameter of /authorize: 400 without it.
fn scope_is_required(parameters: &Parameters, refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::SentBack(_) if parameters.get("scope").is_none() => Refusal::Shown(Error::missing("scope")),
        other => other,
    }
}

fn is_answered_directly(error: &Error) -> bool {
    matches!(error.reason, Reason::MissingParameter(_) | Reason::UnsupportedResponseType)
}

fn meaning(scope: &str) -> &'static str {
    SCOPES.iter().find(|(name, _)| *name == scope).map_or("", |(_, meaning)| meaning)
}

async fn take_answer(State(academy): State<Arc<Academy>>, headers: HeaderMap, body: Bytes) -> Response {
    match decide(&academy.server, &headers, &body) {
        Ok(callback) if academy.fault == Some(Fault::ErrorMessageCallback) => {
            reply::redirect(true, &location_with_message_alone(&callback))
        }
        Ok(callback) => reply::redirect(true, &location(&callback)),
        Err(error) => shown(&error, &headers),
    }
}

/// `code` and `state`, or `error`, `error.message` and `state` (academy-api.md, "Error shape").
fn location(callback: &Callback) -> String {
    let mut pairs: Vec<(&str, &str)> = match &callback.outcome {
        Ok(code) => vec![("code", code)],
        Err(error) => vec![("error", error.code.name()), ("error.message", &error.description)],
    };
    pairs.extend(callback.state.as_deref().map(|state| ("state", state)));
    with_parameters(&callback.redirect_uri, &pairs)
}

fn location_with_message_alone(callback: &Callback) -> String {
    let mut pairs = vec![("error.message", "the request could not be processed")];
    pairs.extend(callback.state.as_deref().map(|state| ("state", state)));
    with_parameters(&callback.redirect_uri, &pairs)
}

/// A page for a browser, JSON for everything else.
fn shown(error: &Error, headers: &HeaderMap) -> Response {
    if wants_a_page(headers) {
        let html = refusal_page(SERVICE, &error.description);
        return reply::page(errors::status(error), html);
    }
    refused(error)
}

async fn token(
    State(academy): State<Arc<Academy>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let answer = body_parameters(&headers, &body, Bodies::FormOrJson).and_then(|parameters| {
        let parameters = if academy.code_in_query {
            let query = Parameters::from_urlencoded(query.unwrap_or_default().as_bytes())?;
            match query.get("code") {
                Some(code) => parameters.with_default("code", code),
                None => parameters,
            }
        } else {
            parameters
        };
        only_grant(&parameters, "authorization_code")?;
        for name in ["client_id", "client_secret", "code", "redirect_uri"] {
            parameters.require(name)?;
        }
        academy.server.token(None, &parameters)
    });
    tokens(answer)
}

async fn refresh(State(academy): State<Arc<Academy>>, headers: HeaderMap, body: Bytes) -> Response {
    if academy.fault == Some(Fault::RefreshExpired) {
        academy.server.expire_refresh_tokens();
    }
    let answer = body_parameters(&headers, &body, Bodies::FormOrJson).and_then(|parameters| {
        // The documentation marks it optional, and the path says it already.
        let parameters = parameters.with_default("grant_type", "refresh_token");
        only_grant(&parameters, "refresh_token")?;
        for name in ["client_id", "client_secret", "refresh_token"] {
            parameters.require(name)?;
        }
        academy.server.token(None, &parameters)
    });
    tokens(answer)
}

fn only_grant(parameters: &Parameters, expected: &str) -> Result<(), Error> {
    if parameters.require("grant_type")? == expected {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::UnsupportedGrantType,
        Reason::UnsupportedGrantType,
        format!("the only grant_type supported here is {expected}"),
    ))
}

/// The four documented members, and no others.
fn tokens(answer: Result<TokenReply, Error>) -> Response {
    match answer {
        Ok(reply) => reply::json(
            200,
            json!({
                "access_token": reply.access_token,
                "expires_in": reply.expires_in,
                "refresh_token": reply.refresh_token,
                "refresh_expires_in": reply.refresh_expires_in,
            }),
        ),
        Err(error) => refused(&error),
    }
}

/// The scope each kind of request needs (academy-api.md, "Scopes").
impl Door for Academy {
    fn open(&self, method: &Method, headers: &HeaderMap) -> Result<Account, Box<Response>> {
        let scope = match *method {
            Method::GET | Method::HEAD => "read",
            Method::DELETE => "delete",
            _ => "write",
        };
        let access = self.server.bearer(authorization(headers), Some(scope));
        access.map(|access| self.account(&access)).map_err(|error| Box::new(refused(&error)))
    }
}

impl Academy {
    /// The account that an access token opens.
    fn account(&self, access: &Access) -> Account {
        let person = access.person.as_deref().and_then(Person::from_id);
        let person = person.expect("grants come from codes, and only the two people consent to those");
        let person = match self.fault {
            Some(Fault::OtherPerson) => person.other(),
            _ => person,
        };
        Account { id: person.account_id(), name: person.name().to_owned() }
    }
}

async fn info(State(academy): State<Arc<Academy>>, headers: HeaderMap) -> Response {
    match academy.server.bearer(authorization(&headers), Some("connect")) {
        Ok(access) => {
            let account = academy.account(&access);
            reply::json(200, json!({ "id": account.id, "user": account.name }))
        }
        Err(error) => refused(&error),
    }
}

async fn invalidate(State(academy): State<Arc<Academy>>, headers: HeaderMap) -> Response {
    match academy.server.bearer(authorization(&headers), None) {
        Ok(access) => {
            academy.server.end_grant(access.family);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => refused(&error),
    }
}

pub(super) async fn no_such_endpoint() -> Response {
    errors::message(404, "there is no such endpoint")
}

pub(super) async fn wrong_method() -> Response {
    errors::message(405, "this endpoint does not take this method")
}
