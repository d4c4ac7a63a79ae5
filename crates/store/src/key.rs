//! Where the key of the saved connections comes from, and exchanging it.
//!
//! A key file, and the entry in a keychain, hold one key a line, Base64. The first seals; the others, left
//! by rotations, still open what another store holds, or a process that started before has saved. None is ever
//! dropped: nobody can tell which stores were sealed with it.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::file::atomic::{self, Durability, FolderLock};
use crate::files::{create_folder, explain};
#[cfg(feature = "keychain")]
use crate::keychain;
use crate::{ConnectionStore, Result, Sealing, SealingKey, StoreError, StoreErrorKind};

/// Where a key comes from. The caller reads environment variables and key
/// rings and hands in what they hold.
#[derive(Clone)]
pub enum KeySource {
    /// The key itself: Base64 or hexadecimal digits.
    Text(Zeroizing<String>),
    /// A key file of mode 0600, made with a random key on first use.
    File(PathBuf),
    /// The operating system's keychain, written on first use. The path is that of a lock file, which sees that only one
    /// process makes a key.
    #[cfg(feature = "keychain")]
    Keychain(PathBuf),
    /// No key: secrets are written as they are.
    Unsealed,
}

impl KeySource {
    /// The key's text, as from an environment variable.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(Zeroizing::new(text.into()))
    }

    /// The sealing this source gives. Errors: `InvalidKey`, `Unreadable`, `ReadOnly`.
    pub fn resolve(&self) -> Result<Sealing> {
        match self {
            Self::Text(text) => SealingKey::from_text(text).map(Sealing::with_key),
            Self::File(path) => read_or_make(path).map(sealing),
            #[cfg(feature = "keychain")]
            Self::Keychain(lock) => keychain::with_entry(lock, in_keychain).map(sealing),
            Self::Unsealed => Ok(Sealing::none()),
        }
    }
}

impl fmt::Debug for KeySource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => formatter.write_str("Text(«key»)"),
            Self::File(path) => write!(formatter, "File({path:?})"),
            #[cfg(feature = "keychain")]
            Self::Keychain(lock) => write!(formatter, "Keychain({lock:?})"),
            Self::Unsealed => formatter.write_str("Unsealed"),
        }
    }
}

/// What exchanging a key did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Id of the key before.
    pub old: String,
    /// Id of the key now.
    pub new: String,
    /// How many records were sealed anew.
    pub resealed: usize,
}

/// Gives `store` a new random key and writes it into the key file at `path`.
///
/// The file holds both keys before the first record is touched, so a rotation
/// that is killed leaves a store that opens; repeating it finishes the work.
/// Every earlier key stays in the file as one that opens: another store may be
/// sealed with it, and a process that read the file earlier may still save with it. Reopen the store
/// with the file's new sealing to go on. Errors: as [`ConnectionStore::rotate_key`].
pub async fn rotate_key_file(store: &dyn ConnectionStore, path: &Path) -> Result<Rotation> {
    let _turn = take_turn(path)?;
    rotate(store, read_or_make(path)?, |keys| write(path, keys)).await
}

/// Two rotations at once would each forget the other's key: held until the rotation is over. Errors: `Locked`.
fn take_turn(path: &Path) -> Result<FolderLock> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        create_folder(folder)?;
    }
    let mut lock = path.as_os_str().to_owned();
    lock.push(".rotation");
    FolderLock::wait(Path::new(&lock))
}

/// As [`rotate_key_file`], for the key in the operating system's keychain; `lock` as in [`KeySource::Keychain`].
#[cfg(feature = "keychain")]
pub async fn rotate_keychain(store: &dyn ConnectionStore, lock: &Path) -> Result<Rotation> {
    let _turn = take_turn(lock)?;
    let known = keychain::with_entry(lock, in_keychain)?;
    rotate(store, known, |keys| keychain::with_entry(lock, |entry| entry.write(&text_of(keys)))).await
}

async fn rotate(
    store: &dyn ConnectionStore,
    known: Vec<SealingKey>,
    write: impl Fn(&[SealingKey]) -> Result<()>,
) -> Result<Rotation> {
    // First to the key there is: a key that does not open everything is found before anything is changed, and a rotation
    // that was stopped half way is brought to its end.
    store.rotate_key(&sealing(known.clone()), &Sealing::with_key(known[0].clone())).await?;
    let new = SealingKey::generate()?;
    let mut keys = vec![new.clone()];
    keys.extend(known.iter().cloned());
    write(&keys)?;
    let resealed = store.rotate_key(&sealing(known.clone()), &Sealing::with_key(new.clone())).await?;
    Ok(Rotation { old: known[0].id().to_owned(), new: new.id().to_owned(), resealed })
}

/// The keys in the keychain, at least one.
#[cfg(feature = "keychain")]
fn in_keychain(entry: &keychain::Keychain) -> Result<Vec<SealingKey>> {
    if let Some(text) = entry.read()? {
        return parse(&text).map_err(|fault| {
            let message = format!(
                "the key in the system's keychain {fault}, so the saved connections are neither opened nor sealed with it; nothing was changed"
            );
            StoreError::new(StoreErrorKind::InvalidKey, message)
        });
    }
    let keys = vec![SealingKey::generate()?];
    entry.write(&text_of(&keys))?;
    Ok(keys)
}

/// The first key seals, all open. `keys` is never empty.
fn sealing(keys: Vec<SealingKey>) -> Sealing {
    let mut keys = keys.into_iter();
    let first = keys.next().map_or_else(Sealing::none, Sealing::with_key);
    keys.fold(first, Sealing::and_opening)
}

/// The keys in the file, at least one.
fn read_or_make(path: &Path) -> Result<Vec<SealingKey>> {
    if let Some(keys) = read(path)? {
        return Ok(keys);
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        create_folder(folder)?;
    }
    make(path)?;
    read(path)?.ok_or_else(|| invalid(path, "disappeared while it was being made"))
}

fn read(path: &Path) -> Result<Option<Vec<SealingKey>>> {
    let Some(content) = atomic::read(path)?.map(Zeroizing::new) else { return Ok(None) };
    refuse_readable_by_others(path)?;
    let text = std::str::from_utf8(&content).map_err(|_| invalid(path, "is not text"))?;
    parse(text).map(Some).map_err(|fault| invalid(path, fault))
}

/// The keys in `text`, at least one; else what is wrong with it.
fn parse(text: &str) -> Result<Vec<SealingKey>, &'static str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let keys: Result<Vec<SealingKey>> = lines.map(SealingKey::from_text).collect();
    match keys {
        Ok(keys) if !keys.is_empty() => Ok(keys),
        Ok(_) => Err("is empty"),
        Err(_) => Err("has a line that is not 32 bytes in Base64 or hexadecimal"),
    }
}

/// Makes a file with a random key; where another process is faster, its file stays.
fn make(path: &Path) -> Result<()> {
    let draft = atomic::temporary_beside(path)?;
    let key = SealingKey::generate()?;
    write(&draft, &[key])?;
    // Unlike a rename, a link does not replace a file that is there.
    let linked = fs::hard_link(&draft, path);
    let _ = fs::remove_file(&draft); // swept up at best; it was linked or is of no use
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(explain("make", path, &error)),
        _ => Ok(()),
    }
}

fn write(path: &Path, keys: &[SealingKey]) -> Result<()> {
    atomic::replace(path, text_of(keys).as_bytes(), Durability::PowerCut)
}

fn text_of(keys: &[SealingKey]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::new());
    for key in keys {
        text.push_str(&key.to_base64());
        text.push('\n');
    }
    text
}

fn refuse_readable_by_others(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = fs::metadata(path).map_err(|error| explain("read", path, &error))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            let advice = format!("can be read by other users of this machine (run `chmod 600 {}`)", path.display());
            return Err(invalid(path, &advice));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

fn invalid(path: &Path, fault: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::InvalidKey,
        format!(
            "the key file {} {fault}, so the saved connections are neither opened nor sealed with it; nothing was changed",
            path.display()
        ),
    )
}
