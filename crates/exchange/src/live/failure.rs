//! What went wrong on the network, as a kind and in words (communication.md §8).

use std::error::Error;
use std::io;

use rustls::AlertDescription;

use super::addresses::Blocked;
use crate::{TransportError, TransportErrorKind};

/// How hyper words it; the method that would tell exists in its server build only. A test with a huge
/// header notices if the words change.
const HEAD_TOO_LARGE: &str = "head is too large";

/// A failed attempt.
pub(super) struct Failure {
    pub error: TransportError,
    /// Whether the other side ended the handshake with alert 40, which is worth one more attempt.
    pub handshake_refused: bool,
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        Self { error, handshake_refused: false }
    }
}

/// Reads the chain of causes of an error from sending to, or reading from, `host`.
pub(super) fn classify(error: &reqwest::Error, host: &str) -> Failure {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut handshake_refused = false;
    while let Some(current) = cause {
        if let Some(found) = known(current, host, &mut handshake_refused) {
            return Failure { error: found, handshake_refused };
        }
        cause = current.source();
    }
    use TransportErrorKind::{Dns, Other, Protocol};
    let (kind, message) = if error.is_dns() {
        (Dns, format!("The name {host} has no address. Check its spelling, and that this machine can resolve names"))
    } else if error.is_body() || error.is_decode() {
        (Protocol, format!("The answer of {host} could not be read"))
    } else {
        (Other, format!("The request to {host} failed: {}", root_cause(error)))
    };
    TransportError::new(kind, message).into()
}

/// The verdict on one cause, if it is a telling one.
fn known(cause: &(dyn Error + 'static), host: &str, handshake_refused: &mut bool) -> Option<TransportError> {
    if let Some(blocked) = cause.downcast_ref::<Blocked>() {
        return Some(blocked.clone().into());
    }
    if let Some(error) = cause.downcast_ref::<hyper::Error>() {
        return http(error, host);
    }
    let io = cause.downcast_ref::<io::Error>()?;
    if let Some(error) = within(io) {
        *handshake_refused = matches!(error, rustls::Error::AlertReceived(AlertDescription::HandshakeFailure));
        return Some(tls(error, host));
    }
    socket(io.kind(), host)
}

/// The TLS error that an I/O error wraps, perhaps in several layers: none of them names it as its
/// source.
fn within(error: &io::Error) -> Option<&rustls::Error> {
    let inner = error.get_ref()? as &(dyn Error + 'static);
    match inner.downcast_ref::<io::Error>() {
        Some(layer) => within(layer),
        None => inner.downcast_ref::<rustls::Error>(),
    }
}

fn http(error: &hyper::Error, host: &str) -> Option<TransportError> {
    let (kind, message) = if error.is_parse() && error.to_string().contains(HEAD_TOO_LARGE) {
        (TransportErrorKind::TooLarge, format!("The headers {host} answered with are larger than is reasonable"))
    } else if error.is_parse() {
        (TransportErrorKind::Protocol, format!("What {host} answered is not HTTP. Check the scheme and the port"))
    } else if error.is_incomplete_message() {
        (TransportErrorKind::CutShort, format!("{host} closed the connection before it answered completely"))
    } else {
        return None;
    };
    Some(TransportError::new(kind, message))
}

fn socket(kind: io::ErrorKind, host: &str) -> Option<TransportError> {
    use TransportErrorKind::{CutShort, Other, Refused, Reset, Timeout};
    let (kind, message) = match kind {
        io::ErrorKind::ConnectionRefused => {
            (Refused, format!("Nothing listens at {host}. Check the address, or start the server"))
        }
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            (Reset, format!("{host} broke the connection off"))
        }
        io::ErrorKind::TimedOut => (Timeout, format!("{host} did not answer in time")),
        io::ErrorKind::UnexpectedEof => {
            (CutShort, format!("{host} closed the connection before its answer was complete"))
        }
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            (Other, format!("There is no route to {host}. Check the network of this machine"))
        }
        _ => return None,
    };
    Some(TransportError::new(kind, message))
}

fn tls(error: &rustls::Error, host: &str) -> TransportError {
    match error {
        rustls::Error::AlertReceived(alert) => TransportError::new(
            TransportErrorKind::TlsAlert,
            format!(
                "{host} refused the TLS handshake ({alert:?}). It may ask for another protocol version or for a client certificate"
            ),
        ),
        rustls::Error::InvalidCertificate(reason) => TransportError::new(
            TransportErrorKind::Tls,
            format!(
                "The certificate of {host} cannot be trusted: {reason}. Credentials sent there might be read by someone else. If the server is yours, give its authority with `ca` or --cacert"
            ),
        ),
        other => TransportError::new(TransportErrorKind::Tls, format!("The TLS connection to {host} failed: {other}")),
    }
}

/// The innermost cause; outer ones repeat the URL, which may hold a secret.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if cause.downcast_ref::<reqwest::Error>().is_some() { "unknown cause".to_owned() } else { cause.to_string() }
}
