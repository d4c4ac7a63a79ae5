//! A whole connection: its sections read, typed and kept raw.

use std::fmt;
use std::sync::{Arc, OnceLock};

use connspec_diagnostics::{Diagnostic, Place, SourceId, SourceMap, Span};
use connspec_iml::JsonTemplate;
use serde_json::{Map, Value as Json};

use super::{Block, Communication, Declaration, Kind, Parameters, definition_hash};
use crate::dialect::Manifest;
use crate::layout::Layout;
use crate::node::{Node, NodeValue};
use crate::rules;

/// One connection, ready to be checked and run.
#[derive(Clone)]
pub struct Definition {
    /// The texts every place of this definition refers to; shared by all connections of an app.
    pub sources: Arc<SourceMap>,
    /// The layout it was found in.
    pub layout: Layout,
    /// The connection's name: local id, folder name, or the file's name without its endings.
    pub name: String,
    /// The label for people; the name when there is none.
    pub label: String,
    /// The declared type, if anything declares one.
    pub declared_kind: Option<Declaration>,
    /// The kind its blocks show.
    pub kind: Kind,
    /// The form.
    pub parameters: Parameters,
    /// The connection's own common data.
    pub common: Common,
    /// Scopes that are always requested.
    pub default_scope: Vec<ScopeName>,
    /// Scopes with the description the user sees.
    pub scope_list: Vec<(ScopeName, String)>,
    /// The administrator's form.
    pub install_spec: Parameters,
    /// How the administrator's form goes into common data: `{"common": {…}}`.
    pub install: Option<JsonTemplate>,
    /// The app's base, which connections do not inherit; `request` uses it.
    pub base: Option<Part>,
    /// Every section as it was written.
    pub parts: DefinitionParts,
    /// What reading noticed. Judgement is for `connspec-checks`.
    pub findings: Vec<Diagnostic>,
    communication: OnceLock<Communication>,
}

/// The raw sections of a connection; absent ones are `None`.
#[derive(Debug, Clone)]
pub struct DefinitionParts {
    /// `communication`, Make's section `api`. Its file may be missing; then it has no node.
    pub communication: Part,
    /// `parameters`.
    pub parameters: Option<Part>,
    /// `common`.
    pub common: Option<Part>,
    /// Default scope, Make's section `scope`.
    pub default_scope: Option<Part>,
    /// Scope list, Make's section `scopes`.
    pub scope_list: Option<Part>,
    /// `installSpec`.
    pub install_spec: Option<Part>,
    /// `install`.
    pub install: Option<Part>,
    /// `metadata.json`, the entry of `makecomapp.json`, or the bundle's other keys.
    pub metadata: Option<Part>,
}

impl DefinitionParts {
    /// Every section that is there.
    pub fn iter(&self) -> impl Iterator<Item = &Part> {
        let Self { communication, parameters, common, default_scope, scope_list, install_spec, install, metadata } =
            self;
        let optional = [parameters, common, default_scope, scope_list, install_spec, install, metadata];
        std::iter::once(communication).chain(optional.into_iter().flatten())
    }
}

/// One section of a connection, module, … in one file or as a member of one.
#[derive(Debug, Clone)]
pub struct Part {
    /// The section's name as the model has it: `communication`, `parameters`, `common`, `defaultScope`, …
    pub name: String,
    /// The file's path as the user would write it.
    pub path: String,
    /// The file.
    pub source: SourceId,
    /// The value; none when the file is too broken to read.
    pub node: Option<Node>,
}

/// The name of a scope and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeName {
    /// The scope.
    pub name: String,
    /// Where.
    pub place: Place,
}

/// Common data of a connection. They are secrets: `Debug` shows the keys only.
#[derive(Clone, Default, PartialEq)]
pub struct Common(pub Map<String, Json>);

impl std::ops::Deref for Common {
    type Target = Map<String, Json>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Debug for Common {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Never shows texts: the sources hold common data.
impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definition")
            .field("name", &self.name)
            .field("layout", &self.layout)
            .field("kind", &self.kind)
            .field("findings", &self.findings.len())
            .finish_non_exhaustive()
    }
}

impl Definition {
    /// The communication section, typed. A section of Make's is read when it is first asked for: whoever only judges a
    /// definition does without.
    pub fn communication(&self) -> &Communication {
        self.communication.get_or_init(|| match &self.parts.communication.node {
            Some(node) => Communication::read(self.kind, node),
            None => Communication::Basic(Block::absent(&self.parts.communication)),
        })
    }

    /// The same definition with another communication section, as for requests of a module, which inherit the base.
    #[must_use]
    pub fn with_communication(mut self, communication: Communication) -> Self {
        self.communication = communication.into();
        self
    }

    /// The manifest, when it is one and no section of Make's.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.is_manifest().then(|| self.communication().manifest())?
    }

    /// Whether it is an integration manifest.
    pub fn is_manifest(&self) -> bool {
        matches!(self.kind, Kind::Manifest | Kind::ManifestOAuth)
    }

    /// Names this state of the definition, see [`definition_hash`].
    pub fn hash(&self) -> String {
        definition_hash(&self.parts)
    }

    /// The file place of a finding inside the communication section: `pointer` is a directive's, `inner` and `span`
    /// an evaluation error's own pointer and range. A pointer that leads nowhere gives the nearest value above it.
    pub fn locate(&self, pointer: &str, inner: &str, span: Span) -> Option<Place> {
        let root = self.parts.communication.node.as_ref()?;
        let full = format!("{pointer}{inner}");
        if let Some(node) = root.at(&full) {
            return Some(node.place_of(span));
        }
        let mut shorter = full.as_str();
        while let Some((above, _)) = shorter.rsplit_once('/') {
            if let Some(node) = root.at(above) {
                return Some(node.place);
            }
            shorter = above;
        }
        None
    }

    /// Whether the layout would show common data if there were any: an export never contains them.
    pub fn common_is_visible(&self) -> bool {
        !matches!(self.layout, Layout::Export)
    }

    /// Whether anything found while reading is an error.
    pub fn is_broken(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == connspec_diagnostics::Severity::Error)
    }
}

/// What a layout found about one connection, before it is typed.
#[derive(Debug, Clone)]
pub(crate) struct Sections {
    pub layout: Layout,
    pub name: String,
    pub label: Option<String>,
    pub declared_kind: Option<Declaration>,
    pub parts: DefinitionParts,
    pub base: Option<Part>,
    pub findings: Vec<Diagnostic>,
}

/// Types the sections of a connection.
pub(crate) fn assemble(sections: Sections, sources: &Arc<SourceMap>) -> Definition {
    let Sections { layout, name, label, declared_kind, parts, base, mut findings } = sections;
    let kind = parts.communication.node.as_ref().map_or(Kind::Basic, |node| kind_of(layout, node));
    // Of Make's sections only the findings are known by now.
    let communication = parts.communication.node.as_ref();
    let manifest = communication.and_then(|node| Communication::judge(kind, node, &mut findings));
    let is_export = layout != Layout::LocalDevelopment;
    let form = |part: &Option<Part>, name: &str, findings: &mut Vec<Diagnostic>| {
        node(part).map_or_else(Parameters::default, |node| Parameters::read(node, name, is_export, findings))
    };
    Definition {
        sources: Arc::clone(sources),
        layout,
        label: label.unwrap_or_else(|| name.clone()),
        name,
        declared_kind,
        kind,
        parameters: manifest
            .as_ref()
            .and_then(Communication::manifest)
            .map_or_else(|| form(&parts.parameters, "parameters", &mut findings), Manifest::parameters),
        communication: manifest.map_or_else(OnceLock::new, OnceLock::from),
        common: node(&parts.common).map_or_else(Common::default, |node| read_common(node, &mut findings)),
        default_scope: node(&parts.default_scope).map_or_else(Vec::new, scope_names),
        scope_list: node(&parts.scope_list).map_or_else(Vec::new, scope_descriptions),
        install_spec: form(&parts.install_spec, "installSpec", &mut findings),
        install: node(&parts.install).map(Node::to_template),
        base,
        parts,
        findings,
    }
}

fn node(part: &Option<Part>) -> Option<&Node> {
    part.as_ref()?.node.as_ref()
}

/// The kind of a communication section; that of a manifest is told by its `oauth`.
fn kind_of(layout: Layout, communication: &Node) -> Kind {
    if layout != Layout::Manifest {
        return Kind::of(communication);
    }
    match communication.get("oauth") {
        Some(oauth) if !oauth.members().is_empty() => Kind::ManifestOAuth,
        _ => Kind::Manifest,
    }
}

fn read_common(node: &Node, findings: &mut Vec<Diagnostic>) -> Common {
    if let Json::Object(object) = node.to_json() {
        return Common(object);
    }
    let empty_list = node.is_array() && node.elements().is_empty();
    if !node.is_null() && !empty_list {
        findings.push(
            rules::PART_SHAPE
                .finding(format!("common data must be an object, not {}", node.kind_name()))
                .at(node.place)
                .why("nothing in it can be read as `common.key`")
                .help("write an object of keys and values"),
        );
    }
    Common::default()
}

fn scope_names(node: &Node) -> Vec<ScopeName> {
    let texts = node.elements().iter();
    texts.filter_map(|node| Some(ScopeName { name: node.as_str()?.to_owned(), place: node.place })).collect()
}

fn scope_descriptions(node: &Node) -> Vec<(ScopeName, String)> {
    let describe = |value: &NodeValue| match value {
        NodeValue::Text(text) => text.value.to_string(),
        _ => String::new(),
    };
    node.effective_members()
        .map(|member| {
            (ScopeName { name: member.key.to_string(), place: member.key_place }, describe(&member.value.value))
        })
        .collect()
}
