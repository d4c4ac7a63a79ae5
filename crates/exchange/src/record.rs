//! [`Recorder`]: watches a flow's exchanges and makes a fixture of them in which no secret remains.

mod derived;
mod observe;
mod scrub;

use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use crate::body::{body_to_value, headers_to_json};
use crate::fixture::{Fixture, RecordedExchange, RecordedRequest, RecordedResponse};
use crate::{BoxFuture, Headers, Request, Response, Secrets, Transport, TransportError, TransportErrorKind};

pub use scrub::RecordingError;

/// Header fields that say how one connection carried the answer, not what the answer is.
const CONNECTION_HEADERS: [&str; 5] =
    ["connection", "content-length", "keep-alive", "proxy-connection", "transfer-encoding"];

/// Passes requests on and keeps what was sent and answered.
///
/// It teaches `secrets` what it sees in well-known places (tokens, authorization codes, client
/// secrets, PKCE pairs, signatures, cookies); whatever else is secret, the caller teaches.
#[derive(Debug)]
pub struct Recorder<T> {
    inner: T,
    secrets: Secrets,
    taken: Mutex<Vec<Taken>>,
}

#[derive(Debug, Clone)]
struct Taken {
    request: Request,
    outcome: Result<Response, TransportErrorKind>,
}

impl<T> Recorder<T> {
    /// Records what goes through `inner`.
    pub fn new(inner: T, secrets: Secrets) -> Self {
        Self { inner, secrets, taken: Mutex::default() }
    }

    /// How many exchanges were recorded.
    pub fn len(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `frame` (inputs, callback, expectation, …, with real values) with the recorded exchanges, every
    /// secret replaced by its placeholder.
    ///
    /// # Errors
    /// [`RecordingError`] if a secret would remain in it, saying where.
    pub fn fixture(&self, frame: Fixture) -> Result<Fixture, RecordingError> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let exchanges = taken.iter().map(Taken::to_recorded).collect();
        seal(Fixture { exchanges, ..frame }, &self.secrets)
    }
}

/// `fixture` with every secret replaced by its placeholder; those in well-known places are learnt
/// first. Sealing again changes nothing.
///
/// # Errors
/// [`RecordingError`] if a secret would remain in it, saying where.
pub fn seal(fixture: Fixture, secrets: &Secrets) -> Result<Fixture, RecordingError> {
    observe::inputs(&fixture, secrets);
    fixture.exchanges.iter().for_each(|exchange| observe::recorded(exchange, secrets));
    secrets.relate();
    derived::learn(&fixture.to_text(), secrets);
    scrub::scrub(&fixture, secrets)
}

impl<T: Transport> Transport for Recorder<T> {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        Box::pin(async move {
            let outcome = self.inner.send(request).await;
            observe::exchange(request, outcome.as_ref().ok(), &self.secrets);
            let kept = outcome.clone().map_err(|error| error.kind);
            let taken = Taken { request: request.clone(), outcome: kept };
            self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(taken);
            outcome
        })
    }
}

impl Taken {
    fn to_recorded(&self) -> RecordedExchange {
        RecordedExchange {
            block: self.request.label.block.clone(),
            request: recorded_request(&self.request),
            response: match &self.outcome {
                Ok(response) => recorded_response(response, self.request.options.gzip),
                Err(kind) => RecordedResponse { failure: Some(kind.name().to_owned()), ..RecordedResponse::default() },
            },
        }
    }
}

/// A request as a fixture holds it, secrets and all: what `record --skeleton` starts from. Our own
/// `User-Agent` is left out: it changes with each version.
pub fn recorded_request(request: &Request) -> RecordedRequest {
    let mut headers = request.headers.clone();
    if headers.get("user-agent").is_some_and(is_own_agent) {
        headers.remove("user-agent");
    }
    RecordedRequest {
        method: request.method.clone(),
        url: request.url.clone(),
        body: request.body.as_ref().and_then(|body| body_to_value(&request.headers, body)),
        headers: headers_to_json(&headers),
    }
}

/// Whether this is the `User-Agent` this program sends where a definition names none.
pub(crate) fn is_own_agent(value: &str) -> bool {
    value.starts_with("connspec/")
}

fn recorded_response(response: &Response, decompressed: bool) -> RecordedResponse {
    let meant = response.headers.iter().filter(|(name, _)| {
        let mut dropped = CONNECTION_HEADERS.iter().chain(decompressed.then_some(&"content-encoding"));
        !dropped.any(|header| name.eq_ignore_ascii_case(header))
    });
    let mut headers: Vec<(String, Value)> = headers_to_json(&meant.collect::<Headers>()).into_iter().collect();
    // Servers shuffle their headers; a second recording should show what changed and nothing else.
    headers.sort_by_key(|(name, _)| name.to_ascii_lowercase());
    RecordedResponse {
        status: response.status,
        headers: headers.into_iter().collect::<Map<_, _>>(),
        body: body_to_value(&response.headers, &response.body),
        failure: None,
    }
}

#[cfg(test)]
mod tests;
