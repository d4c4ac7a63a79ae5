//! Make's local development: `makecomapp.json` names every file (app-layout.md A).

use std::path::{Component, Path, PathBuf};

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Severity, SourceId};

use super::entries::unknown_key;
use super::files::normal;
use super::outline::{Candidate, ComponentOutline, Mapped, Outline, Slot};
use super::sections::Section;
use super::{ComponentKind, Files, Layout, LoadError, LoadErrorKind};
use crate::json;
use crate::model::Part;
use crate::node::{Member, Node, NodeValue};
use crate::rules;

/// The manifest's file name.
pub(super) const MANIFEST: &str = "makecomapp.json";

/// What the manifest in `folder` names; nothing, with a finding, when it does not say.
pub(super) fn outline(files: &dyn Files, folder: &Path) -> Result<Outline, LoadError> {
    let path = folder.join(MANIFEST);
    let bytes = files.read(&path).map_err(|error| {
        LoadError::new(LoadErrorKind::Unreadable, &path, format!("`{}` cannot be read: {error}", path.display()))
    })?;
    let mut outline = Outline::new(folder, Layout::LocalDevelopment);
    let (source, reading) = json::read_bytes(&mut outline.sources, &path.display().to_string(), bytes);
    // It decides about all other files, so it is not guessed at.
    let Some(root) = reading.node.filter(|_| !reading.guessed) else {
        return Err(LoadError::broken(path, reading.findings, outline.sources));
    };
    let mut manifest = Manifest { folder, path: path.display().to_string(), source, findings: reading.findings };
    let components = manifest.object(&root, "components").unwrap_or(&root);
    outline.name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(general) = root.get("generalCodeFiles") {
        outline.base = general.member("base").and_then(|member| manifest.slot(member));
        outline.common = general.member("common").and_then(|member| manifest.slot(member));
        outline.groups = general.member("groups").and_then(|member| manifest.slot(member));
    }
    for member in components.get("connection").map_or(&[][..], Node::members) {
        outline.connections.extend(manifest.connection(member));
    }
    outline.connection_names = outline.connections.iter().map(|candidate| candidate.name.clone()).collect();
    outline.mapped = Mapped {
        connections: mapped(&root, "connection"),
        webhooks: mapped(&root, "webhook"),
        modules: mapped(&root, "module"),
    };
    for (key, kind) in KINDS {
        for member in components.get(key).map_or(&[][..], Node::members) {
            outline.components.push(manifest.component(kind, member));
        }
    }
    outline.findings = manifest.findings;
    unknown_keys(&root, &mut outline.findings);
    outline.findings.extend(file_version(&root));
    Ok(outline)
}

/// The local names that stand for components of a kind in Make, in any of the manifest's origins.
fn mapped(root: &Node, kind: &str) -> Vec<String> {
    let origins = root.get("origins").map_or(&[][..], Node::elements).iter();
    let pairs = origins.filter_map(|origin| origin.get("idMapping")?.get(kind)).flat_map(Node::elements);
    pairs.filter_map(|pair| Some(pair.get("local")?.as_str()?.to_owned())).collect()
}

const KINDS: [(&str, ComponentKind); 5] = [
    ("module", ComponentKind::Module),
    ("rpc", ComponentKind::Rpc),
    ("webhook", ComponentKind::Webhook),
    ("function", ComponentKind::Function),
    ("endpoint", ComponentKind::Endpoint),
];

/// The keys of the manifest, of its general files and of its components (app-layout.md A).
const OF_ROOT: [&str; 4] = ["fileVersion", "generalCodeFiles", "components", "origins"];
const OF_GENERAL: [&str; 4] = ["base", "common", "readme", "groups"];
const OF_COMPONENTS: [&str; 6] = ["connection", "webhook", "module", "rpc", "function", "endpoint"];

/// Slips in the keys above the entries: what is near none may be a note of somebody's.
fn unknown_keys(root: &Node, findings: &mut Vec<Diagnostic>) {
    let objects = [
        (Some(root), &OF_ROOT[..], "part of the manifest"),
        (root.get("generalCodeFiles"), &OF_GENERAL[..], "general file"),
        (root.get("components"), &OF_COMPONENTS[..], "kind of component"),
    ];
    for (object, known, what) in objects {
        let Some(object) = object else { continue };
        for member in object.members().iter().filter(|member| !known.contains(&member.key.as_str())) {
            let free = known.iter().copied().filter(|name| object.get(name).is_none());
            if let Some(meant) = nearest(&member.key, free) {
                findings.push(unknown_key(member, what, Some(meant)));
            }
        }
    }
}

/// A version of the file that Make's extension does not write (app-layout.md A).
fn file_version(root: &Node) -> Option<Diagnostic> {
    const VERSION: f64 = 1.0;
    let version = root.get("fileVersion").filter(|version| version.as_f64() != Some(VERSION))?;
    let mut finding = rules::MANIFEST_SHAPE
        .finding(match &version.value {
            NodeValue::Number { text, .. } => format!("`fileVersion` must be 1, not {text}"),
            _ => format!("`fileVersion` must be the number 1, not {}", version.kind_name()),
        })
        .at(version.place)
        .why("Make's extension knows its own file by it, and writes 1")
        .help("write 1")
        .fix(Fix::suggestion("write 1").replace(version.place, "1"));
    finding.severity = Severity::Warning;
    Some(finding)
}

struct Manifest<'a> {
    folder: &'a Path,
    path: String,
    source: SourceId,
    findings: Vec<Diagnostic>,
}

impl Manifest<'_> {
    /// The member `key`, which must be an object.
    fn object<'n>(&mut self, node: &'n Node, key: &str) -> Option<&'n Node> {
        let found = node.get(key).filter(|found| found.is_object());
        if found.is_none() {
            self.findings.push(
                rules::MANIFEST_SHAPE
                    .finding(format!("`{key}` must be an object"))
                    .at(node.get(key).map_or(node.place, |found| found.place))
                    .why("without it no file of the app is known")
                    .help("let Make's extension write the file, or see app-layout in the documentation"),
            );
        }
        found
    }

    /// The connection of one entry; null entries are reserved by Make and mean nothing yet.
    fn connection(&mut self, member: &Member) -> Option<Candidate> {
        if member.value.is_null() {
            return None;
        }
        let before = self.findings.len();
        let mut candidate = Candidate {
            layout: Layout::LocalDevelopment,
            name: member.key.to_string(),
            slots: std::iter::once((Section::Metadata, self.entry(member))).collect(),
            findings: Vec::new(),
        };
        if let Some(code_files) = self.object(&member.value, "codeFiles") {
            for section in Section::ALL {
                let named = section.code_keys().iter().find_map(|key| code_files.member(key));
                if let Some(slot) = named.and_then(|named| self.slot(named)) {
                    candidate.slots.insert(section, slot);
                }
            }
        }
        candidate.findings = self.findings.split_off(before);
        Some(candidate)
    }

    fn component(&mut self, kind: ComponentKind, member: &Member) -> ComponentOutline {
        let code_files = member.value.get("codeFiles").map_or(&[][..], Node::members);
        let parts = code_files.iter().filter_map(|file| Some((file.key.to_string(), self.slot(file)?)));
        ComponentOutline {
            kind,
            name: member.key.to_string(),
            parts: parts.collect(),
            metadata: Some(self.entry(member)),
        }
    }

    /// The entry itself is the component's metadata.
    fn entry(&self, member: &Member) -> Slot {
        Slot::Inline(Box::new(Part {
            name: Section::Metadata.name().to_owned(),
            path: self.path.clone(),
            source: self.source,
            node: Some(member.value.clone()),
        }))
    }

    /// The file a member names; null means that it is ignored locally.
    fn slot(&mut self, member: &Member) -> Option<Slot> {
        if member.value.is_null() {
            return None;
        }
        let Some(relative) = member.value.as_str() else {
            self.findings.push(
                rules::MANIFEST_SHAPE
                    .finding(format!("`{}` must be a path or null, not {}", member.key, member.value.kind_name()))
                    .at(member.value.place)
                    .why("no file can be found by it")
                    .help("write the path of the file, relative to makecomapp.json"),
            );
            return None;
        };
        match inside(self.folder, relative) {
            Some(path) => Some(Slot::File { path, named_at: Some(member.value.place) }),
            None => {
                self.findings.push(
                    rules::PATH_OUTSIDE_APP
                        .finding(format!("`{relative}` leads out of the app's folder"))
                        .at(member.value.place)
                        .why("a manifest from elsewhere must not make us read other files of this machine")
                        .help("move the file into the app's folder"),
                );
                None
            }
        }
    }
}

/// `relative` below `folder`; none when it leads elsewhere.
fn inside(folder: &Path, relative: &str) -> Option<PathBuf> {
    let path = normal(Path::new(relative));
    let stays = path.components().all(|part| matches!(part, Component::Normal(_)));
    stays.then(|| folder.join(path))
}
