//! Whether what is asked for makes sense, told before anything is looked at.

use std::path::Path;

use super::Check;
use crate::failure::Failure;

impl Check {
    /// Refuses codes that do not exist and options that do not go together.
    pub(super) fn judge_arguments(&self) -> Result<(), Failure> {
        self.select.iter().chain(&self.ignore).try_for_each(|asked| known(asked))?;
        if (self.fix || self.watch)
            && let Some(path) = self.paths.iter().find(|path| is_stream(path))
        {
            let name = if *path == Path::new("-") { "stdin".to_owned() } else { format!("`{}`", path.display()) };
            return Err(Failure::unexamined(format!("{name} can be neither mended nor watched")).help("name the file"));
        }
        if self.unsafe_fixes && !self.fix && !self.diff {
            return Err(Failure::unexamined("--unsafe-fixes says which fixes, not what becomes of them")
                .help("add --fix to apply them, or --diff to see them"));
        }
        Ok(())
    }
}

/// Whether a path is something that can be read once and not written: stdin, a pipe, a device.
fn is_stream(path: &Path) -> bool {
    path == Path::new("-") || path.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Refuses a code or rule that does not exist.
fn known(name: &str) -> Result<(), Failure> {
    if connspec_checks::is_known(name) {
        return Ok(());
    }
    Err(Failure::unexamined(format!("`{name}` is no code or rule")).help(connspec_checks::hint(name)))
}
