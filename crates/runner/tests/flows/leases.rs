//! A memory store that counts how often its lease is asked for, takes its time to answer, and fails to save when told.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use connspec_store::{
    BoxFuture, ConnectionStore, FencingToken, LeaseAttempt, LeaseState, MemoryStore, Page, PendingAuthorization,
    Result, SavedConnection, Sealing, StoreError, StoreErrorKind,
};

/// What becomes of a save that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing is saved.
    Unsaved(StoreErrorKind),
    /// It is saved, and the answer that says so is lost.
    Unheard(StoreErrorKind),
}

/// The store.
#[derive(Default)]
pub struct Leases {
    inner: MemoryStore,
    /// How often a lease was asked for.
    pub asked: AtomicUsize,
    /// What happens to the next saves, one after the other.
    pub troubles: Mutex<VecDeque<Trouble>>,
}

impl ConnectionStore for Leases {
    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SavedConnection>> {
        self.inner.load(name)
    }

    fn save<'a>(&'a self, connection: &'a SavedConnection) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            let trouble = self.troubles.lock().unwrap().pop_front();
            match trouble {
                None => self.inner.save(connection).await,
                Some(Trouble::Unsaved(kind)) => Err(StoreError::new(kind, "the disk is in trouble")),
                Some(Trouble::Unheard(kind)) => {
                    self.inner.save(connection).await?;
                    Err(StoreError::new(kind, "the line is in trouble"))
                }
            }
        })
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
