//! Files on a real disk: the only place of this crate that touches one.

#![allow(clippy::disallowed_methods, reason = "this is the room the Files trait is there for")]

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::files::{Entry, Files, MAX_FILE_SIZE};

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // Room enough for nearly every section, so that its size need not be asked for.
        let mut content = Vec::with_capacity(8 << 10);
        // Bounded while reading, not by the size the file claims: a device or a pipe claims none.
        File::open(path)?.take(MAX_FILE_SIZE + 1).read_to_end(&mut content)?;
        if content.len() as u64 > MAX_FILE_SIZE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        content.shrink_to_fit();
        Ok(content)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let mut entries = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            // A name that is no UTF-8 is no name Make could have given.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type()?;
            let is_link = kind.is_symlink();
            let is_folder = if is_link { self.is_folder(&path.join(&name)) } else { kind.is_dir() };
            entries.push(Entry { is_folder, is_link, name });
        }
        entries.sort();
        Ok(entries)
    }

    fn is_file(&self, path: &Path) -> bool {
        fs::metadata(path).is_ok_and(|metadata| !metadata.is_dir())
    }

    fn is_folder(&self, path: &Path) -> bool {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
    }
}
