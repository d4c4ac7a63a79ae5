//! The seam between a flow and the outside: one request in, one response out.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::{Mismatch, Request, Response};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Performs one HTTP exchange.
///
/// Implemented by `Live`, the wrappers around it, `Replayer`, and by any closure
/// `Fn(&Request) -> Result<Response, TransportError>`.
pub trait Transport: Send + Sync {
    /// Sends `request` and waits for the whole response.
    ///
    /// # Errors
    /// Any status code is a response; an error means that there was none, see [`TransportErrorKind`].
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>>;
}

impl<F> Transport for F
where
    F: Fn(&Request) -> Result<Response, TransportError> + Send + Sync,
{
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        Box::pin(std::future::ready(self(request)))
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        (**self).send(request)
    }
}

/// What kind of failure kept a response from arriving (communication.md §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No complete response within the request's timeout.
    Timeout,
    /// Nothing listens at the address.
    Refused,
    /// The other side broke the connection off.
    Reset,
    /// The host name has no address.
    Dns,
    /// The certificate or the TLS handshake was not acceptable to us.
    Tls,
    /// The other side refused the TLS handshake with an alert.
    TlsAlert,
    /// Headers or body grew beyond the limit, decompressed or not.
    TooLarge,
    /// The address is private, link-local or otherwise out of bounds.
    BlockedAddress,
    /// More redirects than `max_redirects`.
    TooManyRedirects,
    /// A redirect would have carried credentials to another host.
    UnsafeRedirect,
    /// The URL cannot be requested.
    InvalidUrl,
    /// The connection closed before the response was complete.
    CutShort,
    /// What came back is not HTTP, or not decodable.
    Protocol,
    /// Replay: the fixture holds no such exchange.
    NotRecorded,
    /// Anything else.
    Other,
}

/// The kinds that a fixture can name.
const NAMED: [(TransportErrorKind, &str); 14] = [
    (TransportErrorKind::Timeout, "timeout"),
    (TransportErrorKind::Refused, "refused"),
    (TransportErrorKind::Reset, "reset"),
    (TransportErrorKind::Dns, "dns"),
    (TransportErrorKind::Tls, "tls"),
    (TransportErrorKind::TlsAlert, "tls-alert"),
    (TransportErrorKind::TooLarge, "too-large"),
    (TransportErrorKind::BlockedAddress, "blocked-address"),
    (TransportErrorKind::TooManyRedirects, "too-many-redirects"),
    (TransportErrorKind::UnsafeRedirect, "unsafe-redirect"),
    (TransportErrorKind::InvalidUrl, "invalid-url"),
    (TransportErrorKind::CutShort, "cut-short"),
    (TransportErrorKind::Protocol, "protocol"),
    (TransportErrorKind::NotRecorded, "not-recorded"),
];

impl TransportErrorKind {
    /// The kind's name in fixtures and reports, such as `timeout`.
    pub fn name(self) -> &'static str {
        NAMED.iter().find(|(kind, _)| *kind == self).map_or("other", |(_, name)| name)
    }

    /// The kind of that name; names it does not know are [`TransportErrorKind::Other`].
    pub fn from_name(name: &str) -> Self {
        NAMED.iter().find(|(_, known)| *known == name).map_or(Self::Other, |(kind, _)| *kind)
    }
}

/// Why there is no response: a kind for programs, a message for people.
///
/// The message names hosts, never whole URLs, header values or bodies: it holds no secret.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct TransportError {
    /// What kind of failure.
    pub kind: TransportErrorKind,
    /// What happened, why it matters and what to do.
    pub message: String,
    /// Replay: what differs from the recording.
    pub mismatch: Option<Box<Mismatch>>,
}

impl TransportError {
    /// An error of `kind` with a message for people.
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), mismatch: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_kinds_read_back() {
        for (kind, name) in NAMED {
            assert_eq!((TransportErrorKind::from_name(name), kind.name()), (kind, name));
        }
        assert_eq!(TransportErrorKind::from_name("of the future"), TransportErrorKind::Other);
        assert_eq!(TransportErrorKind::Other.name(), "other");
    }

    #[tokio::test]
    async fn a_closure_is_a_transport() {
        let transport: Arc<dyn Transport> = Arc::new(|request: &Request| {
            if request.url.ends_with("/down") {
                return Err(TransportError::new(TransportErrorKind::Refused, "nothing listens there"));
            }
            Ok(Response::new(204).with_url(&request.url))
        });
        let response = transport.send(&Request::get("http://localhost/up")).await.unwrap();
        assert_eq!((response.status, response.url.as_str()), (204, "http://localhost/up"));
        let error = transport.send(&Request::get("http://localhost/down")).await.unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::Refused);
        assert_eq!(error.to_string(), "nothing listens there");
    }
}
