//! Files on a real disk: the only place of this crate that touches one.

#![allow(clippy::disallowed_methods, reason = "this is the room the Files trait is there for")]

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::files::{Entry, Files, MAX_FILE_SIZE};

/// The disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

/// Opens a file without waiting: a named pipe would have to be opened by a writer first.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, NON_BLOCKING);
    options.open(path)
}

/// `O_NONBLOCK` of the systems whose number for it is known here; others wait for the writer.
#[cfg(unix)]
const NON_BLOCKING: i32 = if cfg!(any(target_os = "linux", target_os = "android"))
    && cfg!(any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64", target_arch = "arm"))
{
    0x800
} else if cfg!(any(target_vendor = "apple", target_os = "freebsd", target_os = "netbsd", target_os = "openbsd")) {
    0x4
} else {
    0
};

/// Reads what was not there at once: of a pipe whose writer takes his time, or has not come yet.
fn to_the_end(path: &Path, file: &mut File, content: &mut Vec<u8>) -> io::Result<()> {
    const PAUSE: Duration = Duration::from_millis(10);
    /// Pauses until a writer must have come: two seconds. Who has come may take as long as he likes.
    const LONGEST: usize = 200;
    let mut has_come = false;
    for pauses in 0.. {
        let room = (MAX_FILE_SIZE + 1).saturating_sub(content.len() as u64);
        match file.take(room).read_to_end(content) {
            Ok(0) if !has_come && content.is_empty() && is_named_pipe(path) => {
                if pauses == LONGEST {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, NOBODY));
                }
            }
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => has_come = true,
            Err(error) => return Err(error),
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// Whether a writer may still come: nobody comes to the nameless pipe of a shell's `<(…)` once its writer has left.
fn is_named_pipe(path: &Path) -> bool {
    #[cfg(unix)]
    let is_pipe = |kind: fs::FileType| std::os::unix::fs::FileTypeExt::is_fifo(&kind);
    #[cfg(not(unix))]
    let is_pipe = |_: fs::FileType| false;
    fs::canonicalize(path).and_then(fs::metadata).is_ok_and(|metadata| is_pipe(metadata.file_type()))
}

const NOBODY: &str = "it is a named pipe that nobody writes into";

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // Room enough for nearly every section, so that its size need not be asked for.
        let mut content = Vec::with_capacity(8 << 10);
        let mut file = open(path)?;
        // Bounded while reading, not by the size the file claims: a device or a pipe claims none.
        match (&mut file).take(MAX_FILE_SIZE + 1).read_to_end(&mut content) {
            Ok(length) if length > 0 => {}
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            _ => to_the_end(path, &mut file, &mut content)?,
        }
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
