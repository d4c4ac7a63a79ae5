//! OAuth 1 (RFC 5849): temporary credentials, consent, token credentials, signed requests.
//!
//! | event | state before | state after | source |
//! |---|---|---|---|
//! | signed request with `oauth_callback` | – | temporary credentials | §2.1 |
//! | answer: allow | temporary credentials | authorized, with a verifier | §2.2 |
//! | answer: deny | temporary credentials | – | not in the RFC |
//! | signed request with the verifier | authorized | token credentials | §2.3 |
//! | signed request | token credentials | the same | §3.2 |

mod http;
mod problem;
mod server;
mod settings;
pub mod signature;
mod signed;

pub use http::{Endpoints, router, router_at};
pub use problem::Problem;
pub use server::{Access, Callback, Consent, Credentials, Server};
pub use settings::{Consumer, Settings, SignatureMethod};
pub use signed::Incoming;
