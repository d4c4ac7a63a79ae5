//! An authorization server, strict by the RFCs.
//!
//! The state machine is pure: [`AuthorizationServer`] takes parameters, a clock and randomness,
//! and gives back codes, tokens or [`Error`]s. [`router`] puts HTTP around it. RFC 6749 (codes,
//! refresh, passwords, client credentials), RFC 6750 (bearer tokens), RFC 7009 (revocation),
//! RFC 7636 (proof keys), RFC 9207 (`iss`), RFC 9700 (rotation and reuse); OAuth 1 (RFC 5849)
//! lives in [`oauth1`].
//!
//! | event | state before | state after | source |
//! |---|---|---|---|
//! | authorization request | – | consent pending | RFC 6749 §4.1.1 |
//! | answer: allow | consent pending | code issued | §4.1.2 |
//! | answer: deny | consent pending | – | §4.1.2.1 |
//! | code redeemed | code issued | grant with access and refresh token | §4.1.3 |
//! | code redeemed again | grant | grant revoked | §4.1.2 |
//! | refresh | grant | grant, refresh token rotated | §6 |
//! | rotated refresh token again | grant | grant revoked | RFC 9700 §4.14.2 |
//! | revocation | grant | – | RFC 7009 §2.1 |

mod client;
mod codes;
mod error;
mod grants;
pub mod http;
mod lifetime;
pub mod oauth1;
mod parameters;
mod pkce;
mod redirects;
mod request;
mod scope;
mod server;
mod settings;
mod token;

pub use error::{Error, ErrorCode, Reason};
pub use grants::{Access, FamilyId};
pub use http::{Endpoints, router, router_at};
pub use lifetime::{Lifetime, Unit};
pub use parameters::Parameters;
pub use redirects::with_parameters;
pub use request::{AuthorizationRequest, Callback, Refusal};
pub use server::{Answer, AuthorizationServer, Consent};
pub use settings::{Client, ClientAuthentication, Grant, Pkce, Redirects, Rotation, ScopeSeparator, Settings, User};
pub use token::TokenReply;
