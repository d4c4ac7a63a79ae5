//! The key in the operating system's keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service
//! (GNOME Keyring, KWallet) elsewhere. Its entry holds what a key file would.

use std::path::Path;

use keyring_core::{Entry, Error};
use zeroize::Zeroizing;

use crate::file::atomic::FolderLock;
use crate::files::create_folder;
use crate::{Result, StoreError, StoreErrorKind};

/// What the entry is found by.
const SERVICE: &str = "connspec";
const USER: &str = "sealing key";

/// What `act` does with the entry. Only one process at a time, by `lock`: a keychain would let two make a key each.
///
/// In a thread of its own, because a keychain answers by ways that may not wait within an asynchronous program.
pub(crate) fn with_entry<T: Send>(lock: &Path, act: impl FnOnce(&Keychain) -> Result<T> + Send) -> Result<T> {
    if let Some(folder) = lock.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        create_folder(folder)?;
    }
    let _lock = FolderLock::wait(lock)?;
    std::thread::scope(|scope| match scope.spawn(|| act(&Keychain(open()?))).join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// The entry.
pub(crate) struct Keychain(Entry);

impl Keychain {
    /// The text in it; `None` where it was never written.
    pub(crate) fn read(&self) -> Result<Option<Zeroizing<String>>> {
        match self.0.get_password() {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(explain("read", &error)),
        }
    }

    pub(crate) fn write(&self, text: &str) -> Result<()> {
        self.0.set_password(text).map_err(|error| explain("written", &error))
    }
}

/// The entry in the store the program has chosen, else in the platform's.
fn open() -> Result<Entry> {
    if keyring_core::get_default_store().is_none()
        && let Err(error) = keyring::Entry::store_status()
    {
        return Err(explain("reached", error));
    }
    Entry::new(SERVICE, USER).map_err(|error| explain("reached", &error))
}

/// Names the kind of failure only: some hold what was read.
fn explain(action: &str, error: &Error) -> StoreError {
    let why = match error {
        Error::PlatformFailure(why) | Error::NoStorageAccess(why) => why.to_string(),
        Error::NoDefaultStore => "there is none".to_owned(),
        Error::Ambiguous(_) => "it holds several entries of this name".to_owned(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::BadStoreFormat(_) => {
            "its entry is not what connspec writes".to_owned()
        }
        _ => "it does not allow it".to_owned(),
    };
    StoreError::new(
        StoreErrorKind::InvalidKey,
        format!(
            "the key of the saved connections cannot be {action} in the system's keychain: {why}; nothing was changed: unlock the keychain, or use a key file by leaving CONNSPEC_KEY empty"
        ),
    )
}

#[cfg(test)]
mod tests {
    use keyring_core::mock;

    use super::{SERVICE, USER};
    use crate::{KeySource, SavedConnection, StoreErrorKind, open, rotate_keychain};

    /// One test, because the keychain is the whole process's.
    #[tokio::test]
    async fn the_key_is_made_once_rotates_and_a_locked_keychain_is_told() {
        let keychain = mock::Store::new().unwrap();
        keyring_core::set_default_store(keychain);
        let folder = tempfile::tempdir().unwrap();
        let source = KeySource::Keychain(folder.path().join("keychain.lock"));
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let source = source.clone();
                std::thread::spawn(move || source.resolve().unwrap().key().unwrap().id().to_owned())
            })
            .collect();
        let mut ids: Vec<String> = tasks.into_iter().map(|task| task.join().unwrap()).collect();
        ids.dedup();
        assert_eq!(ids.len(), 1, "one key for all who came first");

        let url = format!("file:{}", folder.path().join("store").display());
        let store = open(&url, source.resolve().unwrap()).await.unwrap();
        let mut saved = SavedConnection::new("jane", crate::DefinitionReference::default(), 0);
        saved.data.insert("accessToken".into(), "ACCESS-SECRET".into());
        store.save(&saved).await.unwrap();
        let rotation = rotate_keychain(&*store, &folder.path().join("keychain.lock")).await.unwrap();
        assert_eq!((rotation.old, rotation.resealed), (ids.remove(0), 1));
        let sealing = source.resolve().unwrap();
        assert_eq!(sealing.key().unwrap().id(), rotation.new);
        let loaded = open(&url, sealing).await.unwrap().load("jane").await.unwrap();
        assert_eq!(loaded.data["accessToken"], "ACCESS-SECRET");
        assert_eq!(
            store.load("jane").await.unwrap_err().kind,
            StoreErrorKind::WrongKey,
            "the old key alone opens no more"
        );

        let entry = keyring_core::Entry::new(SERVICE, USER).unwrap();
        let held: &mock::Cred = entry.as_any().downcast_ref().unwrap();
        held.set_error(keyring_core::Error::NoStorageAccess("it is locked".into()));
        let error = source.resolve().unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::InvalidKey);
        assert!(error.message.contains("it is locked") && error.message.contains("unlock"), "{error}");
        entry.set_password("short").unwrap();
        assert!(source.resolve().unwrap_err().message.contains("32 bytes"));
    }
}
