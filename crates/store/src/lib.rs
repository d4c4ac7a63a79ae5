//! Saved connections: one trait, its backends, encryption at rest, the refresh lease.
//!
//! [`open`] gives a [`ConnectionStore`] for an address, sealed with the key of
//! a [`KeySource`]. [`SingleFlight`] (within a process and beyond) and
//! [`refresh_once`] see that a refresh token is sent once, that it is known to
//! have been sent, and that the answer is saved before anybody uses it.
//!
//! ```
//! use std::sync::Arc;
//! use connspec_store::refresh::{RefreshOptions, SystemRefreshClock, Updated};
//! use connspec_store::{DefinitionReference, Sealing, SavedConnection, SingleFlight, open};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let store = open("memory:", Sealing::none()).await?;
//! let mut academy = SavedConnection::new("academy", DefinitionReference::default(), 0);
//! academy.data.insert("refreshToken".into(), "first".into());
//! store.save(&academy).await?;
//!
//! let flight = SingleFlight::new(Arc::from(store), Arc::new(SystemRefreshClock), RefreshOptions::default())?;
//! let is_due = |connection: &SavedConnection| Ok(connection.data["refreshToken"] == "first");
//! let refreshed = flight.refresh("academy", is_due, |connection| async move {
//!     let mut data = connection.data; // here the provider would be asked
//!     data.insert("refreshToken".into(), "second".into());
//!     Ok(Updated { data, ..Updated::default() })
//! }).await?;
//! assert_eq!(refreshed.connection.data["refreshToken"], "second");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod clock;
mod connection;
mod document;
mod error;
mod export;
mod file;
mod files;
mod key;
#[cfg(feature = "keychain")]
mod keychain;
pub mod lease;
mod memory;
mod name;
mod open;
mod pending;
pub mod refresh;
mod rescue;
mod sealing;
mod single_flight;
#[cfg(test)]
mod skew;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
mod store;

pub use connection::{
    ConnectionSummary, DefinitionReference, Page, Presented, RecordedFailure, RefreshRecord, SavedConnection,
};
pub use error::{Result, StoreError, StoreErrorKind};
pub use export::{export, export_readable, import, needs_passphrase};
pub use file::FileStore;
#[cfg(feature = "keychain")]
pub use key::rotate_keychain;
pub use key::{KeySource, Rotation, rotate_key_file};
pub use lease::{FencingToken, HeldLease, LeaseAttempt, LeaseState};
pub use memory::MemoryStore;
pub use name::{MAX_NAME_BYTES, check_name, reauthorize_command, refresh_command, shell_quoted};
pub use open::open;
pub use pending::{PENDING_LIFETIME_MILLIS, PendingAuthorization};
pub use refresh::refresh_once;
pub use rescue::{is_rescued, read_rescued, rescue, rescued_files};
pub use sealing::{Sealing, SealingKey};
pub use single_flight::{Flights, SingleFlight};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub use sql::SqlStore;
pub use store::{BoxFuture, ConnectionStore};
