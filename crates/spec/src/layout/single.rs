//! One file: a bundle of several sections, or the communication section alone. Also a text from stdin.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use connspec_diagnostics::{SourceId, SourceMap};

use super::outline::{Candidate, Outline, Slot};
use super::sections::{Section, stem};
use super::{Files, Layout, LoadError, LoadErrorKind, MAX_FILE_SIZE};
use crate::dialect::is_manifest;
use crate::json;
use crate::model::Part;
use crate::node::{Member, Node};

/// The one connection of a file.
pub(super) fn outline(files: &dyn Files, path: &Path) -> Result<Outline, LoadError> {
    let mut outline = Outline::new(path, Layout::SingleFile);
    let candidate = candidate(files, path, &mut outline.sources)?;
    outline.layout = candidate.layout;
    outline.connections.push(candidate);
    Ok(outline)
}

/// Reads the file and says which sections it holds.
pub(super) fn candidate(files: &dyn Files, path: &Path, sources: &mut SourceMap) -> Result<Candidate, LoadError> {
    let name = path.display().to_string();
    let bytes = files.read(path).map_err(|error| {
        let message = match error.kind() {
            io::ErrorKind::FileTooLarge => {
                let most = MAX_FILE_SIZE / 1024 / 1024;
                format!("`{name}` is larger than {most} MiB, as no section of a definition is; name the right file")
            }
            io::ErrorKind::TimedOut => format!(
                "`{name}` cannot be read: {error}, and so would never end; start what writes into it first, or hand the \
                 text over on stdin, which is called `-`"
            ),
            _ => format!("`{name}` cannot be read: {error}"),
        };
        LoadError::new(LoadErrorKind::Unreadable, path, message)
    })?;
    let (source, reading) = json::read_bytes(sources, &name, bytes);
    let file = File { path: name, source };
    let (layout, slots) = file.slots(reading.node);
    Ok(Candidate { layout, name: connection_name(path), slots, findings: reading.findings })
}

struct File {
    path: String,
    source: SourceId,
}

impl File {
    fn slots(&self, root: Option<Node>) -> (Layout, BTreeMap<Section, Slot>) {
        match root {
            Some(root) if is_manifest(&root) => (Layout::Manifest, self.sections([], Some(root))),
            Some(root) if is_form(&root) => {
                let form = self.slot(Section::Parameters, Some(root));
                (Layout::SingleFile, BTreeMap::from([(Section::Parameters, form)]))
            }
            Some(root) if is_bundle(&root) => (Layout::Bundle, self.bundle(root)),
            root => {
                // A form written beside `url` is no part of Make's format, but its meaning is plain.
                let form = root.as_ref().and_then(|root| root.get("parameters")).filter(|form| form.is_array());
                let form = form.map(|form| (Section::Parameters, form.clone()));
                (Layout::SingleFile, self.sections(form, root))
            }
        }
    }

    fn bundle(&self, root: Node) -> BTreeMap<Section, Slot> {
        let held = |section| Some((section, member(&root, section)?.value.clone()));
        let mut held: Vec<_> = Section::ALL.into_iter().filter_map(held).collect();
        held.push((Section::Metadata, root));
        held.into_iter().map(|(section, node)| (section, self.slot(section, Some(node)))).collect()
    }

    /// The file as the communication section, with what else it holds.
    fn sections(
        &self,
        others: impl IntoIterator<Item = (Section, Node)>,
        root: Option<Node>,
    ) -> BTreeMap<Section, Slot> {
        let communication = (Section::Communication, self.slot(Section::Communication, root));
        let others = others.into_iter().map(|(section, node)| (section, self.slot(section, Some(node))));
        std::iter::once(communication).chain(others).collect()
    }

    fn slot(&self, section: Section, node: Option<Node>) -> Slot {
        Slot::Inline(Box::new(Part {
            name: section.name().to_owned(),
            path: self.path.clone(),
            source: self.source,
            node,
        }))
    }
}

/// Whether the file is a form alone: a list of fields, which have names and types where requests have addresses.
fn is_form(root: &Node) -> bool {
    let is_field = |field: &Node| {
        let has = |key: &str| field.get(key).is_some();
        has("name") && has("type") && !has("url") && !has("response")
    };
    !root.elements().is_empty() && root.elements().iter().all(is_field)
}

/// Whether the file holds sections rather than being one: a request has a `url`, a bundle has none.
fn is_bundle(root: &Node) -> bool {
    let section = member(root, Section::Communication);
    section.is_some_and(|member| member.value.is_object() || member.value.is_array()) && root.get("url").is_none()
}

fn member(root: &Node, section: Section) -> Option<&Member> {
    section.bundle_keys().iter().find_map(|key| root.member(key))
}

/// `academy` of `x/academy.oauth-communication.iml.json`; the folder's name when the file's says nothing.
pub(super) fn connection_name(path: &Path) -> String {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = stem(&file).unwrap_or(&file).split('.').next().unwrap_or_default();
    let generic = ["", "api", "api-oauth", "communication", "oauth-communication", "connection", "manifest"];
    match path.parent().and_then(Path::file_name) {
        Some(folder) if generic.contains(&name) => folder.to_string_lossy().into_owned(),
        _ => name.to_owned(),
    }
}
