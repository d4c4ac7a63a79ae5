//! The texts that are examined: those of the disk, of stdin, and drafts in the place of both.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use connspec_spec::Files;
use connspec_spec::layout::Entry;

use crate::failure::Failure;
use crate::stdin;

/// A file as it would be.
pub struct Draft {
    /// What it holds now.
    pub before: String,
    /// What it would hold.
    pub text: String,
}

/// What is examined instead of the files as they are.
#[derive(Default)]
pub struct Texts {
    /// By the names of the files.
    pub drafts: BTreeMap<PathBuf, Draft>,
    /// What came in: it can be read once.
    stdin: OnceLock<Vec<u8>>,
}

impl Texts {
    /// What came in on stdin.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn stdin(&self) -> Result<&[u8], Failure> {
        if let Some(text) = self.stdin.get() {
            return Ok(text);
        }
        let text = stdin::read()?;
        Ok(self.stdin.get_or_init(|| text))
    }

    /// `below` with the drafts in their places.
    pub fn over<F: Files>(&self, below: F) -> Overlaid<'_, F> {
        Overlaid { below, drafts: &self.drafts }
    }
}

/// Files, with drafts in the place of some.
pub struct Overlaid<'d, F> {
    below: F,
    drafts: &'d BTreeMap<PathBuf, Draft>,
}

impl<F: Files> Files for Overlaid<'_, F> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.drafts.get(path) {
            Some(draft) => Ok(draft.text.clone().into_bytes()),
            None => self.below.read(path),
        }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.below.list(path)
    }

    fn list_starting(&self, folder: &Path, start: &str) -> io::Result<Vec<Entry>> {
        self.below.list_starting(folder, start)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.below.is_file(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.below.is_folder(path)
    }
}
