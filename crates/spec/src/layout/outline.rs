//! What there is at a path: which connections, and which file holds which section. Nothing but the manifest, or
//! the single file, is read for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use connspec_diagnostics::{Diagnostic, Place, Severity, SourceMap};

use super::files::{Entry, normal};
use super::sections::{Section, beginnings, prefix, resolve, section_of};
use super::{ComponentKind, Files, Layout, LoadError, LoadErrorKind, folders, local, parts, single};
use crate::model::Part;
use crate::rules;

/// What there is at a path.
#[derive(Debug)]
pub(super) struct Outline {
    pub root: PathBuf,
    pub layout: Layout,
    pub name: String,
    pub connections: Vec<Candidate>,
    /// The names of all connections of the app, also when only one is looked at.
    pub connection_names: Vec<String>,
    /// What the manifest knows the connections and webhooks in Make by, those of other apps too.
    pub mapped: Mapped,
    pub base: Option<Slot>,
    pub common: Option<Slot>,
    /// The groups modules are shown in.
    pub groups: Option<Slot>,
    pub components: Vec<ComponentOutline>,
    /// What was read already.
    pub sources: SourceMap,
    pub findings: Vec<Diagnostic>,
    /// The files that were asked for, when they are no connection's: the rest is there to judge them by.
    pub asked_for: Option<Vec<PathBuf>>,
}

/// The local names in `origins[].idMapping` (app-layout.md A).
#[derive(Debug, Default)]
pub(super) struct Mapped {
    pub connections: Vec<String>,
    pub webhooks: Vec<String>,
    pub modules: Vec<String>,
}

/// A connection that could be loaded.
#[derive(Debug)]
pub(super) struct Candidate {
    pub layout: Layout,
    pub name: String,
    pub slots: BTreeMap<Section, Slot>,
    pub findings: Vec<Diagnostic>,
}

/// A module, remote procedure, … that could be loaded.
#[derive(Debug)]
pub(super) struct ComponentOutline {
    pub kind: ComponentKind,
    pub name: String,
    pub parts: Vec<(String, Slot)>,
    pub metadata: Option<Slot>,
}

/// Where a section is.
#[derive(Debug)]
pub(super) enum Slot {
    /// In a file, which a manifest may have named.
    File { path: PathBuf, named_at: Option<Place> },
    /// In a file that has been read.
    Inline(Box<Part>),
}

impl Slot {
    pub(super) fn file(path: impl Into<PathBuf>) -> Self {
        Self::File { path: path.into(), named_at: None }
    }

    /// Where a `makecomapp.json` names it.
    pub(super) fn named_at(&self) -> Option<Place> {
        match self {
            Self::File { named_at, .. } => *named_at,
            Self::Inline(_) => None,
        }
    }

    /// The file; none when it has been read.
    pub(super) fn path(&self) -> Option<&Path> {
        match self {
            Self::File { path, .. } => Some(path),
            Self::Inline(_) => None,
        }
    }

    fn is_at(&self, wanted: &Path) -> bool {
        matches!(self, Self::File { path, .. } if normal(path) == wanted)
    }
}

impl Outline {
    pub(super) fn new(root: impl Into<PathBuf>, layout: Layout) -> Self {
        Self {
            root: root.into(),
            layout,
            name: String::new(),
            connections: Vec::new(),
            connection_names: Vec::new(),
            mapped: Mapped::default(),
            base: None,
            common: None,
            groups: None,
            components: Vec::new(),
            sources: SourceMap::new(),
            findings: Vec::new(),
            asked_for: None,
        }
    }

    fn is_app_without_connection(&self) -> bool {
        self.connections.is_empty() && self.asked_for.is_none()
    }

    fn has_connections_of_its_own(&self) -> bool {
        !self.connections.is_empty() && self.asked_for.is_none()
    }

    /// The same with the file at `wanted` as it was `read`: it may be a pipe, and need not be read twice.
    fn with_file(mut self, read: Self, wanted: &Path) -> Self {
        let Some(mut candidate) = read.connections.into_iter().next() else { return self };
        let [first, second] = [Section::Communication, Section::Parameters];
        let whole = candidate.slots.remove(&first).or_else(|| candidate.slots.remove(&second));
        let Some(Slot::Inline(mut part)) = whole else { return self };
        self.sources = read.sources;
        for connection in &mut self.connections {
            if let Some((section, slot)) = connection.slots.iter_mut().find(|(_, slot)| slot.is_at(wanted)) {
                part.name = section.name().to_owned();
                *slot = Slot::Inline(part);
                connection.findings.append(&mut candidate.findings);
                return self;
            }
        }
        let mut parts = self.components.iter_mut().flat_map(|component| &mut component.parts);
        if let Some((name, slot)) = parts.find(|(_, slot)| slot.is_at(wanted)) {
            part.name.clone_from(name);
            *slot = Slot::Inline(part);
            self.findings.append(&mut candidate.findings);
        }
        self
    }

    /// The same with only those connections that have a section at `wanted`; none when there is none.
    fn only_with(mut self, wanted: &dyn Fn(&Candidate) -> bool) -> Option<Self> {
        self.connections.retain(|candidate| wanted(candidate));
        (!self.connections.is_empty()).then_some(self)
    }
}

/// Finds out what there is at `path`.
pub(super) fn of(files: &dyn Files, path: &Path) -> Result<Outline, LoadError> {
    if files.is_folder(path) {
        return folder(files, path);
    }
    if files.is_file(path) {
        return file(files, path);
    }
    Err(LoadError::new(LoadErrorKind::NotFound, path, format!("there is no file or folder `{}`", path.display())))
}

fn folder(files: &dyn Files, path: &Path) -> Result<Outline, LoadError> {
    if files.is_file(&path.join(local::MANIFEST)) {
        let manifest = local::outline(files, path)?;
        return Ok(by_names_instead(files, path, &manifest).unwrap_or(manifest));
    }
    let wanted = normal(path);
    let inside = |candidate: &Candidate| {
        let communication = candidate.slots.get(&Section::Communication);
        matches!(communication, Some(Slot::File { path, .. }) if normal(path).parent() == Some(&wanted))
    };
    if let Some(outline) = in_manifest_above(files, path, &inside) {
        return Ok(outline);
    }
    if let Some(outline) = part_in_manifest_above(files, path) {
        return Ok(outline);
    }
    folders::outline(files, path, SourceMap::new()).ok_or_else(|| {
        LoadError::new(
            LoadErrorKind::NoConnection,
            path,
            format!(
                "there is no connection in the folder `{}`: neither makecomapp.json, nor a folder `connections`, nor a file such \
                 as api.imljson or communication.iml.json, nor an integration manifest",
                path.display()
            ),
        )
    })
}

/// A manifest written by hand may name no connection although there is one: then file names decide.
fn by_names_instead(files: &dyn Files, path: &Path, manifest: &Outline) -> Option<Outline> {
    if !manifest.connections.is_empty() {
        return None;
    }
    let outline = folders::outline(files, path, manifest.sources.clone())?;
    if outline.connections.is_empty() {
        return None;
    }
    let findings = manifest.findings.iter().cloned().map(|mut finding| {
        // What the manifest does not say was found by the names: the definition can be run.
        if finding.code == rules::MANIFEST_SHAPE.code {
            finding.severity = Severity::Warning;
        }
        finding
    });
    Some(Outline { findings: findings.collect(), ..outline })
}

fn file(files: &dyn Files, path: &Path) -> Result<Outline, LoadError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if name == local::MANIFEST {
        return local::outline(files, folder);
    }
    let wanted = normal(path);
    let holds = |candidate: &Candidate| candidate.slots.values().any(|slot| slot.is_at(&wanted));
    if let Some(outline) = in_manifest_above(files, path, &holds) {
        return Ok(outline);
    }
    if let Some(outline) = part_in_manifest_above(files, path) {
        return Ok(outline);
    }
    let single = single::outline(files, path)?;
    if single.layout == Layout::Manifest {
        return Ok(single);
    }
    // A module may be written as one file, as a connection may.
    if let Some(outline) = parts::file_of_component(files, path) {
        return Ok(outline);
    }
    if single.layout == Layout::Bundle {
        return Ok(single);
    }
    if section_of(&name).is_some() {
        let beside = beside(files, folder, prefix(&name));
        let sections = resolve(&beside, prefix(&name));
        let is_section = sections.values().any(|file| *file == name);
        if is_section && sections.contains_key(&Section::Communication) {
            let part = parts::by_keys_in_folder(files, folder, &sections, Some(&single));
            let outline = part.unwrap_or_else(|| folders::connection(files, folder, &sections));
            return Ok(outline.with_file(single, &wanted));
        }
    }
    if let Some(outline) = parts::general_file(files, path) {
        return Ok(outline);
    }
    Ok(parts::by_its_keys(single))
}

/// The files of a folder that may be sections of the connection with this prefix.
fn beside(files: &dyn Files, folder: &Path, prefix: Option<&str>) -> Vec<Entry> {
    let Some(prefix) = prefix else { return files.list(folder).unwrap_or_default() };
    let starts = beginnings(prefix);
    let mut found: Vec<Entry> =
        starts.iter().flat_map(|start| files.list_starting(folder, start).unwrap_or_default()).collect();
    found.sort();
    found.dedup();
    found
}

/// How far up a `makecomapp.json` is looked for.
const LEVELS: usize = 8;

/// The app whose manifest, in a folder above `path`, names what is wanted. A manifest that cannot be understood
/// names nothing.
fn in_manifest_above(files: &dyn Files, path: &Path, wanted: &dyn Fn(&Candidate) -> bool) -> Option<Outline> {
    manifests_above(files, path).find_map(|outline| outline.only_with(wanted))
}

/// The app whose manifest, in a folder above `path`, names it or something in it that is no connection's.
fn part_in_manifest_above(files: &dyn Files, path: &Path) -> Option<Outline> {
    manifests_above(files, path).find_map(|outline| parts::asked_for(outline, path))
}

fn manifests_above<'f>(files: &'f dyn Files, path: &Path) -> impl Iterator<Item = Outline> + use<'f> {
    let folders = path.parent().map(|parent| files.holding_above(parent, local::MANIFEST, LEVELS));
    folders.unwrap_or_default().into_iter().filter_map(|folder| local::outline(files, &folder).ok())
}

/// Folders that never hold an app.
const SKIPPED: [&str; 4] = ["node_modules", "target", "dist", "vendor"];

/// See [`super::discover`].
pub(super) fn discover(files: &dyn Files, path: &Path) -> Result<Vec<PathBuf>, LoadError> {
    // A file is itself, and may be a pipe that can be read only once.
    if files.is_file(path) {
        return Ok(vec![path.to_owned()]);
    }
    match of(files, path) {
        Err(error) if error.kind == LoadErrorKind::NoConnection => {
            let mut found = Vec::new();
            below(files, path, LEVELS, &|_| true, &mut found);
            if found.is_empty() { Err(error) } else { Ok(found) }
        }
        Err(error) if error.kind != LoadErrorKind::Broken => Err(error),
        Ok(outline) if outline.is_app_without_connection() => {
            let mut found = vec![path.to_owned()];
            below(files, path, LEVELS, &Outline::has_connections_of_its_own, &mut found);
            Ok(found)
        }
        _ => Ok(vec![path.to_owned()]),
    }
}

/// What is wanted below a folder.
fn below(files: &dyn Files, folder: &Path, levels: usize, wanted: &dyn Fn(&Outline) -> bool, found: &mut Vec<PathBuf>) {
    let entries = files.list(folder).unwrap_or_default();
    for entry in entries {
        // Links may lead in circles.
        let skipped = entry.is_link || entry.name.starts_with('.') || SKIPPED.contains(&entry.name.as_str());
        if !entry.is_folder || skipped {
            continue;
        }
        let path = folder.join(&entry.name);
        let deeper = |wanted: &dyn Fn(&Outline) -> bool, found: &mut Vec<PathBuf>| {
            if levels > 0 {
                below(files, &path, levels - 1, wanted, found);
            }
        };
        match of(files, &path) {
            Err(error) if error.kind == LoadErrorKind::NoConnection => deeper(wanted, found),
            Ok(outline) if !wanted(&outline) => deeper(wanted, found),
            Ok(outline) if outline.is_app_without_connection() => {
                found.push(path.clone());
                deeper(&Outline::has_connections_of_its_own, found);
            }
            _ => found.push(path),
        }
    }
}
