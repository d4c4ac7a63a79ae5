//! Where a definition lies on disk, and which file is which section (app-layout.md).
//!
//! `local` reads makecomapp.json, which names every file. `folders` walks the three layouts that go by file names:
//! export, GitHub sync and everything grown by hand; `sections` knows the names. `single` is one file, a bundle or
//! stdin. `parts` finds the app around a module's file, or the base, that is given alone. All of them only list what
//! there is (`outline`); `read` then reads what is wanted.

mod disk;
mod entries;
mod error;
mod files;
mod folders;
mod groups;
mod local;
mod outline;
mod parts;
mod read;
mod remembered;
mod sections;
mod single;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connspec_diagnostics::{Diagnostic, Place, SourceId, SourceMap};

pub use disk::Disk;
pub use error::{LoadError, LoadErrorKind};
pub use files::{Entry, Files, MAX_FILE_SIZE, Memory, Overlay};
pub use remembered::Remembered;

use crate::compat::Compat;
use crate::model::{Definition, Part};

/// The layout a definition was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layout {
    /// Make's local development for VS Code: `makecomapp.json` names every file.
    LocalDevelopment,
    /// The archive of "export app": `api.imljson`; common data are never in it.
    Export,
    /// Synchronised with GitHub: `communication.imljson`, `metadata.json` with `$id`.
    GitHubSync,
    /// Grown by hand.
    Loose,
    /// One file that is the communication section.
    SingleFile,
    /// One file that holds several sections.
    Bundle,
    /// An integration manifest, see [`dialect`](crate::dialect).
    Manifest,
}

impl Layout {
    /// Whether Make's own tools write and read it.
    pub(crate) fn is_make_s(self) -> bool {
        matches!(self, Self::LocalDevelopment | Self::Export | Self::GitHubSync)
    }
}

impl Layout {
    /// Whether one file is all of it.
    pub(crate) fn is_one_file(self) -> bool {
        matches!(self, Self::SingleFile | Self::Bundle | Self::Manifest)
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LocalDevelopment => "local development",
            Self::Export => "export",
            Self::GitHubSync => "GitHub sync",
            Self::Loose => "loose files",
            Self::SingleFile => "single file",
            Self::Bundle => "bundle",
            Self::Manifest => "integration manifest",
        })
    }
}

/// What to load.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// Which connection of an app with several.
    pub connection: Option<String>,
}

/// One connection, loaded.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The connection.
    pub definition: Definition,
    /// The folder of the app, or of the connection when it has no app; the file itself for a single file.
    pub root: PathBuf,
    /// The switches as the app's `connspec.toml` sets them.
    pub compat: Compat,
}

/// An app with everything in it.
#[derive(Debug, Clone)]
pub struct App {
    /// The folder of the app; the file itself for a single file.
    pub root: PathBuf,
    /// Its layout.
    pub layout: Layout,
    /// Its name, empty when nothing says it.
    pub name: String,
    /// The texts all places refer to.
    pub sources: Arc<SourceMap>,
    /// Its connections, in the order of the files.
    pub connections: Vec<Definition>,
    /// Its base.
    pub base: Option<Part>,
    /// The app's common data, which connections cannot read.
    pub common: Option<Part>,
    /// Its modules, remote procedures, webhooks and functions.
    pub components: Vec<Component>,
    /// What is wrong with the app as a whole. Findings about a connection are with that connection.
    pub findings: Vec<Diagnostic>,
    /// The switches as `connspec.toml` sets them.
    pub compat: Compat,
    /// The connections that the app's own metadata calls aliases of others, by name.
    pub aliases: Vec<String>,
    /// The texts that were asked for, when a part that is no connection's was named: the rest is there to judge them
    /// by. None when everything was asked for.
    pub asked_for: Option<Vec<SourceId>>,
}

impl App {
    /// Whether this place was asked for.
    pub fn is_asked_for(&self, place: Option<Place>) -> bool {
        let Some(asked_for) = &self.asked_for else { return true };
        place.is_some_and(|place| asked_for.contains(&place.source))
    }
}

/// What a [`Component`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ComponentKind {
    /// A module.
    Module,
    /// A remote procedure call.
    Rpc,
    /// A webhook.
    Webhook,
    /// A custom IML function; its parts have no node, their text is code.
    Function,
    /// An endpoint.
    Endpoint,
}

impl ComponentKind {
    /// Whether a communication section is all there is to it.
    pub(crate) fn is_run_by_requests(self) -> bool {
        matches!(self, Self::Module | Self::Rpc | Self::Webhook)
    }
}

/// A part of an app that is no connection, raw.
#[derive(Debug, Clone)]
pub struct Component {
    /// What it is.
    pub kind: ComponentKind,
    /// Its name.
    pub name: String,
    /// The connection it names, by the local name.
    pub connection: Option<String>,
    /// Its other connection.
    pub alt_connection: Option<String>,
    /// Its sections: `communication`, `parameters`, `expect`, … as the layout names them.
    pub parts: Vec<Part>,
    /// Its metadata: `metadata.json`, or its entry in `makecomapp.json`.
    pub metadata: Option<Part>,
}

impl Component {
    /// The section of this name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }
}

/// Loads one connection from disk. `path` is a file or a folder of any layout.
///
/// Broken JSON in a section is no error here: it is a finding of the definition
/// ([`Definition::is_broken`]), so that a check can show all of them.
///
/// # Errors
/// When there is nothing at the path, no connection in it, several without a name to choose by, or when a file
/// that decides about all others cannot be read.
pub fn load(path: impl AsRef<Path>, options: &LoadOptions) -> Result<Loaded, LoadError> {
    load_from(&Disk, path, options)
}

/// Loads one connection from anything that has files.
///
/// # Errors
/// As [`load`].
pub fn load_from(files: &dyn Files, path: impl AsRef<Path>, options: &LoadOptions) -> Result<Loaded, LoadError> {
    read::connection(files, outline::of(files, path.as_ref())?, options)
}

/// Loads one connection from a text, as `-` reads it from stdin: a bundle, or a communication section.
///
/// # Errors
/// As [`load`].
pub fn load_text(name: &str, text: &str, options: &LoadOptions) -> Result<Loaded, LoadError> {
    load_from(&Memory::from([(name, text)]), name, options)
}

/// Loads everything of an app from disk: all connections, base, modules, remote procedures, webhooks.
///
/// # Errors
/// When there is nothing at the path, or no connection in it.
pub fn load_app(path: impl AsRef<Path>) -> Result<App, LoadError> {
    load_app_from(&Disk, path)
}

/// Loads everything of an app from anything that has files.
///
/// # Errors
/// As [`load_app`].
pub fn load_app_from(files: &dyn Files, path: impl AsRef<Path>) -> Result<App, LoadError> {
    read::app(files, outline::of(files, path.as_ref())?)
}

/// The apps and connections below a folder: what `check` examines when it is given a folder of folders. A folder
/// that is itself an app, a connection or a file gives itself.
///
/// # Errors
/// When there is nothing at the path, or nothing below it that looks like a connection.
pub fn discover(files: &dyn Files, path: impl AsRef<Path>) -> Result<Vec<PathBuf>, LoadError> {
    outline::discover(files, path.as_ref())
}
