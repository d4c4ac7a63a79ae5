//! One refresh at a time: the words of it. `once.rs` has the steps, `record.rs`
//! what each outcome leaves in the connection's record.

mod once;
mod record;

use serde_json::{Map, Value};

pub use self::once::refresh_once;
use crate::clock::now_millis;
use crate::{BoxFuture, ConnectionStore, HeldLease, RecordedFailure, SavedConnection, StoreError};

/// The time and the sleep a refresh goes by.
pub trait RefreshClock: Send + Sync {
    /// Unix milliseconds.
    fn now(&self) -> i64;

    /// Ready after `millis` milliseconds.
    fn sleep<'a>(&'a self, millis: u64) -> BoxFuture<'a, ()>;

    /// Told once, before the first sleep, when another is refreshing the connection and its result is waited for.
    fn waits_for(&self, _held: &HeldLease) {}
}

/// The system's clock and Tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRefreshClock;

impl RefreshClock for SystemRefreshClock {
    fn now(&self) -> i64 {
        now_millis()
    }

    fn sleep<'a>(&'a self, millis: u64) -> BoxFuture<'a, ()> {
        Box::pin(tokio::time::sleep(std::time::Duration::from_millis(millis)))
    }
}

/// Who wants to refresh what.
#[derive(Clone, Copy)]
pub struct RefreshRequest<'a> {
    /// Where the connection is kept.
    pub store: &'a dyn ConnectionStore,
    /// Its name.
    pub name: &'a str,
    /// Who asks, for people: a process and where it runs.
    pub holder: &'a str,
    /// The time for the record, and the sleep while another refreshes.
    pub clock: &'a dyn RefreshClock,
    /// How patient and how insistent to be.
    pub options: RefreshOptions,
}

/// How patient and how insistent a refresh is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshOptions {
    /// How long the lease is taken for, milliseconds; it is renewed while the
    /// refresh runs, so this is how long a dead holder blocks the others.
    pub lease_millis: i64,
    /// How long to wait for another's refresh, milliseconds.
    pub patience_millis: u64,
    /// Refresh although a failure asks to back off or to connect again.
    pub insist: bool,
}

impl Default for RefreshOptions {
    fn default() -> Self {
        Self { lease_millis: 30_000, patience_millis: 120_000, insist: false }
    }
}

/// What a successful refresh changes. `None` leaves a member as it is.
#[derive(Clone, Default, PartialEq)]
pub struct Updated {
    /// The whole of `data` afterwards.
    pub data: Map<String, Value>,
    /// A new deadline for authorizing again (`response.expires`).
    pub expires: Option<i64>,
    /// Whether the deadline there was is no more; `expires` is `None` then.
    pub without_expiry: bool,
    /// The scopes granted now.
    pub scope: Option<Vec<String>>,
    /// The account's id.
    pub uid: Option<String>,
    /// `{type, value}`.
    pub metadata: Option<Value>,
}

impl std::fmt::Debug for Updated {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Updated")
            .field("data", &crate::connection::Names(&self.data))
            .field("expires", &self.expires)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// How far a failed refresh came: it decides what is known of the token sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshFailureKind {
    /// Nothing left this machine: the refresh token is as good as before.
    NotSent,
    /// It was sent and no answer came: the refresh token may be used up.
    Unanswered,
    /// The provider answered that it cannot now (5xx, 429 …).
    Temporary,
    /// The provider answered that only the user can mend it (`invalid_grant`, RFC 6749 §5.2).
    Permanent,
}

/// Why a refresh failed, as the one who performed it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshFailure {
    /// How far it came.
    pub kind: RefreshFailureKind,
    /// In words, without secrets: it is written down.
    pub message: String,
    /// `Retry-After` of the answer, milliseconds.
    pub retry_after: Option<i64>,
}

impl RefreshFailure {
    /// A failure of `kind` that says `message`.
    pub fn new(kind: RefreshFailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), retry_after: None }
    }
}

/// Whose refresh the answer comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshedBy {
    /// None was needed.
    Nobody,
    /// This call sent it.
    Us,
    /// Another task or process sent it while this one waited.
    Another,
}

/// The connection after [`refresh_once`]: as saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Refreshed {
    /// As it is stored now.
    pub connection: SavedConnection,
    /// Whose refresh it was.
    pub by: RefreshedBy,
}

/// Why there is no fresh connection.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RefreshError {
    /// The store failed before anything was sent.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The refresh failed, ours or the one waited for.
    #[error("the refresh of connection \"{name}\" failed: {}", failure.message)]
    Failed {
        /// The connection.
        name: String,
        /// What is recorded of it.
        failure: RecordedFailure,
        /// Whose refresh it was.
        by: RefreshedBy,
    },
    /// An earlier failure was permanent; nothing was sent.
    #[error(
        "connection \"{name}\" needs the user: {}; no refresh was sent, because it would fail again: run `{}`",
        reason.trim_end_matches('.'),
        crate::reauthorize_command(name)
    )]
    NeedsReauthorization {
        /// The connection.
        name: String,
        /// What the permanent failure said.
        reason: String,
    },
    /// An earlier failure was temporary and its time is not over; nothing was sent.
    #[error(
        "the last refresh of connection \"{name}\" failed ({}), so the next is not sent for another {} s; wait, or send it \
         all the same with `{}`",
        failure.message.trim_end_matches('.'),
        wait_millis.saturating_add(999) / 1000,
        crate::refresh_command(name)
    )]
    BackingOff {
        /// The connection.
        name: String,
        /// How long still, milliseconds.
        wait_millis: i64,
        /// The earlier failure.
        failure: RecordedFailure,
    },
    /// Another's refresh took longer than we were ready to wait.
    #[error(
        "{holder} has been refreshing connection \"{name}\" for too long; nothing was sent, because a refresh token sent twice may be revoked: try again later"
    )]
    Impatient {
        /// The connection.
        name: String,
        /// Who holds the lease.
        holder: String,
    },
    /// New tokens came and could not be saved. They are handed over, because
    /// the old refresh token may be worth nothing any more.
    #[error("connection \"{}\" was refreshed, but its new tokens could not be saved: {error}", connection.name)]
    NotSaved {
        /// The connection with its new tokens.
        connection: Box<SavedConnection>,
        /// Why it could not be saved.
        error: StoreError,
    },
}
