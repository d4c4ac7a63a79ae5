//! One HTTP exchange: the request, its response, and the ways to perform, record and replay it.
//!
//! * messages: [`Request`], [`Response`], [`Headers`]
//! * performing: the [`Transport`] trait, [`Live`] (one hop on the network), [`Following`]
//!   (redirects), [`Mapped`] (one origin answered by another)
//! * recording: [`Recorder`], [`Replayer`], the [`Fixture`] file
//! * secrets: [`Secrets`] finds and hides them in every form they travel in
//! * wire formats: [`encode`], [`sign`]
//! * other tools' files: [`import`], [`export`]
//! * time: [`Clock`]
//!
//! Nothing of connspec lies below this crate.

mod body;
mod clock;
pub mod encode;
pub mod export;
mod fixture;
mod following;
mod headers;
pub mod import;
pub mod lenient;
mod live;
mod mapped;
mod message;
mod multipart;
mod placeholder;
mod record;
mod redact;
mod replay;
pub mod sign;
#[cfg(test)]
mod testing;
mod transport;

pub use body::{body_to_value, exchange_json, headers_from_json, headers_to_json, value_to_body};
pub use clock::{Clock, SystemClock, VirtualClock};
pub use fixture::{
    FIXTURE_VERSION, Fixture, FixtureError, FixtureStep, RecordedExchange, RecordedRequest, RecordedResponse,
    StepRequest,
};
pub use following::Following;
pub use headers::Headers;
pub use live::{
    AddressPolicy, DEFAULT_MAX_BODY, DEFAULT_MAX_HEADERS, HostLookup, Live, LiveOptions, ProxySettings, SystemLookup,
    is_loopback_url,
};
pub use mapped::{Mapped, MappingError, OriginMapping, map_url};
pub use message::{Hop, Label, Request, RequestOptions, Response};
pub use record::{Recorder, RecordingError, recorded_request, seal};
pub use redact::{
    FoundSecret, InvalidSanitizePath, Learned, SHORTEST_SECRET, SanitizePath, SanitizePaths, Sanitized, SecretForm,
    Secrets, is_secret_field, secret_name,
};
pub use replay::{Difference, HIDDEN, Mismatch, Replayer, Unused};
pub use transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
