//! Faults of the wire without a wire: what a client would make of them, as a transport's error.

use axum::Router;
use axum::http::Method;
use connspec_exchange::{BoxFuture, Request, Response, Transport, TransportError, TransportErrorKind};
use url::Url;

use super::answers::{is_token_request, misbehave};
use super::catalogue::Fault;
use crate::InProcess;

/// A router that misbehaves, as a transport: any fault of answers or of the wire, without a
/// socket and without waiting.
#[derive(Clone)]
pub struct Misbehaving {
    inner: InProcess,
    fault: Fault,
}

impl Misbehaving {
    /// `router` with `fault`.
    pub fn new(router: Router, fault: Fault) -> Self {
        Self { inner: InProcess(misbehave(router, fault)), fault }
    }
}

impl Transport for Misbehaving {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        Box::pin(async move {
            let struck = self.fault.is_on_the_wire() && strikes(request);
            if struck && self.fault == Fault::ResetConnection {
                return Err(failure(TransportErrorKind::Reset, "the provider broke the connection off"));
            }
            let mut response = self.inner.send(request).await?;
            if !struck {
                return Ok(response);
            }
            match self.fault {
                Fault::SlowBody => {
                    Err(failure(TransportErrorKind::Timeout, "the provider's answer did not arrive in time"))
                }
                Fault::BodyCutShort => Err(failure(
                    TransportErrorKind::CutShort,
                    "the provider closed the connection in the middle of its answer",
                )),
                Fault::LostAnswer => {
                    Err(failure(TransportErrorKind::CutShort, "the provider closed the connection without an answer"))
                }
                _ => {
                    response.body.truncate(response.body.len() / 2);
                    Ok(response)
                }
            }
        })
    }
}

fn strikes(request: &Request) -> bool {
    let (Ok(method), Ok(url)) = (request.method.parse::<Method>(), Url::parse(&request.url)) else {
        return false;
    };
    is_token_request(&method, url.path())
}

fn failure(kind: TransportErrorKind, message: &str) -> TransportError {
    TransportError::new(kind, message)
}
