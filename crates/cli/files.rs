//! Files are written whole or not at all: whoever reads sees the old text or the new one, also when the program is ended
//! in the middle.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Writes `text` to a draft beside `path`, which then takes its place. A file that is there keeps its permissions and its
/// owner; of a link it is the file it leads to that is replaced.
///
/// # Errors
/// When it cannot be written. Nothing has changed then, and nothing is left behind.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = place_of(path)?;
    let there = match fs::metadata(&path) {
        Ok(there) => Some(there),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let prefix = format!(".{name}.");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    // A draft is its owner's alone until it is whole: what others may not read in the file is in no draft that they may.
    if let (None, Some(usual)) = (&there, usual_permissions()) {
        builder.permissions(usual);
    }
    let mut draft = builder.tempfile_in(folder)?;
    draft.write_all(text.as_bytes())?;
    if let Some(there) = &there {
        keep_owner(draft.path(), there);
        draft.as_file().set_permissions(there.permissions())?;
    }
    draft.as_file().sync_all()?;
    draft.persist(&path).map(drop).map_err(|error| error.error)
}

/// Where a path leads, through links; a link to nothing leads to what is to be made.
fn place_of(path: &Path) -> io::Result<PathBuf> {
    /// As many as Linux follows.
    const LINKS: usize = 40;
    if let Ok(real) = fs::canonicalize(path) {
        return Ok(real);
    }
    let mut place = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&place) {
            Ok(next) => place = place.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(place),
        }
    }
    Err(io::Error::other("links lead in a circle"))
}

/// Those of a new file, from which the system takes what the user does not want.
#[cfg(unix)]
fn usual_permissions() -> Option<Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(0o666))
}

#[cfg(not(unix))]
fn usual_permissions() -> Option<Permissions> {
    None
}

/// Gives the draft the owner of the file whose place it takes, where that is permitted.
#[cfg(unix)]
fn keep_owner(draft: &Path, there: &fs::Metadata) {
    use std::os::unix::fs::MetadataExt;
    let made = fs::metadata(draft);
    if made.is_ok_and(|made| (made.uid(), made.gid()) != (there.uid(), there.gid())) {
        // Only root may: for anybody else the file becomes his own, as with every editor that replaces files.
        let _ = std::os::unix::fs::chown(draft, Some(there.uid()), Some(there.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_draft: &Path, _there: &fs::Metadata) {}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn permissions_and_links_stay_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "old").unwrap();
        fs::set_permissions(at("file"), Permissions::from_mode(0o640)).unwrap();
        symlink("file", at("link")).unwrap();
        symlink(at("link"), at("link-to-link")).unwrap();
        symlink("to-be-made", at("dangling")).unwrap();
        symlink("circle", at("circle")).unwrap();
        write(&at("link-to-link"), "new").unwrap();
        write(&at("dangling"), "made").unwrap();
        write(&at("plain"), "new").unwrap();
        assert!(write(&at("circle"), "x").is_err());
        assert!(write(&at("no-folder/file"), "x").is_err());
        assert!(write(folder.path(), "x").is_err());
        assert_eq!(fs::read_to_string(at("file")).unwrap(), "new");
        assert_eq!(fs::metadata(at("file")).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_to_string(at("to-be-made")).unwrap(), "made");
        assert_eq!(fs::read_link(at("link")).unwrap(), Path::new("file"));
        fs::write(at("usual"), "").unwrap();
        let mode = |name: &str| fs::metadata(at(name)).unwrap().permissions().mode();
        assert_eq!(mode("plain"), mode("usual"));
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["circle", "dangling", "file", "link", "link-to-link", "plain", "to-be-made", "usual"]);
    }
}
