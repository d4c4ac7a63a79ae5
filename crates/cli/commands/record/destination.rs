//! Where a fixture goes: looked at before anything is sent, and nothing recorded is lost where it fails later.

use std::io::Write;
use std::path::{Path, PathBuf};

use connspec_exchange::{Fixture, lenient};
use serde_json::Value;

use crate::failure::Failure;
use crate::{files, output};

/// A file a fixture may be written to.
pub struct Destination<'p> {
    path: &'p Path,
    replace: bool,
}

impl<'p> Destination<'p> {
    /// Sees that a fixture can be written to `path`, and that nothing else is lost by it. Leaves nothing behind.
    /// `replace`: whatever file is there may go.
    ///
    /// # Errors
    /// When it cannot be written, or holds something else than a fixture.
    pub fn examine(path: &'p Path, replace: bool) -> Result<Self, Failure> {
        let is_folder = path.is_dir() || path.to_string_lossy().ends_with(std::path::is_separator);
        if is_folder || path.file_name().is_none() {
            return Err(Failure::unexamined(format!("{} is a folder", path.display()))
                .help("name the file in it that the fixture is to be written to"));
        }
        let destination = Self { path, replace };
        destination.refuse_loss()?;
        destination.try_folder().map_err(|error| unwritable(path, &error))?;
        Ok(destination)
    }

    /// The same with advice for a command whose `--replace` is about something else.
    ///
    /// # Errors
    /// As [`Destination::examine`].
    pub fn examine_strictly(path: &'p Path) -> Result<Self, Failure> {
        Self::examine(path, false).map_err(|failure| match failure.advice() {
            Some(REPLACE) => failure.help("write it to another file, or move this one away"),
            _ => failure,
        })
    }

    /// Whether a good fixture is to be kept where a flow has failed.
    pub fn keeps_what_is_there(&self) -> bool {
        self.holds_something() && !self.replace
    }

    fn holds_something(&self) -> bool {
        self.path.metadata().is_ok_and(|metadata| metadata.len() > 0)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.path
    }

    /// Writes the fixture and gives a word for people: where it is, and whether another was there.
    ///
    /// # Errors
    /// When it cannot be written; it says where the recording is kept instead.
    pub fn write(&self, fixture: &Fixture) -> Result<String, Failure> {
        let text = fixture.to_text();
        let word = if self.holds_something() { "replaced" } else { "written" };
        // Since it was looked at, somebody may have put something else there.
        match self.refuse_loss().and_then(|()| write_text(&text, self.path)) {
            Ok(()) => Ok(format!("{word}: {}", self.path.display())),
            Err(failure) => Err(match kept_aside(&text) {
                Ok(kept) => failure.help(format!(
                    "the recording is kept: move {} to {}",
                    output::shell_word(&kept.display().to_string()),
                    output::shell_word(&self.path.display().to_string())
                )),
                Err(error) => failure.help(format!("nor could it be kept in a temporary file: {error}")),
            }),
        }
    }

    /// A file that is no fixture is somebody's work: a definition, say.
    fn refuse_loss(&self) -> Result<(), Failure> {
        if self.replace && self.path.is_file() || self.path.symlink_metadata().is_err() {
            return Ok(());
        }
        let failure = || Failure::unexamined(format!("{} is no fixture, so it is not replaced", self.path.display()));
        if self.path.exists() && !self.path.is_file() {
            return Err(failure().help("write it to a file"));
        }
        let is_fixture = || connspec_rehearsal::suite::read(self.path).is_ok_and(|text| looks_like_a_fixture(&text));
        if !self.holds_something() || is_fixture() { Ok(()) } else { Err(failure().help(REPLACE)) }
    }

    /// Whether a file of this name can be made: tried in its folder, or in the first one above that is there.
    fn try_folder(&self) -> std::io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        let there =
            folder.ancestors().find(|folder| folder.as_os_str().is_empty() || folder.symlink_metadata().is_ok());
        let there = there.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let draft = there.join(draft(self.path).file_name().unwrap_or_default());
        std::fs::OpenOptions::new().write(true).create_new(true).open(&draft)?;
        std::fs::remove_file(&draft)
    }
}

/// What permits a loss.
const REPLACE: &str = "write it to another file, or replace this one with --replace";

/// Whether the text is a fixture, be it of another version or a broken one: it has its number and its exchanges.
fn looks_like_a_fixture(text: &str) -> bool {
    lenient::parse(text).is_ok_and(|value| {
        value.get("version").is_some_and(Value::is_u64) && value.get("exchanges").is_some_and(Value::is_array)
    })
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::unexamined(format!("{} cannot be written: {error}", path.display()))
}

/// The recording in a file of its own, since where it should be it cannot be.
fn kept_aside(text: &str) -> std::io::Result<PathBuf> {
    let mut file = tempfile::Builder::new().prefix("connspec-recorded-").suffix(".json").tempfile()?;
    file.write_all(text.as_bytes())?;
    Ok(file.keep()?.1)
}

/// A file beside `path` that nobody has.
fn draft(path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    path.with_file_name(format!(".{name}.{}", std::process::id()))
}

/// Writes the text of a fixture whole or not at all.
pub fn write_text(text: &str, path: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| unwritable(path, &error);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    files::write(path, text).map_err(failed)
}
