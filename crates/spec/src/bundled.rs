//! The definitions that come with the program, embedded at compile time from `specs/`.

use std::path::Path;

use crate::layout::{LoadError, LoadErrorKind, LoadOptions, Loaded, Memory, load_from};

/// A definition that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bundled {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in one line.
    pub summary: &'static str,
    /// Its files: path below its folder, and text.
    pub files: &'static [(&'static str, &'static str)],
}

/// Embeds the files of `specs/NAME`.
macro_rules! bundled {
    ($name:literal, $summary:literal, [$($file:literal),+ $(,)?]) => {
        Bundled {
            name: $name,
            summary: $summary,
            files: &[$(($file, include_str!(concat!("../../../specs/", $name, "/", $file)))),+],
        }
    };
}

/// Every definition that comes with the program.
pub const ALL: &[Bundled] = &[
    bundled!(
        "academy-v2",
        "Make's Custom App Academy, version 2: OAuth 2 with refresh tokens",
        [
            "README.md",
            "makecomapp.json",
            "general/base.iml.json",
            "connections/academy-v2/academy-v2.oauth-communication.iml.json",
            "connections/academy-v2/academy-v2.params.iml.json",
            "connections/academy-v2/academy-v2.common.json",
            "connections/academy-v2/academy-v2.default-scope.iml.json",
            "connections/academy-v2/academy-v2.scope-list.iml.json",
        ]
    ),
    bundled!(
        "api-key",
        "Pattern: an API key in a header",
        [
            "README.md",
            "makecomapp.json",
            "general/base.iml.json",
            "connections/api-key/api-key.communication.iml.json",
            "connections/api-key/api-key.params.iml.json",
        ]
    ),
];

/// The bundled definition of this name, loaded.
///
/// # Errors
/// When there is none of this name; the message lists all.
pub fn bundled(name: &str) -> Result<Loaded, LoadError> {
    match find(name) {
        Some(found) => found.load(),
        None => {
            let known: Vec<_> = ALL.iter().map(|bundled| bundled.name).collect();
            let message = format!("there is no bundled definition `{name}`; there are: {}", known.join(", "));
            Err(LoadError::new(LoadErrorKind::NotFound, name, message))
        }
    }
}

/// The bundled definition of this name, with its files.
pub fn find(name: &str) -> Option<&'static Bundled> {
    ALL.iter().find(|bundled| bundled.name == name)
}

impl Bundled {
    /// Its files as a tree below a folder of its name.
    pub fn tree(&self) -> Memory {
        self.files.iter().map(|(path, text)| (Path::new(self.name).join(path), text)).collect()
    }

    /// Loads it.
    ///
    /// # Errors
    /// None in practice: a test loads every one of them.
    pub fn load(&self) -> Result<Loaded, LoadError> {
        load_from(&self.tree(), self.name, &LoadOptions::default())
    }
}
