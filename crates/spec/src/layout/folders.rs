//! The layouts that go by names: the archive of "export app", GitHub sync, and what grew by hand
//! (app-layout.md B, C, D). They are one walk with different file names, which `sections` knows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use connspec_diagnostics::SourceMap;

use super::files::Entry;
use super::outline::{Candidate, ComponentOutline, Outline, Slot};
use super::sections::{ENDINGS, Section, prefix, resolve, stem};
use super::{ComponentKind, Files, Layout, parts, single};

type Sections = BTreeMap<Section, String>;

/// What a folder holds: an app with its connections, or without any; one connection; or a part of an app. None when
/// it is nothing of these. What is read for it goes into `sources`.
pub(super) fn outline(files: &dyn Files, folder: &Path, mut sources: SourceMap) -> Option<Outline> {
    let mut connections = Vec::new();
    for name in ["connections", "connection", "src/connections"] {
        connections.extend(below(files, &folder.join(name), &mut sources));
    }
    if is_connections_folder(folder) && connections.is_empty() {
        connections = below(files, folder, &mut sources);
        return Some(app(files, folder.parent()?, connections, sources)).filter(|app| !app.connections.is_empty());
    }
    if connections.is_empty() {
        let components = components_of(files, folder);
        if components.is_empty()
            && let Some(part) = parts::folder(files, folder)
        {
            return Some(part);
        }
        connections.extend(here(files, folder));
        if connections.len() == 1 && parent_app(folder).is_some() {
            return Some(connection(files, folder, &resolve(&list(files, folder), None)));
        }
        if connections.len() == 1
            && components.is_empty()
            && let Some(part) = parts::by_keys_in_folder(files, folder, &resolve(&list(files, folder), None), None)
        {
            return Some(part);
        }
    }
    if connections.is_empty() {
        connections = manifests(files, folder, &mut sources);
    }
    Some(app(files, folder, connections, sources)).filter(|app| !app.connections.is_empty() || is_app(files, app))
}

/// Whether what has no connection is an app all the same: it has a module, a remote procedure or a webhook, and
/// something that only apps of Make have.
pub(super) fn is_app(files: &dyn Files, outline: &Outline) -> bool {
    let runs = |component: &ComponentOutline| component.kind.is_run_by_requests();
    let of_make =
        |slot: &Slot| slot.path().and_then(Path::file_name).is_some_and(|name| is_iml(&name.to_string_lossy()));
    let parts = || outline.components.iter().flat_map(|component| &component.parts);
    outline.components.iter().any(runs)
        && (outline.base.is_some()
            || files.is_file(&outline.root.join(".sdk"))
            || parts().any(|(_, slot)| of_make(slot)))
}

/// Whether a file's name has one of the endings that only files with IML have.
fn is_iml(name: &str) -> bool {
    [".iml.jsonc", ".iml.json", ".imljson"].iter().any(|ending| name.ends_with(ending))
}

/// The integration manifests that lie in `folder`: no name tells them, only what they hold.
fn manifests(files: &dyn Files, folder: &Path, sources: &mut SourceMap) -> Vec<Candidate> {
    let entries = list(files, folder);
    let json = entries.iter().filter(|entry| !entry.is_folder && entry.name.ends_with(".json"));
    let paths = json.map(|entry| folder.join(&entry.name));
    // Read twice, so that the sources hold nothing of files that are something else.
    let found = paths.filter(|path| {
        let read = single::candidate(files, path, &mut SourceMap::new());
        read.is_ok_and(|candidate| candidate.layout == Layout::Manifest)
    });
    found.filter_map(|path| single::candidate(files, &path, sources).ok()).collect()
}

/// The connection in `folder` whose files are known, with the base of the app around it.
pub(super) fn connection(files: &dyn Files, folder: &Path, sections: &Sections) -> Outline {
    let candidate = candidate(folder, sections);
    let root = parent_app(folder).unwrap_or_else(|| folder.to_owned());
    let mut outline = Outline::new(root, candidate.layout);
    outline.base = general(files, &outline.root, "base");
    outline.common = parent_app(folder).and_then(|app| general(files, &app, "common"));
    outline.connections.push(candidate);
    outline
}

/// The app in `root` with these connections, which may be none.
pub(super) fn app(files: &dyn Files, root: &Path, connections: Vec<Candidate>, sources: SourceMap) -> Outline {
    let components = components_of(files, root);
    let layout = match connections.first() {
        Some(Candidate { layout: Layout::SingleFile | Layout::Bundle | Layout::Manifest, .. }) => Layout::Loose,
        Some(first) => first.layout,
        None => layout_without_connection(&components),
    };
    let at_root = here(files, root).is_some();
    let mut outline = Outline { sources, ..Outline::new(root, layout) };
    outline.name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    outline.base = general(files, root, "base");
    // In a folder that is itself a connection, `common.json` is the connection's.
    outline.common = if at_root { None } else { general(files, root, "common") };
    outline.components = components;
    outline.connections = connections;
    outline
}

/// The layout by the names of the components' files.
fn layout_without_connection(components: &[ComponentOutline]) -> Layout {
    let paths = components.iter().flat_map(|component| &component.parts).filter_map(|(_, slot)| slot.path());
    let known = paths.filter_map(|path| match path.file_name()?.to_str()? {
        "api.imljson" => Some(Layout::Export),
        "communication.imljson" => Some(Layout::GitHubSync),
        _ => None,
    });
    known.into_iter().next().unwrap_or(Layout::Loose)
}

/// The modules, remote procedures, … of the app in `root`, by the names of its folders and files.
pub(super) fn components_of(files: &dyn Files, root: &Path) -> Vec<ComponentOutline> {
    let mut found = Vec::new();
    for parent in [root.to_owned(), root.join("src")] {
        for (name, kind) in KINDS {
            found.extend(components(files, &parent.join(name), kind));
        }
    }
    found.extend(flat_components(files, root));
    found
}

/// The folders of components.
pub(super) const KINDS: [(&str, ComponentKind); 10] = [
    ("modules", ComponentKind::Module),
    ("module", ComponentKind::Module),
    ("rpcs", ComponentKind::Rpc),
    ("rpc", ComponentKind::Rpc),
    ("webhooks", ComponentKind::Webhook),
    ("webhook", ComponentKind::Webhook),
    ("functions", ComponentKind::Function),
    ("function", ComponentKind::Function),
    ("endpoints", ComponentKind::Endpoint),
    ("endpoint", ComponentKind::Endpoint),
];

/// The connections of a folder `connections`: one in each folder; or, when there is none, one in the folder itself,
/// or one in each file.
fn below(files: &dyn Files, folder: &Path, sources: &mut SourceMap) -> Vec<Candidate> {
    let entries = list(files, folder);
    let in_folders: Vec<_> = entries
        .iter()
        .filter(|entry| entry.is_folder)
        .filter_map(|entry| here(files, &folder.join(&entry.name)))
        .collect();
    if !in_folders.is_empty() {
        return in_folders;
    }
    if let Some(candidate) = here(files, folder) {
        return vec![candidate];
    }
    let json = entries.iter().filter(|entry| !entry.is_folder && stem(&entry.name).is_some());
    json.filter_map(|entry| single::candidate(files, &folder.join(&entry.name), sources).ok()).collect()
}

/// The connection whose sections lie in `folder`.
pub(super) fn here(files: &dyn Files, folder: &Path) -> Option<Candidate> {
    let sections = resolve(&list(files, folder), None);
    sections.contains_key(&Section::Communication).then(|| candidate(folder, &sections))
}

fn candidate(folder: &Path, sections: &Sections) -> Candidate {
    let communication = sections.get(&Section::Communication).map_or("", String::as_str);
    let folder_name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = match prefix(communication) {
        Some(prefix) if folder_name.is_none() || is_connections_folder(folder) => prefix.to_owned(),
        _ => folder_name.unwrap_or_else(|| "connection".to_owned()),
    };
    let slots = sections.iter().map(|(section, file)| (*section, Slot::file(folder.join(file)))).collect();
    Candidate { layout: layout_of(sections, communication), name, slots, findings: Vec::new() }
}

/// The layout by the names of its files. An export never contains common data, so a folder with them is none.
fn layout_of(sections: &Sections, communication: &str) -> Layout {
    match communication {
        "api.imljson" | "api-oauth.imljson" if !sections.contains_key(&Section::Common) => Layout::Export,
        "communication.imljson" if sections.contains_key(&Section::Metadata) => Layout::GitHubSync,
        _ => Layout::Loose,
    }
}

/// The modules, remote procedures, … in a folder: one in each folder, one in each file.
fn components(files: &dyn Files, folder: &Path, kind: ComponentKind) -> Vec<ComponentOutline> {
    let entries = list(files, folder);
    entries
        .iter()
        .filter_map(|entry| {
            let path = folder.join(&entry.name);
            if !entry.is_folder {
                let name = stem(&entry.name).filter(|name| *name != "groups" && *name != "metadata")?;
                let parts = vec![("communication".to_owned(), Slot::file(path))];
                return Some(ComponentOutline { kind, name: name.to_owned(), parts, metadata: None });
            }
            let component = component(files, &path, &entry.name, kind);
            (!component.parts.is_empty()).then_some(component)
        })
        .collect()
}

/// The component whose sections are the files of a folder.
pub(super) fn component(files: &dyn Files, folder: &Path, name: &str, kind: ComponentKind) -> ComponentOutline {
    let mut component = ComponentOutline { kind, name: name.to_owned(), parts: Vec::new(), metadata: None };
    for file in list(files, folder).iter().filter(|file| !file.is_folder) {
        let slot = Slot::file(folder.join(&file.name));
        match part_name(&file.name) {
            Some("metadata") => component.metadata = Some(slot),
            Some(name) => component.parts.push((name.to_owned(), slot)),
            None => {}
        }
    }
    component
}

/// The modules, … of an app whose files all lie in one folder: `module.<name>.<section>.imljson`.
fn flat_components(files: &dyn Files, root: &Path) -> Vec<ComponentOutline> {
    let mut found: BTreeMap<(ComponentKind, String), Vec<(String, Slot)>> = BTreeMap::new();
    for entry in list(files, root).iter().filter(|entry| !entry.is_folder) {
        let mut words = stem(&entry.name).unwrap_or_default().splitn(3, '.');
        let (Some(folder), Some(name), Some(section)) = (words.next(), words.next(), words.next()) else { continue };
        let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == folder) else { continue };
        let parts = found.entry((*kind, name.to_owned())).or_default();
        parts.push((section.to_owned(), Slot::file(root.join(&entry.name))));
    }
    found.into_iter().map(|((kind, name), parts)| ComponentOutline { kind, name, parts, metadata: None }).collect()
}

/// The section a component's file holds: `api` of `api.imljson`, `code` of `code.js`.
pub(super) fn part_name(file: &str) -> Option<&str> {
    let name = stem(file).or_else(|| file.strip_suffix(".js"))?;
    Some(name.rsplit_once('.').map_or(name, |(_, last)| last))
}

/// The app's own `base` or `common`.
fn general(files: &dyn Files, root: &Path, name: &str) -> Option<Slot> {
    let folders = [root.to_owned(), root.join("general"), root.join("app"), root.join("src"), root.join("base")];
    let candidates = folders
        .iter()
        .flat_map(|folder| ENDINGS.iter().rev().map(move |ending| folder.join(format!("{name}{ending}"))));
    candidates.into_iter().find(|path| files.is_file(path)).map(Slot::file)
}

/// The app's folder, when `folder` is one of its connections.
pub(super) fn parent_app(folder: &Path) -> Option<PathBuf> {
    let connections = if is_connections_folder(folder) { folder } else { folder.parent()? };
    let app = is_connections_folder(connections).then(|| connections.parent()).flatten()?;
    Some(app.to_owned())
}

fn is_connections_folder(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == "connections" || name == "connection")
}

pub(super) fn list(files: &dyn Files, folder: &Path) -> Vec<Entry> {
    files.list(folder).unwrap_or_default()
}
