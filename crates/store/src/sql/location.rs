//! Where a database is: for sqlx, and for people without a password.

use std::path::{Path, PathBuf};

use crate::{Result, StoreError, StoreErrorKind};

/// A database's address.
pub(super) struct Location {
    /// For sqlx.
    pub(super) url: String,
    /// For sqlx where `url` may not be written: as it is on disk, unlocked.
    pub(super) read_only_url: Option<String>,
    /// For people.
    pub(super) place: String,
    /// The file, where it is one.
    pub(super) file: Option<OpenFile>,
}

/// Which file was opened: what is written into one that has been removed or moved since is lost without an error.
#[derive(Debug)]
pub(super) struct OpenFile {
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

impl OpenFile {
    #[cfg(feature = "sqlite")]
    fn at(path: PathBuf) -> Self {
        Self { identity: identity(&path), path }
    }

    /// Errors: `Unreadable` where another file, or none, is in its place by now.
    pub(super) fn is_in_place(&self) -> Result<()> {
        if identity(&self.path) == self.identity {
            return Ok(());
        }
        Err(StoreError::new(
            StoreErrorKind::Unreadable,
            format!(
                "the file {} was removed, moved or replaced while it was open, so what was to be saved is not in it; put it back, or let connspec make a new one, and try again",
                self.path.display()
            ),
        ))
    }
}

/// What tells a file from every other on the machine, whatever it is called.
fn identity(path: &Path) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
    }
    // Elsewhere a file that is open cannot be removed.
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// The file at `path`; it is made here, because SQLite would make it readable
/// by everybody the umask allows.
#[cfg(feature = "sqlite")]
pub(super) fn of_sqlite(path: &Path) -> Result<Location> {
    use crate::files::{create_folder, explain, only_for_this_user};

    let path = std::path::absolute(path).map_err(|error| explain("open", path, &error))?;
    if !path.exists() {
        if let Some(folder) = path.parent() {
            create_folder(folder)?;
        }
        let mut options = std::fs::OpenOptions::new();
        options.create(true).append(true);
        only_for_this_user(&mut options);
        options.open(&path).map_err(|error| explain("make", &path, &error))?;
    }
    // Links and dots resolved: a URL would resolve the dots in its own way.
    let real = path.canonicalize().map_err(|error| explain("open", &path, &error))?;
    let text = real.to_str().ok_or_else(|| {
        StoreError::new(
            StoreErrorKind::InvalidUrl,
            format!("the path {} is not UTF-8, so no database can be opened there; choose another", real.display()),
        )
    })?;
    let url = format!("sqlite://{}", percent_encode(text));
    // What is still in the write-ahead log cannot be read this way.
    let log = std::fs::metadata(format!("{text}-wal"));
    let is_settled = log.map_or(true, |log| log.len() == 0);
    let read_only_url = is_settled.then(|| format!("{url}?mode=ro&immutable=1"));
    let place = format!("sqlite:{}", path.display());
    Ok(Location { url, read_only_url, place, file: Some(OpenFile::at(real)) })
}

#[cfg(feature = "sqlite")]
fn percent_encode(path: &str) -> String {
    use std::fmt::Write;
    path.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => encoded.push(char::from(byte)),
            _ => write!(encoded, "%{byte:02X}").expect("writing to a String cannot fail"),
        }
        encoded
    })
}

/// The database at `url`. For people: without user, password and parameters.
#[cfg(feature = "postgres")]
pub(super) fn of_postgres(url: &str) -> Result<Location> {
    let rest = url.split_once("://").map(|(_, rest)| rest).ok_or_else(|| {
        StoreError::new(
            StoreErrorKind::InvalidUrl,
            "the store's address names no server; write it as postgres://USER:PASSWORD@HOST/DATABASE",
        )
    })?;
    let before_parameters = rest.split(['?', '#']).next().unwrap_or_default();
    let after_user = before_parameters.rsplit('@').next().unwrap_or_default();
    let place = format!("postgres://{after_user}");
    Ok(Location { url: url.to_owned(), read_only_url: None, place, file: None })
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "postgres")]
    #[test]
    fn people_are_shown_no_password() {
        for (url, place) in [
            ("postgres://me:secret@host:5/db?password=secret", "postgres://host:5/db"),
            ("postgres://me:se@cret@host/db", "postgres://host/db"),
            ("postgresql:///db?host=/run/pg", "postgres:///db"),
        ] {
            assert_eq!(super::of_postgres(url).unwrap().place, place);
        }
        assert!(super::of_postgres("postgres:me:secret@host").is_err());
    }
}
