//! Saved connections: one trait, its backends, encryption at rest, the refresh lease

mod connection;
mod document;
mod error;
mod export;
mod file;
mod files;
mod key;
pub mod lease;
mod memory;
mod name;
mod open;
mod pending;
pub mod refresh;
mod sealing;
mod single_flight;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
mod store;

pub use connection::{
    ConnectionSummary, DefinitionReference, Page, Presented, RecordedFailure, RefreshRecord, SavedConnection,
};
pub use error::{Result, StoreError, StoreErrorKind};
pub use export::{export, import};
pub use file::FileStore;
pub use key::{KeySource, Rotation, rotate_key_file};
pub use lease::{FencingToken, HeldLease, LeaseAttempt, LeaseState};
pub use memory::MemoryStore;
pub use name::{MAX_NAME_BYTES, check_name};
pub use open::open;
pub use pending::{PENDING_LIFETIME_MILLIS, PendingAuthorization};
pub use refresh::refresh_once;
pub use sealing::{Sealing, SealingKey};
pub use single_flight::SingleFlight;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub use sql::SqlStore;
pub use store::{BoxFuture, ConnectionStore};
