//! A memory store that counts how often its lease is asked for, and takes its time to answer.

use std::sync::atomic::{AtomicUsize, Ordering};

use connspec_store::{
    BoxFuture, ConnectionStore, FencingToken, LeaseAttempt, LeaseState, MemoryStore, Page, PendingAuthorization,
    Result, SavedConnection, Sealing,
};

/// The store.
#[derive(Default)]
pub struct Leases {
    inner: MemoryStore,
    /// How often a lease was asked for.
    pub asked: AtomicUsize,
}

impl ConnectionStore for Leases {
    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SavedConnection>> {
        self.inner.load(name)
    }

    fn save<'a>(&'a self, connection: &'a SavedConnection) -> BoxFuture<'a, Result<u64>> {
        self.inner.save(connection)
    }

    fn save_holding<'a>(&'a self, connection: &'a SavedConnection, token: FencingToken) -> BoxFuture<'a, Result<u64>> {
        self.inner.save_holding(connection, token)
    }

    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>> {
        self.inner.remove(name)
    }

    fn list<'a>(&'a self, after: Option<&'a str>, limit: usize) -> BoxFuture<'a, Result<Page>> {
        self.inner.list(after, limit)
    }

    fn put_pending<'a>(&'a self, pending: &'a PendingAuthorization) -> BoxFuture<'a, Result<()>> {
        self.inner.put_pending(pending)
    }

    fn take_pending<'a>(&'a self, state: &'a str, now: i64) -> BoxFuture<'a, Result<PendingAuthorization>> {
        self.inner.take_pending(state, now)
    }

    fn acquire_lease<'a>(
        &'a self,
        name: &'a str,
        holder: &'a str,
        now: i64,
        length: i64,
    ) -> BoxFuture<'a, Result<LeaseAttempt>> {
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::SeqCst);
            // Time for everybody else to come this far.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            self.inner.acquire_lease(name, holder, now, length).await
        })
    }

    fn renew_lease<'a>(&'a self, name: &'a str, token: FencingToken, length: i64) -> BoxFuture<'a, Result<()>> {
        self.inner.renew_lease(name, token, length)
    }

    fn release_lease<'a>(&'a self, name: &'a str, token: FencingToken) -> BoxFuture<'a, Result<()>> {
        self.inner.release_lease(name, token)
    }

    fn lease_state<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<LeaseState>> {
        self.inner.lease_state(name)
    }

    fn rotate_key<'a>(&'a self, old: &'a Sealing, new: &'a Sealing) -> BoxFuture<'a, Result<usize>> {
        self.inner.rotate_key(old, new)
    }
}
