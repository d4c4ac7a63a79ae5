//! One HTTP exchange: the request, its response, and the ways to perform, record and replay it.
//!
//! * messages: [`Request`], [`Response`], [`Headers`]
//! * performing: the [`Transport`] trait, `Live` (one hop on the network), `Following`
//!   (redirects), `Mapped` (one origin answered by another)
//! * recording: `Recorder`, `Replayer`, the [`Fixture`] file
//! * secrets: [`Secrets`] finds and hides them in every form they travel in
//! * wire formats: `encode`, `decode`, `sign`
//! * time: [`Clock`]
//!
//! Nothing of connspec lies below this crate.

mod clock;
mod fixture;
mod headers;
mod message;
mod redact;
mod transport;

pub use clock::{Clock, SystemClock, VirtualClock};
pub use fixture::{FIXTURE_VERSION, Fixture, RecordedExchange, RecordedRequest, RecordedResponse};
pub use headers::Headers;
pub use message::{Hop, Label, Request, RequestOptions, Response};
pub use redact::Secrets;
pub use transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
