//! Where saved connections live.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use connspec_runner::Rescue;
use connspec_store::{
    ConnectionStore, KeySource, MemoryStore, SavedConnection, Sealing, StoreError, StoreErrorKind, shell_quoted,
};

use crate::failure::Failure;
use crate::output;

/// Where saved connections live.
#[derive(Debug, Default, Args)]
#[group(skip)]
pub struct Store {
    /// The saved connections: sqlite:FILE, file:FOLDER or postgres://…; also CONNSPEC_STORE. Default: a SQLite file
    /// in the user's data folder
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
}

impl Store {
    /// The address of the store, wherever it was said.
    ///
    /// # Errors
    /// When nothing says it and there is no user's data folder.
    pub fn url(&self) -> Result<String, Failure> {
        if let Some(url) = &self.store {
            return Ok(url.clone());
        }
        match std::env::var("CONNSPEC_STORE") {
            Ok(url) if !url.is_empty() => Ok(url),
            _ => Ok(format!("sqlite:{}", data_folder()?.join("connections.db").display())),
        }
    }

    /// Opens it for a command that makes no connection: what is not there is not made. In the usual place that is a store
    /// without connections; elsewhere it is probably mistyped.
    ///
    /// # Errors
    /// As [`Store::open`], and where there is none at the address that was given.
    pub async fn open_existing(&self) -> Result<Box<dyn ConnectionStore>, Failure> {
        let url = self.url()?;
        let is_given = self.store.is_some() || std::env::var_os("CONNSPEC_STORE").is_some_and(|url| !url.is_empty());
        match missing(&url) {
            None => self.open().await,
            Some(_) if !is_given => Ok(Box::new(MemoryStore::new())),
            Some(path) => {
                let said = if self.store.is_some() { "--store" } else { "CONNSPEC_STORE" };
                Err(Failure::unexamined(format!(
                    "there is no store at {}, so there are no saved connections in it; none was made",
                    path.display()
                ))
                .help(format!(
                    "see whether {said} is spelt as it was when you connected; `connspec connect` makes a store"
                )))
            }
        }
    }

    /// Opens it.
    ///
    /// # Errors
    /// When it cannot be opened, in the store's own words.
    pub async fn open(&self) -> Result<Box<dyn ConnectionStore>, Failure> {
        let url = self.url()?;
        let source = key(&url)?;
        let missing = match &source {
            KeySource::File(path) if !path.exists() => Some(path.clone()),
            _ => None,
        };
        let sealing = source.resolve().map_err(unusable_key)?;
        let store = connspec_store::open(&url, sealing).await.map_err(Failure::unexamined)?;
        if let Some(path) = missing
            && store.list(None, 1).await.is_ok_and(|page| !page.connections.is_empty())
        {
            output::say(format_args!(
                "The key of the saved connections was not at {}, so a new one was made there. What was saved before does \
                 not open with it: put the old key back if you have it.",
                path.display()
            ));
        }
        Ok(store)
    }

    /// What its secrets are sealed with.
    ///
    /// # Errors
    /// When there is no usable key.
    pub fn sealing(&self) -> Result<Sealing, Failure> {
        key(&self.url()?)?.resolve().map_err(unusable_key)
    }

    /// Where new tokens go that come and cannot be saved in it: the user's data folder, else, as that may be as full as
    /// the store, the system's folder for temporary files.
    ///
    /// # Errors
    /// As [`Store::sealing`], and where there is no user's data folder.
    pub fn rescue(&self) -> Result<Arc<Rescue>, Failure> {
        let (folder, sealing) = (rescue_folder()?, self.sealing()?);
        let place = self.store.as_ref().map(|url| format!(" --store {}", shell_quoted(&without_password(url))));
        let place = place.unwrap_or_default();
        Ok(Arc::new(move |connection: &SavedConnection| {
            let file = connspec_store::rescue(&folder, connection, &sealing).or_else(|error| {
                let temporary = tempfile::Builder::new().prefix("connspec-rescued-").tempdir().map_err(|_| error)?;
                connspec_store::rescue(&temporary.keep(), connection, &sealing)
            })?;
            let file = shell_quoted(&file.display().to_string());
            let replace = if connection.version == 0 { "" } else { " --replace" };
            Ok(format!(
                "they are kept, sealed, in {file}: once the store can be written, run `connspec connections import {file}\
                 {replace}{place}`"
            ))
        }))
    }
}

/// The file or folder of the store at `url`, where that is not there.
fn missing(url: &str) -> Option<&Path> {
    let (scheme, rest) = url.split_once(':')?;
    let path = Path::new(rest.strip_prefix("//").unwrap_or(rest));
    let is_path = matches!(scheme, "sqlite" | "file") && !path.as_os_str().is_empty();
    (is_path && path.try_exists().is_ok_and(|there| !there)).then_some(path)
}

/// Whether `CONNSPEC_KEY` holds a key.
pub fn is_key_handed_in() -> bool {
    std::env::var_os("CONNSPEC_KEY").is_some_and(|key| !key.is_empty()) && !is_in_keychain()
}

/// Where the key file is, for people.
fn key_file_words() -> String {
    key_file().map_or_else(|_| "the key file".to_owned(), |path| format!("the key file {}", path.display()))
}

/// What `CONNSPEC_KEY` or the key file hold is no key.
fn unusable_key(error: StoreError) -> Failure {
    if error.kind != StoreErrorKind::InvalidKey || !is_key_handed_in() {
        return Failure::unexamined(error);
    }
    Failure::unexamined(format!("CONNSPEC_KEY cannot be used: {error}")).help(format!(
        "set CONNSPEC_KEY to the key the connections were saved with, or unset it to use {}",
        key_file_words()
    ))
}

/// What the store says, and what helps where the key is not the one `name` was saved with.
pub fn unopened(error: StoreError, name: &str) -> Failure {
    if error.kind != StoreErrorKind::WrongKey {
        return Failure::unexamined(error);
    }
    let source = if is_in_keychain() {
        "the key came from the system's keychain (CONNSPEC_KEY=keychain): set CONNSPEC_KEY to the key it was saved with, or \
         unset it to use "
            .to_owned()
            + &key_file_words()
    } else if is_key_handed_in() {
        format!(
            "the key came from CONNSPEC_KEY: set CONNSPEC_KEY to the key it was saved with, or unset it to use {}",
            key_file_words()
        )
    } else {
        format!(
            "the key came from {}: put back the file it was saved with, or set CONNSPEC_KEY to its key",
            key_file_words()
        )
    };
    let name = shell_quoted(name);
    Failure::unexamined(error).help(format!(
        "{source}; if that key is lost, `connspec connections remove {name} --no-invalidate` forgets the connection"
    ))
}

/// The address of a store as it may be shown: a hint must not print a password a second time.
pub fn without_password(address: &str) -> String {
    let Ok(mut url) = url::Url::parse(address) else { return address.to_owned() };
    if !url.has_host() {
        return address.to_owned(); // a file
    }
    let named: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    if named.iter().any(|(name, _)| name == "password") {
        let kept = named.iter().map(|(name, value)| (name, if name == "password" { "PASSWORD" } else { value }));
        url.query_pairs_mut().clear().extend_pairs(kept);
    } else if url.password().is_none() {
        return address.to_owned();
    }
    if url.password().is_some() && url.set_password(Some("PASSWORD")).is_err() {
        return "URL".to_owned();
    }
    url.to_string()
}

/// Where tokens are kept that could not be saved.
///
/// # Errors
/// Where there is no user's data folder.
pub fn rescue_folder() -> Result<PathBuf, Failure> {
    Ok(data_folder()?.join("rescued"))
}

/// What `CONNSPEC_KEY` says instead of a key to name the operating system's keychain.
const KEYCHAIN: &str = "keychain";

/// The key the secrets are sealed with: `CONNSPEC_KEY` (a key, or `keychain`), else a file of mode 0600 made on first use. It lies in the
/// user's data folder, apart from stores elsewhere, so that a copied store is not readable by itself.
fn key(url: &str) -> Result<KeySource, Failure> {
    match std::env::var("CONNSPEC_KEY") {
        Ok(text) if text == KEYCHAIN => keychain(),
        Ok(text) if !text.is_empty() => Ok(KeySource::text(text)),
        _ if url == "memory:" => Ok(KeySource::Unsealed),
        _ => Ok(KeySource::File(key_file()?)),
    }
}

#[cfg(feature = "keychain")]
fn keychain() -> Result<KeySource, Failure> {
    Ok(KeySource::Keychain(keychain_lock()?))
}

#[cfg(not(feature = "keychain"))]
fn keychain() -> Result<KeySource, Failure> {
    Err(Failure::unexamined(
        "this connspec was built without the system's keychain, so the key cannot be taken from it",
    )
    .help("build it with `--features keychain`, or leave CONNSPEC_KEY empty to use a key file"))
}

/// Whether the key is in the operating system's keychain.
pub fn is_in_keychain() -> bool {
    std::env::var_os("CONNSPEC_KEY").is_some_and(|key| key == KEYCHAIN)
}

/// The file by which processes take turns at the keychain.
#[cfg(feature = "keychain")]
pub fn keychain_lock() -> Result<PathBuf, Failure> {
    Ok(data_folder()?.join("keychain.lock"))
}

/// The file that holds the key where `CONNSPEC_KEY` does not.
pub fn key_file() -> Result<PathBuf, Failure> {
    Ok(data_folder()?.join("key"))
}

/// The user's folder for this program's data: `XDG_DATA_HOME`, else the platform's usual place.
pub fn data_folder() -> Result<PathBuf, Failure> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = variable("XDG_DATA_HOME").or_else(|| {
        if cfg!(windows) {
            variable("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            variable("HOME").map(|home| home.join("Library/Application Support"))
        } else {
            variable("HOME").map(|home| home.join(".local/share"))
        }
    });
    let base = base.ok_or_else(|| {
        Failure::unexamined("there is no place for saved connections: neither HOME nor XDG_DATA_HOME is set")
            .help("say where with --store file:FOLDER")
    })?;
    Ok(base.join("connspec"))
}
