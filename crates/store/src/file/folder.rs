//! What a store in a folder does, step by step and without async.
//!
//! ```text
//! FOLDER/lock                     taken by whoever writes
//! FOLDER/connections/NAME.json    one connection (name.rs says how NAME is written)
//! FOLDER/leases/NAME.json         its latest refresh lease
//! FOLDER/pending/HASH.json        one pending authorization, by the hash of its `state`
//! ```

use std::path::{Path, PathBuf};

use super::atomic::{self, Durability, FolderLock};
use super::lease;
use crate::clock::MachineClock;
use crate::document::{ConnectionDocument, PendingDocument, hash_of_state};
use crate::files::create_folder;
use crate::lease::{Lease, Watch};
use crate::memory::check_version;
use crate::name::{check_name, from_file_stem, to_file_stem};
use crate::{
    FencingToken, LeaseAttempt, LeaseState, Page, PendingAuthorization, Result, SavedConnection, Sealing, StoreError,
};

const CONNECTIONS: &str = "connections";
const LEASES: &str = "leases";
const PENDING: &str = "pending";

/// An opened folder.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    sealing: Sealing,
    clock: MachineClock,
    watch: Watch,
}

impl Folder {
    /// Opens the folder, making what is missing and sweeping what killed
    /// writers left behind.
    pub(super) fn open(root: PathBuf, sealing: Sealing) -> Result<Self> {
        let folder = Self { root, sealing, clock: MachineClock::default(), watch: Watch::default() };
        let parts = [CONNECTIONS, LEASES, PENDING].map(|part| folder.root.join(part));
        for part in &parts {
            create_folder(part)?;
        }
        // Where this user may only read, reading still works and nothing is swept.
        if let Ok(Some(_lock)) = FolderLock::try_now(&folder.lock_path()) {
            for part in &parts {
                atomic::sweep(part)?;
            }
        }
        Ok(folder)
    }

    /// The same folder on a machine with another clock.
    #[cfg(test)]
    pub(super) fn with_clock(self, clock: MachineClock) -> Self {
        Self { clock, ..self }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn load(&self, name: &str) -> Result<SavedConnection> {
        let document = self.document(name)?.ok_or_else(|| StoreError::no_connection(name))?;
        document.open(&self.sealing, &self.place(name))
    }

    pub(super) fn save(&self, connection: &SavedConnection, token: Option<FencingToken>) -> Result<u64> {
        check_name(&connection.name)?;
        let _lock = self.lock()?;
        let stored = self.document(&connection.name)?;
        check_version(connection, stored.map(|document| document.version()))?;
        if let Some(token) = token {
            let held = self.check_holding(&connection.name, token)?;
            self.write_lease(&connection.name, &held.renewed(held.length, &self.clock.read()))?;
        }
        let version = connection.version + 1;
        let document = ConnectionDocument::new(connection, version, &self.sealing)?;
        let text = if token.is_some() { document.text_with_room() } else { document.text() };
        self.write_connection(&connection.name, &text)?;
        Ok(version)
    }

    pub(super) fn remove(&self, name: &str) -> Result<()> {
        let _lock = self.lock()?;
        atomic::remove(&self.path(LEASES, name))?;
        match atomic::remove(&self.path(CONNECTIONS, name))? {
            true => Ok(()),
            false => Err(StoreError::no_connection(name)),
        }
    }

    pub(super) fn list(&self, after: Option<&str>, limit: usize) -> Result<Page> {
        let mut names = self.names(CONNECTIONS, from_file_stem)?;
        names.retain(|name| after.is_none_or(|after| name.as_str() > after));
        names.sort_unstable();
        let more = names.len() > limit;
        names.truncate(limit);
        let mut page = Page { next: names.last().filter(|_| more).cloned(), ..Page::default() };
        for name in names {
            match self.document(&name) {
                Ok(Some(document)) => page.connections.push(document.summary()),
                Ok(None) => {} // removed since the folder was read
                Err(error) => page.unreadable.push((name, error)),
            }
        }
        Ok(page)
    }

    pub(super) fn put_pending(&self, pending: &PendingAuthorization) -> Result<()> {
        check_name(&pending.name)?;
        let document = PendingDocument::new(pending, &self.sealing)?;
        let _lock = self.lock()?;
        self.forget_expired(pending.forgotten_before())?;
        let path = self.pending_path(document.state_hash());
        if atomic::read(&path)?.is_some() {
            return Err(StoreError::state_taken());
        }
        atomic::replace(&path, document.text().as_bytes(), Durability::PowerCut)
    }

    pub(super) fn take_pending(&self, state: &str, now: i64) -> Result<PendingAuthorization> {
        let hash = hash_of_state(state);
        let path = self.pending_path(&hash);
        let _lock = self.lock()?;
        let content = atomic::read(&path)?.ok_or_else(StoreError::no_pending)?;
        let place = path.display().to_string();
        let pending = PendingDocument::read(&content, &hash, &place)?.open(state, &self.sealing, &place)?;
        atomic::remove(&path)?;
        pending.unexpired(now)
    }

    pub(super) fn acquire_lease(&self, name: &str, holder: &str, now: i64, length: i64) -> Result<LeaseAttempt> {
        let _lock = self.lock()?;
        self.version(name)?;
        let (lease, clock) = (self.lease(name)?, self.clock.read());
        if let Some(held) = lease.held(name, &clock, &self.watch) {
            return Ok(LeaseAttempt::Held(held));
        }
        let lease = lease.next(holder, now, length, &clock)?;
        self.write_lease(name, &lease)?;
        self.watch.forget(name);
        Ok(LeaseAttempt::Acquired(FencingToken(lease.token)))
    }

    pub(super) fn renew_lease(&self, name: &str, token: FencingToken, length: i64) -> Result<()> {
        let _lock = self.lock()?;
        let lease = self.check_holding(name, token)?;
        self.write_lease(name, &lease.renewed(length, &self.clock.read()))
    }

    pub(super) fn release_lease(&self, name: &str, token: FencingToken) -> Result<()> {
        let _lock = self.lock()?;
        let mut lease = self.lease(name)?;
        if lease.token != token.0 || lease.holder.is_none() {
            return Ok(());
        }
        lease.holder = None;
        self.write_lease(name, &lease)
    }

    pub(super) fn lease_state(&self, name: &str) -> Result<LeaseState> {
        let held = self.lease(name)?.held(name, &self.clock.read(), &self.watch);
        Ok(LeaseState { version: self.version(name)?, held })
    }

    /// Everything is opened before anything is written, so a wrong key changes
    /// nothing; a rotation that is killed goes on where it stopped when
    /// repeated, because records under the new key are left as they are.
    pub(super) fn rotate_key(&self, old: &Sealing, new: &Sealing) -> Result<usize> {
        let _lock = self.lock()?;
        let mut connections = Vec::new();
        for name in self.names(CONNECTIONS, from_file_stem)? {
            if let Some(mut document) = self.document(&name)?
                && document.reseal(old, new)?
            {
                connections.push((name, document));
            }
        }
        let mut waiting = Vec::new();
        for hash in self.names(PENDING, |stem| Some(stem.to_owned()))? {
            if let Some(mut document) = self.pending_document(&hash)?
                && document.reseal(old, new)?
            {
                waiting.push(document);
            }
        }
        for (name, document) in &connections {
            self.write_connection(name, &document.text())?;
        }
        for document in &waiting {
            let path = self.pending_path(document.state_hash());
            atomic::replace(&path, document.text().as_bytes(), Durability::PowerCut)?;
        }
        Ok(connections.len() + waiting.len())
    }

    fn lock_path(&self) -> PathBuf {
        self.root.join("lock")
    }

    fn lock(&self) -> Result<FolderLock> {
        FolderLock::wait(&self.lock_path())
    }

    fn path(&self, part: &str, name: &str) -> PathBuf {
        let file = format!("{}.json", to_file_stem(name));
        self.root.join(part).join(file)
    }

    fn place(&self, name: &str) -> String {
        self.path(CONNECTIONS, name).display().to_string()
    }

    fn pending_path(&self, hash: &str) -> PathBuf {
        self.root.join(PENDING).join(format!("{hash}.json"))
    }

    /// The records of `part`, by what `name_of` makes of their file stems.
    fn names(&self, part: &str, name_of: fn(&str) -> Option<String>) -> Result<Vec<String>> {
        let entries = atomic::entries(&self.root.join(part))?;
        let names = entries.iter().filter_map(|path| {
            let is_record = path.extension().is_some_and(|kind| kind == "json");
            let stem = path.file_stem()?.to_str().filter(|_| is_record)?;
            name_of(stem)
        });
        Ok(names.collect())
    }

    fn document(&self, name: &str) -> Result<Option<ConnectionDocument>> {
        if check_name(name).is_err() {
            return Ok(None); // nothing can be saved under it
        }
        let content = atomic::read(&self.path(CONNECTIONS, name))?;
        content.map(|content| ConnectionDocument::read(&content, name, &self.place(name))).transpose()
    }

    fn version(&self, name: &str) -> Result<u64> {
        let document = self.document(name)?;
        document.map(|document| document.version()).ok_or_else(|| StoreError::no_connection(name))
    }

    fn write_connection(&self, name: &str, text: &str) -> Result<()> {
        atomic::replace(&self.path(CONNECTIONS, name), text.as_bytes(), Durability::PowerCut)
    }

    fn pending_document(&self, hash: &str) -> Result<Option<PendingDocument>> {
        let path = self.pending_path(hash);
        let content = atomic::read(&path)?;
        content.map(|content| PendingDocument::read(&content, hash, &path.display().to_string())).transpose()
    }

    /// A record that cannot be read is left for `take_pending` to complain about.
    fn forget_expired(&self, now: i64) -> Result<()> {
        for hash in self.names(PENDING, |stem| Some(stem.to_owned()))? {
            if let Ok(Some(document)) = self.pending_document(&hash)
                && document.expires() <= now
            {
                atomic::remove(&self.pending_path(&hash))?;
            }
        }
        Ok(())
    }

    fn lease(&self, name: &str) -> Result<Lease> {
        let content = atomic::read(&self.path(LEASES, name))?;
        Ok(lease::read(content.as_deref()))
    }

    fn write_lease(&self, name: &str, lease: &Lease) -> Result<()> {
        let path = self.path(LEASES, name);
        atomic::replace(&path, lease::text(lease).as_bytes(), Durability::Process)
    }

    fn check_holding(&self, name: &str, token: FencingToken) -> Result<Lease> {
        let lease = self.lease(name)?;
        let ours = lease.is_of(token, name, &self.clock.read(), &self.watch);
        ours.then_some(lease).ok_or_else(|| StoreError::lease_lost(name))
    }
}
