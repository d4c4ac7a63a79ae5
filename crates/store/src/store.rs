//! The one trait of every place connections are kept in.

use std::future::Future;
use std::pin::Pin;

use crate::{FencingToken, LeaseAttempt, LeaseState, Page, PendingAuthorization, Result, SavedConnection, Sealing};

/// A boxed future, so that the trait can be a trait object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A place connections are kept in, shared by tasks and processes.
///
/// All times are Unix milliseconds. Every error says what is wrong, why and
/// what to do ([`crate::StoreError`]).
pub trait ConnectionStore: Send + Sync {
    /// The place in words, without a password: for messages.
    fn describe(&self) -> String;

    /// Loads a connection. Errors: `NotFound`, `WrongKey`, `Corrupt` …
    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SavedConnection>>;

    /// Saves a connection, compare and swap: `connection.version` must be the
    /// version stored (0: not stored yet), else `Conflict`. Answers the new version.
    fn save<'a>(&'a self, connection: &'a SavedConnection) -> BoxFuture<'a, Result<u64>>;

    /// As [`Self::save`], and only while the lease with `token` is the
    /// connection's latest and has not run out, else `LeaseLost`. It lasts its
    /// whole length from then on.
    fn save_holding<'a>(&'a self, connection: &'a SavedConnection, token: FencingToken) -> BoxFuture<'a, Result<u64>>;

    /// Removes a connection and its lease. Errors: `NotFound`.
    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>>;

    /// Up to `limit` connections whose names come after `after`, in byte order.
    fn list<'a>(&'a self, after: Option<&'a str>, limit: usize) -> BoxFuture<'a, Result<Page>>;

    /// Keeps an authorization until its callback; forgets those that expired a day before.
    /// Errors: `Conflict` where the `state` is waiting already.
    fn put_pending<'a>(&'a self, pending: &'a PendingAuthorization) -> BoxFuture<'a, Result<()>>;

    /// Takes the authorization waiting for `state`: of any number of callers
    /// exactly one gets it. Errors: `NotFound`, `Expired` (it is gone then, too).
    fn take_pending<'a>(&'a self, state: &'a str, now: i64) -> BoxFuture<'a, Result<PendingAuthorization>>;

    /// Asks for the refresh lease of `name` for `length` milliseconds. `holder`
    /// and `now` are written down for people; see [`crate::lease`] for the clock
    /// that decides. Errors: `NotFound`.
    fn acquire_lease<'a>(
        &'a self,
        name: &'a str,
        holder: &'a str,
        now: i64,
        length: i64,
    ) -> BoxFuture<'a, Result<LeaseAttempt>>;

    /// Lets a lease last `length` milliseconds from now. Errors: `LeaseLost`.
    fn renew_lease<'a>(&'a self, name: &'a str, token: FencingToken, length: i64) -> BoxFuture<'a, Result<()>>;

    /// Gives a lease back. One that is no longer ours is left alone, without error.
    fn release_lease<'a>(&'a self, name: &'a str, token: FencingToken) -> BoxFuture<'a, Result<()>>;

    /// The version and the living lease of `name`. Errors: `NotFound`.
    fn lease_state<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<LeaseState>>;

    /// Seals everything anew: what `old` opens is sealed by `new` afterwards.
    /// Answers how many records were sealed anew. A record that neither opens
    /// is a `WrongKey` and nothing is changed.
    fn rotate_key<'a>(&'a self, old: &'a Sealing, new: &'a Sealing) -> BoxFuture<'a, Result<usize>>;

    /// Lets go of files and connections; SQLite then leaves one file instead
    /// of three. Dropping the store is enough where that does not matter.
    fn close<'a>(&'a self) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }
}
