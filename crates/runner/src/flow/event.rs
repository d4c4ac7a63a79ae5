//! What happens to a flow, and what it asks for.

use connspec_exchange::{Request, Response, TransportError};
use connspec_store::PendingAuthorization;
use serde_json::{Map, Value};

use crate::RunError;
use crate::callback::CallbackQuery;
use crate::report::Outcome;

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// Begin.
    Start,
    /// The request was answered.
    Response {
        /// The answer.
        response: Response,
        /// How long it took.
        duration_ms: u64,
    },
    /// There was no answer.
    TransportFailed {
        /// Why not.
        error: TransportError,
        /// How long it took to find out.
        duration_ms: u64,
    },
    /// A browser came back.
    Callback {
        /// With this query.
        query: CallbackQuery,
    },
    /// No browser came back in time.
    CallbackTimeout,
    /// The pause is over.
    Slept,
    /// The user broke the run off.
    Cancelled,
    /// The run has used up its time.
    OutOfTime {
        /// The time it had, in milliseconds.
        limit_ms: u64,
    },
    /// What was to be saved could not be.
    SaveFailed {
        /// Why, in words.
        message: String,
    },
}

/// Something to do. `Debug` shows no secret.
pub enum Action {
    /// Send this and tell what came back.
    Send(Box<Request>),
    /// Have the person open this address.
    Redirect {
        /// The authorization page with its query.
        url: String,
    },
    /// Tell the next callback.
    AwaitCallback,
    /// The last callback was the one waited for.
    AcceptCallback,
    /// The last callback was not the one waited for.
    RefuseCallback {
        /// Why, in words without a secret.
        reason: String,
    },
    /// Wait, then say so.
    Sleep {
        /// How long.
        millis: u64,
    },
    /// Keep this before going on; on failure tell [`Event::SaveFailed`].
    Save(Save),
    /// It is over.
    Finish(Result<Outcome, Box<RunError>>),
}

impl std::fmt::Debug for Action {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Send(request) => formatter.debug_tuple("Send").field(request).finish(),
            // The query holds `state`.
            Self::Redirect { url } => {
                let page = url.split(['?', '#']).next().unwrap_or_default();
                formatter.debug_struct("Redirect").field("page", &page).finish_non_exhaustive()
            }
            Self::AwaitCallback => formatter.write_str("AwaitCallback"),
            Self::AcceptCallback => formatter.write_str("AcceptCallback"),
            Self::RefuseCallback { reason } => {
                formatter.debug_struct("RefuseCallback").field("reason", reason).finish()
            }
            Self::Sleep { millis } => formatter.debug_struct("Sleep").field("millis", millis).finish(),
            Self::Save(save) => formatter.debug_tuple("Save").field(save).finish(),
            Self::Finish(result) => {
                let kind = result.as_ref().map_err(|error| error.kind);
                formatter.debug_tuple("Finish").field(&kind).finish()
            }
        }
    }
}

/// What is to be kept.
#[derive(Debug)]
pub enum Save {
    /// An authorization on its way through the browser.
    Pending(Box<PendingAuthorization>),
    /// The connection at the end of the flow.
    Connection(Box<ConnectionState>),
    /// The connection was given up at the provider.
    Invalidated,
}

/// What of a connection changes while a flow runs. `Debug` shows the names of `data` only.
#[derive(Clone, Default, PartialEq)]
pub struct ConnectionState {
    /// The store behind `data`, `parameters` and `connection`.
    pub data: Map<String, Value>,
    /// The scopes granted, or asked for where the provider does not say.
    pub scope: Vec<String>,
    /// The account's id at the provider.
    pub uid: Option<String>,
    /// `{type, value}`.
    pub metadata: Option<Value>,
    /// When the person must authorize again, Unix milliseconds.
    pub expires: Option<i64>,
}

impl std::fmt::Debug for ConnectionState {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&String> = self.data.keys().collect();
        formatter
            .debug_struct("ConnectionState")
            .field("data", &names)
            .field("scope", &self.scope)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
