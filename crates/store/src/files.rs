//! Folders and files only this user can read, and the operating system's
//! refusals in words.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::{Result, StoreError, StoreErrorKind};

/// Makes `folder` and those above it, readable by this user only.
pub(crate) fn create_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| explain("make the folder", folder, &error))
}

/// Mode 0600 for a file that is made.
pub(crate) fn only_for_this_user(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// A refusal of the operating system in words.
pub(crate) fn explain(action: &str, path: &Path, error: &io::Error) -> StoreError {
    let (kind, advice) = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            (StoreErrorKind::Full, "what was saved before is untouched; make room and try again")
        }
        ErrorKind::ReadOnlyFilesystem => {
            (StoreErrorKind::ReadOnly, "new tokens could not be saved there; make it writable or choose another store")
        }
        ErrorKind::PermissionDenied if action != "read" && action != "list" => (
            StoreErrorKind::ReadOnly,
            "new tokens could not be saved there; make it writable for this user or choose another store",
        ),
        ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::AlreadyExists => (
            StoreErrorKind::Unreadable,
            "something else is in the place of a store's folder or file; choose another place",
        ),
        _ => (StoreErrorKind::Unreadable, "check that the path exists and belongs to this user"),
    };
    StoreError::new(kind, format!("cannot {action} {}: {error}; {advice}", path.display()))
}
