//! Connections kept in memory: for demonstrations, rehearsals and tests.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard};
use std::time::Instant;

use crate::clock::Reading;
use crate::lease::{Lease, Watch};
use crate::name::check_name;
use crate::{
    BoxFuture, ConnectionStore, FencingToken, LeaseAttempt, LeaseState, Page, PendingAuthorization, Result,
    SavedConnection, Sealing, StoreError,
};

/// A store that forgets everything when dropped. Nothing is sealed.
#[derive(Debug)]
pub struct MemoryStore {
    began: Instant,
    watch: Watch,
    shelves: Mutex<Shelves>,
}

#[derive(Debug, Default)]
struct Shelves {
    connections: BTreeMap<String, (SavedConnection, Lease)>,
    pending: BTreeMap<String, PendingAuthorization>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self { began: Instant::now(), watch: Watch::default(), shelves: Mutex::default() }
    }

    /// Milliseconds since the store was made: its own clock, never set back.
    fn now(&self) -> Reading {
        let millis = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        Reading { clock: String::new(), millis }
    }

    fn shelves(&self) -> MutexGuard<'_, Shelves> {
        // A panic elsewhere leaves whole records: every change is one insert.
        self.shelves.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn save_now(&self, connection: &SavedConnection) -> Result<u64> {
        check_name(&connection.name)?;
        let mut shelves = self.shelves();
        let stored = shelves.connections.get(&connection.name);
        let (found, lease) = match stored {
            Some((stored, lease)) => (stored.version, lease.clone()),
            None => (0, Lease::first()?),
        };
        check_version(connection, stored.map(|_| found))?;
        let mut saved = connection.clone();
        saved.version = found + 1;
        let entry = (saved, lease);
        shelves.connections.insert(connection.name.clone(), entry);
        Ok(found + 1)
    }

    fn with_lease<T>(&self, name: &str, act: impl FnOnce(&mut Lease, u64) -> T) -> Result<T> {
        let mut shelves = self.shelves();
        let (connection, lease) = shelves.connections.get_mut(name).ok_or_else(|| StoreError::no_connection(name))?;
        Ok(act(lease, connection.version))
    }

    fn check_holding(&self, name: &str, token: FencingToken) -> Result<()> {
        let now = self.now();
        let ours = self.with_lease(name, |lease, _| lease.is_of(token, name, &now, &self.watch))?;
        ours.then_some(()).ok_or_else(|| StoreError::lease_lost(name))
    }
}

/// The error of a save that would undo somebody else's.
pub(crate) fn check_version(connection: &SavedConnection, stored: Option<u64>) -> Result<()> {
    match stored {
        None if connection.version == 0 => Ok(()),
        None => Err(StoreError::no_connection(&connection.name)),
        Some(found) if found == connection.version => Ok(()),
        Some(_) if connection.version == 0 => Err(StoreError::name_taken(&connection.name)),
        Some(found) => Err(StoreError::version_conflict(&connection.name, connection.version, found)),
    }
}

impl ConnectionStore for MemoryStore {
    fn describe(&self) -> String {
        "memory".to_owned()
    }

    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SavedConnection>> {
        Box::pin(async move {
            let shelves = self.shelves();
            let found = shelves.connections.get(name);
            found.map(|(connection, _)| connection.clone()).ok_or_else(|| StoreError::no_connection(name))
        })
    }

    fn save<'a>(&'a self, connection: &'a SavedConnection) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move { self.save_now(connection) })
    }

    fn save_holding<'a>(&'a self, connection: &'a SavedConnection, token: FencingToken) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            self.check_holding(&connection.name, token)?;
            let now = self.now();
            let version = self.save_now(connection)?;
            self.with_lease(&connection.name, |lease, _| *lease = lease.renewed(lease.length, &now))?;
            Ok(version)
        })
    }

    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let removed = self.shelves().connections.remove(name);
            removed.map(drop).ok_or_else(|| StoreError::no_connection(name))
        })
    }

    fn list<'a>(&'a self, after: Option<&'a str>, limit: usize) -> BoxFuture<'a, Result<Page>> {
        Box::pin(async move {
            let start = after.map_or(Bound::Unbounded, Bound::Excluded);
            let shelves = self.shelves();
            let mut entries = shelves
                .connections
                .range::<str, _>((start, Bound::Unbounded))
                .map(|(_, (connection, _))| connection.summary());
            let connections: Vec<_> = entries.by_ref().take(limit).collect();
            let next = entries.next().and_then(|_| connections.last()).map(|last| last.name.clone());
            Ok(Page { connections, unreadable: Vec::new(), next })
        })
    }

    fn put_pending<'a>(&'a self, pending: &'a PendingAuthorization) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            check_name(&pending.name)?;
            let waiting = &mut self.shelves().pending;
            waiting.retain(|_, other| other.expires > pending.forgotten_before());
            if waiting.contains_key(&pending.state) {
                return Err(StoreError::state_taken());
            }
            waiting.insert(pending.state.clone(), pending.clone());
            Ok(())
        })
    }

    fn take_pending<'a>(&'a self, state: &'a str, now: i64) -> BoxFuture<'a, Result<PendingAuthorization>> {
        Box::pin(async move {
            let taken = self.shelves().pending.remove(state);
            taken.ok_or_else(StoreError::no_pending)?.unexpired(now)
        })
    }

    fn acquire_lease<'a>(
        &'a self,
        name: &'a str,
        holder: &'a str,
        now: i64,
        length: i64,
    ) -> BoxFuture<'a, Result<LeaseAttempt>> {
        Box::pin(async move {
            let clock = self.now();
            let taken = self.with_lease(name, |lease, _| match lease.held(name, &clock, &self.watch) {
                Some(held) => Ok(LeaseAttempt::Held(held)),
                None => {
                    *lease = lease.next(holder, now, length, &clock)?;
                    Ok(LeaseAttempt::Acquired(FencingToken(lease.token)))
                }
            });
            taken?
        })
    }

    fn renew_lease<'a>(&'a self, name: &'a str, token: FencingToken, length: i64) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.check_holding(name, token)?;
            let now = self.now();
            self.with_lease(name, |lease, _| *lease = lease.renewed(length, &now))
        })
    }

    fn release_lease<'a>(&'a self, name: &'a str, token: FencingToken) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let released = self.with_lease(name, |lease, _| {
                if lease.token == token.0 {
                    lease.holder = None;
                }
            });
            match released {
                Err(error) if error.is_not_found() => Ok(()),
                other => other,
            }
        })
    }

    fn lease_state<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<LeaseState>> {
        Box::pin(async move {
            let now = self.now();
            self.with_lease(name, |lease, version| LeaseState { version, held: lease.held(name, &now, &self.watch) })
        })
    }

    fn rotate_key<'a>(&'a self, _old: &'a Sealing, _new: &'a Sealing) -> BoxFuture<'a, Result<usize>> {
        Box::pin(async { Ok(0) })
    }
}
