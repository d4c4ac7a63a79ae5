//! Walks a definition: a pure state machine and the driver that performs its actions.
//!
//! One request: [`Context`] holds what expressions see, [`prepare`] makes the request of a block, [`interpret`]
//! evaluates its answer, [`Decisions`] says in words what was decided on the way, [`RunError`] why it stopped.

mod context;
mod decision;
mod error;
pub mod request;
pub mod response;
mod retry_after;
pub mod secrets;
mod turn;
mod words;

pub use context::{Answer, Context, OAuth, Phase, SavedContext};
pub use decision::{Decision, Decisions};
pub use error::{ErrorType, RunError};
pub use request::{Prepared, Redirect, address, again, prepare};
pub use response::{Effects, Metadata, interpret, interpret_callback};
pub use turn::Environment;
