//! Reads what an outline lists, and types it.

use std::io;
use std::path::Path;
use std::sync::Arc;

use connspec_diagnostics::{Diagnostic, Place, SourceMap, Span, suggest};

use super::entries::Entries;
use super::files::normal;
use super::groups;
use super::outline::{Candidate, ComponentOutline, Mapped, Outline, Slot};
use super::sections::Section;
use super::{App, Component, ComponentKind, Files, Layout, LoadError, LoadErrorKind, LoadOptions, Loaded};
use crate::compat::Compat;
use crate::dialect::is_manifest;
use crate::json;
use crate::model::{Declaration, DeclaredKind, DefinitionParts, Part, Sections, assemble};
use crate::node::Node;
use crate::rules;

/// Reads the chosen connection of an outline.
pub(super) fn connection(files: &dyn Files, outline: Outline, options: &LoadOptions) -> Result<Loaded, LoadError> {
    let chosen = choose(&outline, options.connection.as_deref())?;
    let Outline { root, layout, mut connections, base, sources, findings, .. } = outline;
    let compat = settings(files, &root, layout)?;
    let mut reader = Reader { files, sources };
    let mut sections = reader.sections(connections.swap_remove(chosen));
    sections.findings.splice(0..0, findings);
    sections.base = base.and_then(|slot| reader.part("base", slot, &mut sections.findings));
    let definition = assemble(sections, &Arc::new(reader.sources));
    Ok(Loaded { definition, root, compat })
}

/// Reads everything of an outline.
pub(super) fn app(files: &dyn Files, outline: Outline) -> Result<App, LoadError> {
    let Outline {
        root,
        layout,
        name,
        connections,
        connection_names,
        mapped,
        base,
        common,
        groups,
        components,
        sources,
        mut findings,
        asked_for,
    } = outline;
    let compat = settings(files, &root, layout)?;
    let mut reader = Reader { files, sources };
    let base = base.and_then(|slot| reader.part("base", slot, &mut findings));
    let common = common.and_then(|slot| reader.part("common", slot, &mut findings));
    let groups = groups.and_then(|slot| reader.part("groups", slot, &mut findings));
    let mut all: Vec<_> = connections.into_iter().map(|candidate| reader.sections(candidate)).collect();
    let components: Vec<_> =
        components.into_iter().map(|component| reader.component(component, &mut findings)).collect();
    findings.extend(entries(layout, &all, (&connection_names, &mapped), &components).examine());
    findings.extend(groups.iter().flat_map(|groups| groups::examine(groups, &components, &mapped.modules)));
    let sources = Arc::new(reader.sources);
    all.iter_mut().for_each(|sections| sections.base = base.clone());
    let connections = all.into_iter().map(|sections| assemble(sections, &sources)).collect();
    let asked_for = asked_for.map(|paths| {
        let asked =
            sources.iter().filter(|(_, file)| paths.iter().any(|path| **path == *normal(Path::new(file.name()))));
        asked.map(|(source, _)| source).collect()
    });
    let aliases = if layout.is_one_file() { Vec::new() } else { aliases(files, &root) };
    Ok(App { root, layout, name, sources, connections, base, common, components, findings, compat, aliases, asked_for })
}

/// The connections that the metadata of the app in `root` calls aliases of others (app-layout.md B). Nothing else is
/// read in that file, so that it is no source of the app.
fn aliases(files: &dyn Files, root: &Path) -> Vec<String> {
    let bytes = ["metadata.json", "metadata.imljson"].iter().find_map(|name| files.read(&root.join(name)).ok());
    let node = bytes.and_then(|bytes| json::read_bytes(&mut SourceMap::new(), "", bytes).1.node);
    let listed = node.as_ref().and_then(|root| root.get("connections")).map_or(&[][..], Node::elements);
    let aliases = listed.iter().filter(|one| one.get("aliasTo").is_some_and(|alias| alias.as_str().is_some()));
    aliases.filter_map(|one| Some(one.get("name")?.as_str()?.to_owned())).collect()
}

/// What the components say of themselves. Of layouts without a manifest all connections are at hand.
fn entries<'a>(
    layout: Layout,
    connections: &'a [Sections],
    (names, mapped): (&'a [String], &'a Mapped),
    components: &'a [Component],
) -> Entries<'a> {
    let metadata = |sections: &'a Sections| sections.parts.metadata.as_ref()?.node.as_ref();
    let connections: Vec<_> = connections.iter().map(|one| (one.name.as_str(), metadata(one))).collect();
    let of_manifest = names.iter().map(String::as_str);
    let connection_names = of_manifest.chain(connections.iter().map(|(name, _)| *name)).collect();
    Entries { layout, connections, components, connection_names, mapped }
}

/// The index of the connection that is meant.
fn choose(outline: &Outline, wanted: Option<&str>) -> Result<usize, LoadError> {
    let names: Vec<&str> = outline.connections.iter().map(|candidate| candidate.name.as_str()).collect();
    let refuse = |kind, message| Err(LoadError::new(kind, &outline.root, message));
    let place = outline.root.display();
    match wanted {
        _ if names.is_empty() => refuse(LoadErrorKind::NoConnection, format!("`{place}` has no connection")),
        None if names.len() == 1 => Ok(0),
        None => refuse(
            LoadErrorKind::SeveralConnections,
            format!("`{place}` has {} connections; choose one with --connection: {}", names.len(), names.join(", ")),
        ),
        Some(wanted) => match names.iter().position(|name| *name == wanted) {
            Some(index) => Ok(index),
            None => {
                let nearest = suggest::nearest(wanted, names.iter().copied());
                let hint = nearest.map_or_else(String::new, |name| format!(" Did you mean `{name}`?"));
                let known = names.join(", ");
                refuse(
                    LoadErrorKind::UnknownConnection,
                    format!("`{place}` has no connection `{wanted}`; it has: {known}.{hint}"),
                )
            }
        },
    }
}

/// The file with the switches, beside the app.
const SETTINGS: &str = "connspec.toml";

fn settings(files: &dyn Files, root: &Path, layout: Layout) -> Result<Compat, LoadError> {
    let mut compat = Compat::default();
    let folder = if layout.is_one_file() { root.parent().unwrap_or(Path::new("")) } else { root };
    let path = folder.join(SETTINGS);
    let refuse = |message: String| LoadError::new(LoadErrorKind::Settings, &path, message);
    match files.read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(refuse(format!("`{}` cannot be read: {error}", path.display()))),
        Ok(bytes) => {
            let name = path.display().to_string();
            let text = String::from_utf8(bytes).map_err(|_| refuse(format!("`{name}` is not UTF-8")))?;
            compat.read_toml(&name, &text).map_err(|error| refuse(error.to_string()))?;
        }
    }
    Ok(compat)
}

struct Reader<'f> {
    files: &'f dyn Files,
    sources: SourceMap,
}

impl Reader<'_> {
    fn sections(&mut self, candidate: Candidate) -> Sections {
        let Candidate { mut layout, name, mut slots, mut findings } = candidate;
        let named_at = slots.get(&Section::Communication).and_then(Slot::named_at);
        let mut optional = |section: Section, reader: &mut Self| {
            let slot = slots.remove(&section)?;
            reader.part(section.name(), slot, &mut findings)
        };
        let communication = optional(Section::Communication, self);
        // What a file is called says nothing about the dialect; what it holds does.
        let manifest = communication.as_ref().filter(|part| part.node.as_ref().is_some_and(is_manifest));
        let foreign = manifest.filter(|_| layout.is_make_s()).map(|part| foreign_dialect(part, named_at));
        if manifest.is_some() {
            layout = Layout::Manifest;
        }
        let parts = DefinitionParts {
            parameters: optional(Section::Parameters, self),
            common: optional(Section::Common, self),
            default_scope: optional(Section::DefaultScope, self),
            scope_list: optional(Section::ScopeList, self),
            install_spec: optional(Section::InstallSpec, self),
            install: optional(Section::Install, self),
            metadata: optional(Section::Metadata, self),
            communication: communication.unwrap_or_else(|| self.missing(&name)),
        };
        if layout == Layout::Manifest {
            // Its reader is Python, where whole numbers have as many digits as they need.
            findings.retain(|finding| finding.code != rules::INEXACT_NUMBER.code);
        }
        findings.extend(foreign);
        let metadata = parts.metadata.as_ref().and_then(|part| part.node.as_ref());
        let label = metadata.and_then(|node| node.get("label")).and_then(Node::as_str).map(str::to_owned);
        let declared_kind = metadata.and_then(declaration);
        Sections { layout, label, declared_kind, parts, base: None, name, findings }
    }

    /// A communication section that no file holds.
    fn missing(&mut self, name: &str) -> Part {
        let path = format!("{name} (communication)");
        let source = self.sources.add_absent(&path);
        Part { name: Section::Communication.name().to_owned(), path, source, node: None }
    }

    fn component(&mut self, outline: ComponentOutline, findings: &mut Vec<Diagnostic>) -> Component {
        let ComponentOutline { kind, name, parts, metadata } = outline;
        let metadata = metadata.and_then(|slot| self.part(Section::Metadata.name(), slot, findings));
        let entry = metadata.as_ref().and_then(|part| part.node.as_ref());
        let named = |key: &str| entry.and_then(|entry| entry.get(key)).and_then(Node::as_str).map(str::to_owned);
        let connection = named("connection");
        let alt_connection = named("altConnection");
        let parts = parts
            .into_iter()
            .filter_map(|(name, slot)| match (kind, &slot) {
                (ComponentKind::Function, Slot::File { path, named_at }) => self.code(&name, path, *named_at, findings),
                _ => self.part(&name, slot, findings),
            })
            .collect();
        Component { kind, name, connection, alt_connection, parts, metadata }
    }

    /// Reads a section. A file that is missing or unreadable gives a finding and a part without a node.
    fn part(&mut self, name: &str, slot: Slot, findings: &mut Vec<Diagnostic>) -> Option<Part> {
        let (path, named_at) = match slot {
            Slot::Inline(part) => return Some(*part),
            Slot::File { path, named_at } => (path, named_at),
        };
        let display = path.display().to_string();
        let (source, node) = match self.files.read(&path) {
            Ok(bytes) => {
                let (source, reading) = json::read_bytes(&mut self.sources, &display, bytes);
                findings.extend(reading.findings);
                (source, reading.node)
            }
            Err(error) => {
                let source = self.sources.add_absent(&display);
                findings.push(unreadable(&display, &error, named_at.unwrap_or(Place::new(source, Span::default()))));
                (source, None)
            }
        };
        Some(Part { name: name.to_owned(), path: display, source, node })
    }

    /// Reads the code of a function: a part without a node.
    fn code(
        &mut self,
        name: &str,
        path: &Path,
        named_at: Option<Place>,
        findings: &mut Vec<Diagnostic>,
    ) -> Option<Part> {
        let display = path.display().to_string();
        let content = self.files.read(path);
        let source = match &content {
            Ok(bytes) => self.sources.add(&display, String::from_utf8_lossy(bytes)),
            Err(_) => self.sources.add_absent(&display),
        };
        if let Err(error) = content {
            findings.push(unreadable(&display, &error, named_at.unwrap_or(Place::new(source, Span::default()))));
        }
        Some(Part { name: name.to_owned(), path: display, source, node: None })
    }
}

/// The declared type: `connectionType` in `makecomapp.json`, `type` elsewhere.
fn declaration(metadata: &Node) -> Option<Declaration> {
    let node = metadata.get("connectionType").or_else(|| metadata.get("type"))?;
    Some(Declaration { kind: DeclaredKind::parse(node.as_str()?), place: node.place })
}

/// A manifest where Make's own tools expect a communication section. It is run as what it is, and Make cannot run it.
fn foreign_dialect(part: &Part, named_at: Option<Place>) -> Diagnostic {
    let place = named_at.or_else(|| part.node.as_ref().map(|node| node.place));
    rules::FOREIGN_DIALECT
        .finding(format!("`{}` is an integration manifest of ChiefOnboarding's, no communication section", part.path))
        .at(place.unwrap_or(Place::new(part.source, Span::default())))
        .why("connspec runs it as the manifest it is; Make would not understand it, and no other section belongs to it")
        .help("make an app of it with `connspec convert --from chiefonboarding`, or keep it in a folder of its own")
}

fn unreadable(path: &str, error: &io::Error, place: Place) -> Diagnostic {
    let why = "the section it holds is treated as absent";
    match error.kind() {
        io::ErrorKind::NotFound => rules::MISSING_PART_FILE
            .finding(format!("the file `{path}` does not exist"))
            .help("create it, correct the path, or write null to have Make's section ignored"),
        io::ErrorKind::FileTooLarge => rules::UNREADABLE_FILE
            .finding(format!("`{path}` is larger than {} MiB", super::MAX_FILE_SIZE / 1024 / 1024))
            .help("no section of a definition is that large; name the right file"),
        kind => rules::UNREADABLE_FILE.finding(format!("`{path}` cannot be read: {error}")).help(match kind {
            io::ErrorKind::TimedOut => "start what writes into it first, or put a file in its place",
            _ => "make the file readable",
        }),
    }
    .at(place)
    .why(why)
}
