//! Walks a definition: a pure state machine and the driver that performs its actions.
//!
//! One request: [`Context`] holds what expressions see, [`prepare`] makes the request of a block, [`interpret`]
//! evaluates its answer, [`Decisions`] says in words what was decided on the way, [`RunError`] why it stopped.
//!
//! A whole flow: [`flow::Flow`] is the state machine, [`Runner`] performs it against a transport, a clock and a
//! store, and answers a [`Report`].

pub mod callback;
mod cancel;
mod context;
mod decision;
mod drive;
mod error;
pub mod flow;
mod host;
mod inputs;
mod keep;
mod manifest;
mod observer;
mod operation;
mod phase;
pub mod record;
mod relied;
pub mod report;
pub mod request;
mod rescue;
pub mod response;
mod retry_after;
mod runner;
pub mod secrets;
mod temp;
mod turn;
mod unanswered;
mod words;

pub use callback::{CallbackQuery, CallbackSource};
pub use cancel::CancelHandle;
pub use context::{Answer, Context, OAuth, SavedContext};
pub use decision::{Decision, Decisions};
pub use error::{ErrorType, RunError};
pub use flow::{Redirects, needs_browser};
pub use host::{CustomFunctions, Randomness, RunHost};
pub use inputs::{Inputs, Target};
pub use observer::{Observer, Silent, Timeline};
pub use operation::{ApiRequest, Choice, Credential, ManifestPart, ManifestRun, Skeleton};
pub use phase::Phase;
pub use record::FlowStep;
pub use report::{ErrorReport, Outcome, Report, Reveal, Step};
pub use request::{Prepared, Redirect, address, again, prepare};
pub use response::{Effects, Metadata, interpret, interpret_callback};
pub use runner::{BrowserAddress, CALLBACK_PATIENCE, Rescue, Runner};
pub use turn::Environment;
pub use unanswered::Unanswered;
