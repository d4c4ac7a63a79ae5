//! Why nothing could be loaded.

use std::path::PathBuf;
use std::sync::Arc;

use connspec_diagnostics::{Diagnostic, SourceMap};

/// Why nothing could be loaded, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct LoadError {
    /// What kind of failure it is.
    pub kind: LoadErrorKind,
    /// The path that was asked for.
    pub path: PathBuf,
    /// What is wrong and what to do, for people.
    pub message: String,
    /// For [`LoadErrorKind::Broken`]: what is wrong with the file that decides about all others.
    pub findings: Vec<Diagnostic>,
    /// The texts the findings refer to.
    pub sources: Arc<SourceMap>,
}

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LoadErrorKind {
    /// There is nothing at the path, nor a bundled definition of that name.
    NotFound,
    /// The path is there but cannot be read.
    Unreadable,
    /// There is no connection at the path.
    NoConnection,
    /// There are several connections and none was chosen.
    SeveralConnections,
    /// There is no connection of the chosen name.
    UnknownConnection,
    /// `makecomapp.json`, or the single file itself, cannot be understood.
    Broken,
    /// `connspec.toml` holds a switch or value that does not exist.
    Settings,
}

impl LoadError {
    pub(crate) fn new(kind: LoadErrorKind, path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self {
            kind,
            path: path.into(),
            message: message.into(),
            findings: Vec::new(),
            sources: Arc::new(SourceMap::new()),
        }
    }

    pub(crate) fn broken(path: impl Into<PathBuf>, findings: Vec<Diagnostic>, sources: SourceMap) -> Self {
        let path = path.into();
        let message = match findings.first() {
            Some(finding) => {
                let place = finding.place.map_or_else(|| path.display().to_string(), |place| sources.describe(place));
                format!("{place}: {}", finding.message)
            }
            None => format!("{} cannot be understood", path.display()),
        };
        Self { findings, sources: Arc::new(sources), ..Self::new(LoadErrorKind::Broken, path, message) }
    }
}
