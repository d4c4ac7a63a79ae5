//! HTTP around the authorization server: `/authorize`, `/token`, `/revoke`, and the shape of
//! RFC 6749's and RFC 6750's answers.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ALLOW, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Map, Value, json};

use super::{Answer, AuthorizationServer, Consent, Error, ErrorCode, Parameters, Reason, Refusal, TokenReply};
use crate::consent::{Page, PersonChoice, ScopeLine, refusal_page};
use crate::reply::{Bodies, authorization, body_parameters, comes_from_another_site, page, redirect};

/// The name shown on pages.
const SERVICE: &str = "Practice provider";

/// At which paths an authorization server answers. Any text may stand here: paths taken from a
/// definition are compared as they arrive, percent-encoded, not interpreted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// The consent page.
    pub authorize: String,
    /// Token requests; a provider may have another path for refreshing.
    pub token: Vec<String>,
    /// Revocation (RFC 7009).
    pub revoke: Option<String>,
    /// Token and revocation requests may be JSON as well, as some providers accept beside the form.
    pub accept_json: bool,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            authorize: "/authorize".to_owned(),
            token: vec!["/token".to_owned()],
            revoke: Some("/revoke".to_owned()),
            accept_json: false,
        }
    }
}

/// `GET/POST /authorize`, `POST /token`, `POST /revoke`, answered as the RFCs have it.
pub fn router(server: Arc<AuthorizationServer>) -> Router {
    router_at(server, Endpoints::default())
}

/// As [`router`], at other paths. Everything else is 404.
pub fn router_at(server: Arc<AuthorizationServer>, endpoints: Endpoints) -> Router {
    Router::new().fallback(dispatch).with_state(Arc::new(Served { server, endpoints }))
}

struct Served {
    server: Arc<AuthorizationServer>,
    endpoints: Endpoints,
}

async fn dispatch(
    State(served): State<Arc<Served>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Served { server, endpoints } = &*served;
    let path = uri.path();
    let bodies = if endpoints.accept_json { Bodies::FormOrJson } else { Bodies::Form };
    if path == endpoints.authorize {
        match method {
            Method::GET => show_consent(server, &endpoints.authorize, uri.query().unwrap_or_default()),
            Method::POST => take_answer(server, &headers, &body),
            _ => only("GET, POST"),
        }
    } else if endpoints.token.iter().any(|known| known == path) {
        if method == Method::POST { token(server, &headers, &body, bodies) } else { only("POST") }
    } else if endpoints.revoke.as_deref() == Some(path) {
        if method == Method::POST { revoke(server, &headers, &body, bodies) } else { only("POST") }
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

fn only(methods: &'static str) -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, methods)]).into_response()
}

fn show_consent(server: &AuthorizationServer, path: &str, query: &str) -> Response {
    let begun = Parameters::from_urlencoded(query.as_bytes())
        .map_err(Refusal::Shown)
        .and_then(|parameters| server.begin(&parameters));
    match begun {
        Ok(consent) => page(200, consent_page(server, &consent, SERVICE, path, |_| "")),
        Err(Refusal::Shown(error)) => shown(&error),
        Err(Refusal::SentBack(callback)) => redirect(false, &callback.location()),
    }
}

fn take_answer(server: &AuthorizationServer, headers: &HeaderMap, body: &[u8]) -> Response {
    match decide(server, headers, body) {
        Ok(callback) => redirect(true, &callback.location()),
        Err(error) => shown(&error),
    }
}

/// Reads the form of a consent page and takes the answer.
pub(crate) fn decide(server: &AuthorizationServer, headers: &HeaderMap, body: &[u8]) -> Result<super::Callback, Error> {
    if comes_from_another_site(headers) {
        return Err(Error::new(
            ErrorCode::InvalidRequest,
            Reason::StaleConsent,
            "another site sent this answer; open the page again from the application",
        ));
    }
    let form = body_parameters(headers, body, Bodies::Form)?;
    let ticket = form.require("ticket")?;
    let answer = match form.require("decision")? {
        "allow" => Answer::Allow(form.require("person")?),
        _ => Answer::Deny,
    };
    server.decide(ticket, answer)
}

/// The consent page for a request; `meaning` puts a scope into words.
pub(crate) fn consent_page<'a>(
    server: &'a AuthorizationServer,
    consent: &'a Consent,
    service: &'a str,
    action: &'a str,
    meaning: impl Fn(&str) -> &'static str,
) -> String {
    let settings = server.settings();
    let client_id = consent.request.client_id.as_str();
    Page {
        service,
        client: settings.client(client_id).map_or(client_id, |client| &client.name),
        client_id,
        redirect_uri: &consent.request.redirect_uri,
        scopes: consent.request.scopes.iter().map(|name| ScopeLine { name, meaning: meaning(name) }).collect(),
        people: settings.people.iter().map(|person| PersonChoice { id: &person.id, name: &person.name }).collect(),
        action,
        ticket: &consent.ticket,
    }
    .render()
}

fn token(server: &AuthorizationServer, headers: &HeaderMap, body: &[u8], bodies: Bodies) -> Response {
    let answer =
        body_parameters(headers, body, bodies).and_then(|parameters| server.token(authorization(headers), &parameters));
    match answer {
        Ok(reply) => crate::reply::json(200, reply.to_json()),
        Err(error) => refused(&error, authorization(headers).is_some()),
    }
}

fn revoke(server: &AuthorizationServer, headers: &HeaderMap, body: &[u8], bodies: Bodies) -> Response {
    let answer = body_parameters(headers, body, bodies)
        .and_then(|parameters| server.revoke(authorization(headers), &parameters));
    match answer {
        // RFC 7009 §2.2: 200, the body is ignored.
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => refused(&error, authorization(headers).is_some()),
    }
}

impl TokenReply {
    /// The answer of RFC 6749 §5.1, with `refresh_expires_in` where refresh tokens end.
    pub fn to_json(&self) -> Value {
        let mut members = Map::new();
        members.insert("access_token".into(), json!(self.access_token));
        members.insert("token_type".into(), json!("Bearer"));
        if let Some(expires_in) = self.expires_in {
            members.insert("expires_in".into(), json!(expires_in));
        }
        if let Some(refresh_token) = &self.refresh_token {
            members.insert("refresh_token".into(), json!(refresh_token));
        }
        if let Some(refresh_expires_in) = self.refresh_expires_in {
            members.insert("refresh_expires_in".into(), json!(refresh_expires_in));
        }
        if !self.scopes.is_empty() {
            members.insert("scope".into(), json!(self.scopes.join(" ")));
        }
        Value::Object(members)
    }
}

/// The answer of RFC 6749 §5.2. A client that tried the `Authorization` header learns which
/// scheme is wanted.
fn refused(error: &Error, used_header: bool) -> Response {
    let body = json!({ "error": error.code.name(), "error_description": error.description });
    let mut response = crate::reply::json(error.code.status(), body);
    if error.code == ErrorCode::InvalidClient && used_header {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"token endpoint\""));
    }
    response
}

/// The challenge of RFC 6750 §3 for a refused access token. A request that brought none is not
/// told an error code.
pub(crate) fn bearer_challenge(error: &Error) -> HeaderValue {
    let text = match error.reason {
        Reason::MissingAccessToken => "Bearer".to_owned(),
        _ => format!("Bearer error=\"{}\", error_description=\"{}\"", error.code.name(), error.description),
    };
    // Descriptions hold printable ASCII without quotation marks: Error::new sees to it.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("Bearer"))
}

fn shown(error: &Error) -> Response {
    page(error.code.status(), refusal_page(SERVICE, &error.description))
}
