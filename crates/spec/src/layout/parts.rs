//! Parts of an app that are no connection's, given alone: a module's file or folder, the base, common data. The app
//! around them is read as ever, and only they are asked for. Where there is no app around, they are judged as what
//! their folders, names and keys say they are, never as connections.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use connspec_diagnostics::SourceMap;
use connspec_diagnostics::secrets::is_secret_name;
use connspec_iml::Template;
use hashbrown::HashSet;

use super::files::normal;
use super::folders::{self, KINDS};
use super::outline::{ComponentOutline, Outline, Slot};
use super::sections::{Section, stem};
use super::{ComponentKind, Files, Layout, local, single};
use crate::model::Part;
use crate::node::{Member, Node};
use crate::vocabulary::{OAUTH1_BLOCKS, OAUTH2_BLOCKS};

/// The same app, asked for what lies at `path`, or below it, and is no connection's. None when nothing does.
pub(super) fn asked_for(outline: Outline, path: &Path) -> Option<Outline> {
    let files = files_at(&outline, path);
    (!files.is_empty()).then_some(Outline { asked_for: Some(files), ..outline })
}

fn files_at(outline: &Outline, path: &Path) -> Vec<PathBuf> {
    let wanted = normal(path);
    let is_wanted = |file: &Path| normal(file).starts_with(&wanted);
    let general = [&outline.base, &outline.common].into_iter().flatten().filter_map(Slot::path);
    let mut files: Vec<PathBuf> =
        general.filter(|file| is_wanted(file)).map(|file| normal(file).into_owned()).collect();
    // As with connections, one section asks for its component as a whole.
    for component in &outline.components {
        if component_files(component).any(is_wanted) {
            files.extend(component_files(component).map(|file| normal(file).into_owned()));
        }
    }
    files
}

fn component_files(component: &ComponentOutline) -> impl Iterator<Item = &Path> {
    component.parts.iter().map(|(_, slot)| slot).chain(&component.metadata).filter_map(Slot::path)
}

/// The app around a folder of components, or of one component, or of general files.
pub(super) fn folder(files: &dyn Files, folder: &Path) -> Option<Outline> {
    if let Some(outline) = in_components_folder(files, folder, folder) {
        return Some(outline);
    }
    if is_general_folder(folder)
        && let Some(outline) = app_at(files, folder.parent()?).and_then(|app| asked_for(app, folder))
    {
        return Some(outline);
    }
    component_by_its_files(files, folder)
}

/// The app around a file of a component.
pub(super) fn file_of_component(files: &dyn Files, path: &Path) -> Option<Outline> {
    let folder = path.parent()?;
    let name = path.file_name()?.to_str()?;
    let mut words = stem(name).unwrap_or_default().splitn(3, '.');
    let is_flat = words.next().is_some_and(|word| kind_of(word).is_some()) && words.nth(1).is_some();
    if is_flat {
        let app = app_at(files, folder).unwrap_or_else(|| bare(files, folder));
        return asked_for(app, path);
    }
    if let Some(outline) = in_components_folder(files, folder, path) {
        return Some(outline);
    }
    // A name such as `notes.json` says nothing: what lies beside it does not matter.
    let is_named = |part| part == "api" || part == Section::Communication.name() || is_of_component(part);
    folders::part_name(name).filter(|part| is_named(part))?;
    component_by_its_files(files, folder).filter(|outline| !files_at(outline, path).is_empty())
}

/// The app around its base, common data, metadata or groups, given alone.
pub(super) fn general_file(files: &dyn Files, path: &Path) -> Option<Outline> {
    let folder = path.parent()?;
    let name = path.file_name()?.to_str()?;
    if !matches!(stem(name)?, "base" | "common" | "metadata" | "groups") || folders::parent_app(folder).is_some() {
        return None;
    }
    let above = folder.parent().filter(|_| is_general_folder(folder));
    let mut app = [Some(folder), above].into_iter().flatten().find_map(|root| app_at(files, root))?;
    app.asked_for = Some(vec![normal(path).into_owned()]);
    Some(app)
}

/// What a file without an app is by its keys: a connection, unless they are plainly those of a component or a base.
pub(super) fn by_its_keys(outline: Outline) -> Outline {
    let in_connections = outline.root.parent().is_some_and(|folder| folders::parent_app(folder).is_some());
    let Some(part) = communication_part(&outline).filter(|_| !in_connections) else { return outline };
    let Some(root) = part.node.as_ref() else { return outline };
    let kind = kind_by_keys(root);
    if kind.is_none() && !is_base(root) {
        return outline;
    }
    let name = single::connection_name(&outline.root);
    let slot = Slot::Inline(Box::new(part.clone()));
    let findings = outline.connections.into_iter().flat_map(|candidate| candidate.findings).collect();
    let mut part = Outline {
        name: name.clone(),
        sources: outline.sources,
        findings,
        ..Outline::new(outline.root, outline.layout)
    };
    match kind {
        Some(kind) => {
            let parts = vec![(Section::Communication.name().to_owned(), slot)];
            part.components.push(ComponentOutline { kind, name, parts, metadata: None });
        }
        None => part.base = Some(slot),
    }
    part
}

/// The component whose sections are these files of a folder, if the communication among them is plainly a component's.
/// It may have been read already.
pub(super) fn by_keys_in_folder(
    files: &dyn Files,
    folder: &Path,
    sections: &BTreeMap<Section, String>,
    read: Option<&Outline>,
) -> Option<Outline> {
    let may_be =
        |section: &Section| matches!(section, Section::Communication | Section::Parameters | Section::Metadata);
    if folders::parent_app(folder).is_some() || !sections.keys().all(may_be) {
        return None;
    }
    let path = folder.join(sections.get(&Section::Communication)?);
    let kind = match read.filter(|read| normal(&read.root) == normal(&path)) {
        Some(read) => kind_by_keys(communication(read)?),
        None => kind_by_keys(communication(&single::outline(files, &path).ok()?)?),
    }?;
    let name = single::connection_name(&path);
    let mut outline = Outline { name: name.clone(), ..Outline::new(folder, Layout::Loose) };
    let parts = sections.iter().filter(|(section, _)| **section != Section::Metadata);
    let parts = parts.map(|(section, file)| (section.name().to_owned(), Slot::file(folder.join(file)))).collect();
    let metadata = sections.get(&Section::Metadata).map(|file| Slot::file(folder.join(file)));
    outline.components.push(ComponentOutline { kind, name, parts, metadata });
    Some(outline)
}

/// The communication section of a file that has been read.
fn communication_part(outline: &Outline) -> Option<&Part> {
    match outline.connections.first()?.slots.get(&Section::Communication)? {
        Slot::Inline(part) => Some(part),
        Slot::File { .. } => None,
    }
}

fn communication(outline: &Outline) -> Option<&Node> {
    communication_part(outline)?.node.as_ref()
}

/// The kind of component whose communication section this plainly is: it has directives that no connection has, and
/// none that only connections have.
fn kind_by_keys(root: &Node) -> Option<ComponentKind> {
    let requests: Vec<&Node> = if root.is_array() { root.elements().iter().collect() } else { vec![root] };
    let holds = |keys: &[&str], request: &Node| keys.iter().any(|key| request.get(key).is_some());
    let answers =
        |keys: &[&str]| requests.iter().filter_map(|request| request.get("response")).any(|answer| holds(keys, answer));
    let asks = |keys: &[&str]| requests.iter().any(|request| holds(keys, request));
    let is_connection =
        has_blocks(root) || asks(&["parameters"]) || answers(&["data", "uid", "metadata", "expires", "scope"]);
    let limits = || answers(&["limit"]) && !requests.iter().any(|request| asks_with_a_credential(request));
    if is_connection {
        None
    } else if asks(&["respond", "verification", "output", "iterate"]) && root.get("url").is_none() {
        Some(ComponentKind::Webhook)
    } else if asks(&["pagination"]) || answers(&["output", "iterate", "wrapper", "trigger"]) || limits() {
        Some(ComponentKind::Module)
    } else {
        None
    }
}

/// Whether a request goes to a whole address with a secret of the form: a connection does, to verify what it asks for. A
/// module has its secrets from the connection.
fn asks_with_a_credential(request: &Node) -> bool {
    let is_whole = request.get("url").and_then(Node::as_str).is_some_and(|url| url.contains("://"));
    let sent = ["headers", "qs", "body"].into_iter().filter_map(|key| request.get(key)).flat_map(Node::members);
    let is_secret = |member: &Member| {
        let variables = member.value.template().map_or(&[][..], Template::variables);
        variables.iter().any(|variable| match variable.segments.as_slice() {
            [root, name] => root == "parameters" && is_secret_name(name),
            _ => false,
        })
    };
    is_whole && sent.into_iter().any(is_secret)
}

/// Whether a file is plainly a base: it has an address for others to be joined to, and asks nobody itself.
fn is_base(root: &Node) -> bool {
    root.get("baseUrl").is_some() && root.get("url").is_none() && !has_blocks(root)
}

fn has_blocks(root: &Node) -> bool {
    root.effective_members().any(|member| OAUTH2_BLOCKS.iter().chain(OAUTH1_BLOCKS).any(|block| member.key == *block))
}

/// What lies at `path` in a folder `modules`, `rpcs`, …, which is `folder` or the one around it.
fn in_components_folder(files: &dyn Files, folder: &Path, path: &Path) -> Option<Outline> {
    if folders::parent_app(folder).is_some() {
        return None;
    }
    let mut near = [Some(folder), folder.parent()].into_iter().flatten();
    let (place, kind) = near.find_map(|place| Some((place, kind_of(place.file_name()?.to_str()?)?)))?;
    let root = place.parent()?;
    let above = root.parent().filter(|_| root.file_name().is_some_and(|name| name == "src"));
    let app = [Some(root), above].into_iter().flatten().find_map(|root| app_at(files, root));
    let Some(app) = app else {
        // A folder `functions` or `endpoint` says nothing by itself.
        return asked_for(bare(files, root), path).filter(|_| kind.is_run_by_requests());
    };
    let mut wanted = files_at(&app, path);
    if wanted.is_empty() && files.is_file(path) {
        // The groups of modules, or something that is none of Make's.
        wanted.push(normal(path).into_owned());
    }
    (!wanted.is_empty()).then_some(Outline { asked_for: Some(wanted), ..app })
}

/// The app in a folder, with or without connections.
fn app_at(files: &dyn Files, root: &Path) -> Option<Outline> {
    if files.is_file(&root.join(local::MANIFEST)) {
        let mut outline = local::outline(files, root).ok()?;
        // What the manifest does not name is judged too.
        let named = outline.components.iter().flat_map(component_files).map(|file| normal(file).into_owned());
        let named: HashSet<PathBuf> = named.collect();
        let others = folders::components_of(files, root).into_iter();
        let others = others.filter(|other| component_files(other).all(|file| !named.contains(&*normal(file))));
        outline.components.extend(others);
        return Some(outline);
    }
    folders::outline(files, root, SourceMap::new()).filter(|outline| outline.asked_for.is_none())
}

/// The components and the base in a folder that nothing shows to be an app.
fn bare(files: &dyn Files, root: &Path) -> Outline {
    folders::app(files, root, Vec::new(), SourceMap::new())
}

/// The component that lies in a folder of any name, by the files that only components have.
fn component_by_its_files(files: &dyn Files, folder: &Path) -> Option<Outline> {
    if folders::parent_app(folder).is_some() {
        return None;
    }
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let component = folders::component(files, folder, &name, ComponentKind::Module);
    let has = |wanted: &[&str]| component.parts.iter().any(|(part, _)| wanted.contains(&part.as_str()));
    let asks = has(&["api", Section::Communication.name()]);
    if !asks || !component.parts.iter().any(|(part, _)| is_of_component(part)) || has(&CONNECTION_S) {
        return None;
    }
    if !folders::components_of(files, folder).is_empty() {
        return None;
    }
    let kind = if has(&["attach", "detach", "update"]) { ComponentKind::Webhook } else { ComponentKind::Module };
    let mut outline = bare(files, folder);
    outline.components = vec![ComponentOutline { kind, ..component }];
    Some(outline)
}

/// Sections that only connections have.
const CONNECTION_S: [&str; 8] = [
    "oauth-communication",
    "api-oauth",
    "scopes",
    "scope-list",
    "default-scope",
    "installSpec",
    "install-spec",
    "install-directives",
];

/// Whether only components have a section of this name.
fn is_of_component(part: &str) -> bool {
    matches!(
        part,
        "expect" | "interface" | "samples" | "epoch" | "mappable-params" | "static-params" | "attach" | "detach"
    )
}

fn kind_of(name: &str) -> Option<ComponentKind> {
    KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

fn is_general_folder(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| ["general", "app", "src", "base"].iter().any(|known| name == *known))
}
