//! What can go wrong with saved connections, in words.

use std::fmt;

/// The kind of a [`StoreError`], for programs; the message is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// No connection (or pending authorization) by that name.
    NotFound,
    /// Somebody else saved a newer version, or the name is taken already.
    Conflict,
    /// A pending authorization was answered after its fifteen minutes.
    Expired,
    /// The refresh lease belongs to somebody else by now.
    LeaseLost,
    /// Another process kept the store locked for too long.
    Locked,
    /// The store exists, but this user may not read it or it cannot be opened.
    Unreadable,
    /// What is stored is not what connspec writes.
    Corrupt,
    /// A newer connspec wrote this store.
    NewerSchema,
    /// Sealed with a key that was not handed in.
    WrongKey,
    /// The disk, the quota or the file size limit is exhausted.
    Full,
    /// The store may be read but not written.
    ReadOnly,
    /// The database server does not answer or refuses us.
    Unreachable,
    /// The name of a connection that cannot be one.
    InvalidName,
    /// The address of a store that cannot be one.
    InvalidUrl,
    /// The key, or the place it comes from, is not usable.
    InvalidKey,
    /// An export file or its passphrase is not right.
    InvalidExport,
    /// Anything else the backend reports.
    Other,
}

/// A failed operation of a store. The message says what is wrong, why it
/// matters and what to do; it never holds a secret.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StoreError {
    /// What kind of failure this is.
    pub kind: StoreErrorKind,
    /// What is wrong, why it matters, what to do.
    pub message: String,
}

/// What every operation of a store answers.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl StoreError {
    /// An error of `kind` that says `message`.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// Whether the thing asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind == StoreErrorKind::NotFound
    }

    /// Whether somebody else was faster.
    pub fn is_conflict(&self) -> bool {
        self.kind == StoreErrorKind::Conflict
    }

    pub(crate) fn no_connection(name: &str) -> Self {
        Self::new(
            StoreErrorKind::NotFound,
            format!("there is no saved connection named \"{name}\"; `connspec connections` lists the names there are"),
        )
    }

    pub(crate) fn name_taken(name: &str) -> Self {
        Self::new(
            StoreErrorKind::Conflict,
            format!(
                "a connection named \"{name}\" is saved already and saving would lose its tokens; choose another name or replace it on purpose"
            ),
        )
    }

    pub(crate) fn version_conflict(name: &str, expected: u64, found: u64) -> Self {
        Self::new(
            StoreErrorKind::Conflict,
            format!(
                "connection \"{name}\" was changed by somebody else (version {found}, not {expected}), so saving would undo their change; load it again and repeat"
            ),
        )
    }

    pub(crate) fn lease_lost(name: &str) -> Self {
        Self::new(
            StoreErrorKind::LeaseLost,
            format!(
                "the refresh lease of connection \"{name}\" is no longer ours: it ran out and another process may be refreshing; load the connection again instead of sending its refresh token twice"
            ),
        )
    }

    pub(crate) fn no_pending() -> Self {
        Self::new(
            StoreErrorKind::NotFound,
            "no authorization is waiting for this `state`: it was answered already, or it was never ours (RFC 6749 §10.12); start the connection again",
        )
    }

    pub(crate) fn state_taken() -> Self {
        Self::new(
            StoreErrorKind::Conflict,
            "an authorization with this `state` is waiting already, so the callback could not be told apart; start the connection again with a new one",
        )
    }

    pub(crate) fn pending_expired() -> Self {
        Self::new(
            StoreErrorKind::Expired,
            "this authorization was answered more than 15 minutes after it began, so its `state` is no longer accepted; start the connection again",
        )
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {}", self.kind, self.message)
    }
}
