//! Connections in a folder, one JSON file each (`file:FOLDER`).

pub(crate) mod atomic;
mod folder;
mod lease;

use std::path::PathBuf;
use std::sync::Arc;

use self::folder::Folder;
use crate::{
    BoxFuture, ConnectionStore, FencingToken, LeaseAttempt, LeaseState, Page, PendingAuthorization, Result,
    SavedConnection, Sealing, StoreError, StoreErrorKind,
};

/// A store in a folder of this machine: files of mode 0600 in a folder of mode
/// 0700, replaced in one step, so a killed process leaves whole records only.
///
/// Its lease trusts this machine's clock and lock; for a folder shared between
/// machines take PostgreSQL.
#[derive(Clone, Debug)]
pub struct FileStore {
    folder: Arc<Folder>,
}

impl FileStore {
    /// Opens the store in `folder`, making it where it does not exist. Errors:
    /// `Unreadable`, `ReadOnly`, `Full`.
    pub async fn open(folder: impl Into<PathBuf>, sealing: Sealing) -> Result<Self> {
        let root = folder.into();
        let folder = blocking(move || Folder::open(root, sealing)).await?;
        Ok(Self { folder: Arc::new(folder) })
    }

    /// The same store on a machine with another clock.
    #[cfg(test)]
    pub(crate) fn with_clock(self, clock: crate::clock::MachineClock) -> Self {
        let folder = Arc::into_inner(self.folder).expect("nobody else has it yet");
        Self { folder: Arc::new(folder.with_clock(clock)) }
    }

    /// Runs `act` where it may block. It runs to its end even when the future
    /// is dropped, so a record is never half changed.
    fn act<'a, T: Send + 'static>(
        &self,
        act: impl FnOnce(&Folder) -> Result<T> + Send + 'static,
    ) -> BoxFuture<'a, Result<T>> {
        let folder = Arc::clone(&self.folder);
        Box::pin(blocking(move || act(&folder)))
    }
}

async fn blocking<T: Send + 'static>(act: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(act).await {
        Ok(answer) => answer,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(StoreError::new(
            StoreErrorKind::Other,
            "the program is shutting down, so the store was not asked any more; run the command again",
        )),
    }
}

impl ConnectionStore for FileStore {
    fn describe(&self) -> String {
        format!("file:{}", self.folder.root().display())
    }

    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SavedConnection>> {
        let name = name.to_owned();
        self.act(move |folder| folder.load(&name))
    }

    fn save<'a>(&'a self, connection: &'a SavedConnection) -> BoxFuture<'a, Result<u64>> {
        let connection = connection.clone();
        self.act(move |folder| folder.save(&connection, None))
    }

    fn save_holding<'a>(&'a self, connection: &'a SavedConnection, token: FencingToken) -> BoxFuture<'a, Result<u64>> {
        let connection = connection.clone();
        self.act(move |folder| folder.save(&connection, Some(token)))
    }

    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>> {
        let name = name.to_owned();
        self.act(move |folder| folder.remove(&name))
    }

    fn list<'a>(&'a self, after: Option<&'a str>, limit: usize) -> BoxFuture<'a, Result<Page>> {
        let after = after.map(str::to_owned);
        self.act(move |folder| folder.list(after.as_deref(), limit))
    }

    fn put_pending<'a>(&'a self, pending: &'a PendingAuthorization) -> BoxFuture<'a, Result<()>> {
        let pending = pending.clone();
        self.act(move |folder| folder.put_pending(&pending))
    }

    fn take_pending<'a>(&'a self, state: &'a str, now: i64) -> BoxFuture<'a, Result<PendingAuthorization>> {
        let state = state.to_owned();
        self.act(move |folder| folder.take_pending(&state, now))
    }

    fn acquire_lease<'a>(
        &'a self,
        name: &'a str,
        holder: &'a str,
        now: i64,
        length: i64,
    ) -> BoxFuture<'a, Result<LeaseAttempt>> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.act(move |folder| folder.acquire_lease(&name, &holder, now, length))
    }

    fn renew_lease<'a>(&'a self, name: &'a str, token: FencingToken, length: i64) -> BoxFuture<'a, Result<()>> {
        let name = name.to_owned();
        self.act(move |folder| folder.renew_lease(&name, token, length))
    }

    fn release_lease<'a>(&'a self, name: &'a str, token: FencingToken) -> BoxFuture<'a, Result<()>> {
        let name = name.to_owned();
        self.act(move |folder| folder.release_lease(&name, token))
    }

    fn lease_state<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<LeaseState>> {
        let name = name.to_owned();
        self.act(move |folder| folder.lease_state(&name))
    }

    fn rotate_key<'a>(&'a self, old: &'a Sealing, new: &'a Sealing) -> BoxFuture<'a, Result<usize>> {
        let (old, new) = (old.clone(), new.clone());
        self.act(move |folder| folder.rotate_key(&old, &new))
    }
}
