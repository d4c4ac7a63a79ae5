//! Whole files or none: replacement by rename, and one lock for the folder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::files::{explain, only_for_this_user};
use crate::sealing::{fill_random, hex};
use crate::{Result, StoreError, StoreErrorKind};

/// How files on their way are named: `.RANDOM.tmp`, so no record is called so.
const TEMPORARY: &str = "tmp";

/// How long to wait for another process that is writing.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// Whether a file's content must survive a power cut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It must: the file and its folder are synced.
    PowerCut,
    /// A crash of the process is enough: what it says means nothing after a power cut.
    Process,
}

/// The content of `path`; `None` where there is no such file.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(explain("read", path, &error)),
    }
}

/// Replaces `path` in one step: whoever reads sees the old content or the new
/// one, also when this process is killed in the middle.
pub(crate) fn replace(path: &Path, content: &[u8], durability: Durability) -> Result<()> {
    let temporary = temporary_beside(path)?;
    let written = write_new(&temporary, content, durability)
        .and_then(|()| fs::rename(&temporary, path))
        .map_err(|error| explain("write", path, &error));
    if written.is_err() {
        // Best effort: what stays behind is swept when the folder is next opened.
        let _ = fs::remove_file(&temporary);
        return written;
    }
    match durability {
        Durability::PowerCut => sync_folder_of(path),
        Durability::Process => Ok(()),
    }
}

/// Makes the file `path`, whole and safe from a power cut; answers whether it was free. What is there stays.
pub(crate) fn create(path: &Path, content: &[u8]) -> Result<bool> {
    let file = match open_new(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(explain("write", path, &error)),
    };
    if let Err(error) = fill(file, content, Durability::PowerCut) {
        // Half of a file is of no use to anybody, and it was not there before.
        let _ = fs::remove_file(path);
        return Err(explain("write", path, &error));
    }
    sync_folder_of(path).map(|()| true)
}

/// Removes `path` for good; answers whether it was there.
pub(crate) fn remove(path: &Path) -> Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => {
            sync_folder_of(path)?;
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(explain("remove", path, &error)),
    }
}

/// Removes what killed writers left behind. Only under the lock: without a
/// writer every temporary file is a stale one.
pub(crate) fn sweep(folder: &Path) -> Result<()> {
    for entry in entries(folder)? {
        if entry.extension().is_some_and(|kind| kind == TEMPORARY) {
            // Best effort: a temporary file is never read.
            let _ = fs::remove_file(entry);
        }
    }
    Ok(())
}

/// The paths in `folder`.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let listed: io::Result<Vec<PathBuf>> =
        fs::read_dir(folder).and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect());
    listed.map_err(|error| explain("list", folder, &error))
}

/// The folder's lock, held until dropped; the system drops it for a process
/// that dies.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Waits up to five seconds. Errors: `Locked`, `ReadOnly`.
    pub(crate) fn wait(path: &Path) -> Result<Self> {
        let began = Instant::now();
        let mut pause = Duration::from_micros(200);
        loop {
            if let Some(lock) = Self::try_now(path)? {
                return Ok(lock);
            }
            if began.elapsed() >= LOCK_TIMEOUT {
                return Err(StoreError::new(
                    StoreErrorKind::Locked,
                    format!(
                        "another process has kept {} locked for more than 5 seconds, so nothing was changed; find out what it waits for, or end it, and try again",
                        path.display()
                    ),
                ));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(5));
        }
    }

    /// The lock if it is free.
    pub(crate) fn try_now(path: &Path) -> Result<Option<Self>> {
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        only_for_this_user(&mut options);
        let file = options.open(path).map_err(|error| explain("lock", path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(explain("lock", path, &error)),
        }
    }
}

fn write_new(path: &Path, content: &[u8], durability: Durability) -> io::Result<()> {
    fill(open_new(path)?, content, durability)
}

fn open_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    only_for_this_user(&mut options);
    options.open(path)
}

fn fill(mut file: File, content: &[u8], durability: Durability) -> io::Result<()> {
    file.write_all(content)?;
    match durability {
        Durability::PowerCut => file.sync_all(),
        Durability::Process => Ok(()),
    }
}

/// A name for a file on its way, in the folder of `path`.
pub(crate) fn temporary_beside(path: &Path) -> Result<PathBuf> {
    let mut random = [0; 12];
    fill_random(&mut random)?;
    Ok(path.with_file_name(format!(".{}.{TEMPORARY}", hex(&random))))
}

fn sync_folder_of(path: &Path) -> Result<()> {
    // Other systems write a folder's entries through with the file.
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| explain("write", folder, &error))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
