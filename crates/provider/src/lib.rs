//! The other side: a strict authorization server, and on it the Academy API.
//!
//! [`authorization`] holds an authorization server that follows the RFCs to the letter, as a pure
//! state machine with axum handlers around it. [`academy`] is the Custom App Academy API on top of
//! it, [`acme`] the service behind the bundled patterns. [`faults`] makes either of them misbehave in named ways. [`serve()`] puts a router on
//! loopback, [`InProcess`] answers requests from it without a socket.

pub mod academy;
pub mod acme;
pub mod authorization;
pub mod consent;
pub mod faults;
mod in_process;
mod randomness;
mod reply;
mod serve;

pub use axum::Router;
pub use in_process::InProcess;
pub use randomness::{Randomness, SeededRandom, SystemRandom};
pub use serve::{Running, ServeError, serve, serve_with_fault};

/// Make's own callbacks: what its documentation has people register with a provider.
pub(crate) const MAKE_CALLBACKS: [&str; 2] =
    ["https://www.integromat.com/oauth/cb/app", "https://www.make.com/oauth/cb/app"];
