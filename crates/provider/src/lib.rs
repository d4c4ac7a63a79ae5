//! The other side: a strict authorization server, and on it the Academy API.
//!
//! [`authorization`] holds an authorization server that follows the RFCs to the letter, as a pure
//! state machine with axum handlers around it. [`academy`] is the Custom App Academy API on top of
//! it. [`faults`] makes either of them misbehave in named ways. [`serve()`] puts a router on
//! loopback, [`InProcess`] answers requests from it without a socket.

pub mod academy;
pub mod authorization;
pub mod consent;
pub mod faults;
mod in_process;
mod randomness;
mod reply;
mod serve;

pub use in_process::InProcess;
pub use randomness::{Randomness, SeededRandom, SystemRandom};
pub use serve::{Running, ServeError, serve, serve_with_fault};
