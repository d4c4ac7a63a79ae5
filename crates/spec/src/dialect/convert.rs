//! From a manifest to an app of Make's (chiefonboarding.md §6): the files, and what they cannot do.
//!
//! What is carried over does what the manifest's author meant: autoescaping, which changes values, is left behind, and
//! `state` is added by whoever runs the result. Everything else that differs is a [`Note`], shown by
//! `connspec convert` and written as a comment where it belongs.

mod address;
mod app;
mod document;
mod expression;
mod names;
mod oauth;
mod request;

use connspec_diagnostics::Place;

use super::Manifest;
use crate::node::Node;

/// A manifest as an app.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversion {
    /// Path below the app's folder, and text.
    pub files: Vec<(String, String)>,
    /// What could not be carried over, in the order of the files.
    pub notes: Vec<Note>,
}

/// Something of a manifest that the app does not do, or does otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Where it stands in the manifest.
    pub place: Option<Place>,
    /// What it is and what to do, without a full stop.
    pub text: String,
    /// The section that has it as a comment.
    pub home: Home,
}

/// The section a note belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Home {
    /// The connection as a whole.
    Connection,
    /// `authorize`.
    Authorize,
    /// `token`.
    Token,
    /// `refresh`.
    Refresh,
    /// The form.
    Parameters,
    /// The base, which everything beside the connection inherits.
    Base,
}

/// What of the token request goes where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CodeIn {
    /// The code goes into the query, as the manifest sends it.
    #[default]
    Query,
    /// The code and the query go into the body, as RFC 6749 §4.1.3 has it.
    Body,
}

/// How to convert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvertOptions {
    /// The connection's name: small letters, digits and dashes.
    pub name: String,
    /// Where the code goes.
    pub code_in: CodeIn,
}

/// Converts a manifest; `root` is the file as written.
///
/// # Errors
/// In words, what is missing: `oauth` without `authenticate_url` or `access_token`, a request without `url`, a template
/// that does not compile.
pub fn convert(manifest: &Manifest, root: &Node, options: &ConvertOptions) -> Result<Conversion, Note> {
    app::convert(manifest, root, options)
}

/// A name for a connection out of any text: small letters and digits, dashes between.
pub fn connection_name(text: &str) -> String {
    let plain =
        text.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' });
    let name: Vec<String> =
        plain.collect::<String>().split('-').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if name.is_empty() { "connection".to_owned() } else { name.join("-") }
}

/// Notes as they are collected.
#[derive(Default)]
struct Notes(Vec<Note>);

impl Notes {
    fn add(&mut self, home: Home, place: impl Into<Option<Place>>, text: impl Into<String>) {
        let note = Note { place: place.into(), text: text.into(), home };
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    /// The comments of a section.
    fn of(&self, home: Home) -> Vec<String> {
        self.0.iter().filter(|note| note.home == home).map(|note| format!("Not carried over: {}.", note.text)).collect()
    }
}
