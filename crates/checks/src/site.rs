//! Every text of a definition that Make evaluates, with where in a connection's life that happens.

use connspec_diagnostics::{Place, Span};
use connspec_iml::{Template, Variable};
use connspec_spec::node::Text;
use connspec_spec::{App, Node, NodeValue, Part};

/// Where in the life of an app an expression is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// The request of a basic connection.
    Basic,
    /// Before the redirect.
    Preauthorize,
    /// The redirect, and the callback's reading under `response`.
    Authorize,
    /// The exchange of the code, or of credentials.
    Token,
    /// Who is connected.
    Info,
    /// New tokens for old.
    Refresh,
    /// The end of the connection.
    Invalidate,
    /// OAuth 1: temporary credentials.
    RequestToken,
    /// OAuth 1: lasting credentials.
    AccessToken,
    /// OAuth 1: the signing directive all requests share.
    SharedOAuth,
    /// The app's base.
    Base,
    /// A module, remote procedure, webhook or endpoint.
    Component,
}

impl Phase {
    /// The phase of a block of a communication section, by its key.
    pub fn of_block(key: &str) -> Option<Self> {
        Some(match key {
            "preauthorize" => Self::Preauthorize,
            "authorize" => Self::Authorize,
            "token" => Self::Token,
            "info" => Self::Info,
            "refresh" => Self::Refresh,
            "invalidate" => Self::Invalidate,
            "requestToken" => Self::RequestToken,
            "accessToken" => Self::AccessToken,
            "oauth" => Self::SharedOAuth,
            _ => return None,
        })
    }

    /// Whether it belongs to a connection.
    pub fn is_connection(self) -> bool {
        !matches!(self, Self::Base | Self::Component)
    }

    /// Whether it runs within one creation of the connection, where `temp` is kept (connection.md §13).
    pub fn keeps_temp(self) -> bool {
        !matches!(self, Self::Refresh | Self::Invalidate)
    }
}

/// One text that Make evaluates.
#[derive(Clone, Debug)]
pub struct Site<'a> {
    /// The app it belongs to.
    pub app: &'a App,
    /// The section it stands in.
    pub part: &'a Part,
    /// The request object it belongs to.
    pub owner: &'a Node,
    /// The text's node.
    pub node: &'a Node,
    /// The text, parsed.
    pub template: Template,
    /// When it is evaluated.
    pub phase: Phase,
    /// The block as reports name it: `token`, `token[2]`; the component's name outside connections.
    pub block: String,
    /// Which request of the block, from 0.
    pub request: usize,
    /// The keys from the request object to the text: `["response", "data", "expires"]`.
    pub path: Vec<String>,
    reads: Vec<Read>,
}

impl Site<'_> {
    /// The file place of a span of the decoded text.
    pub fn place(&self, span: Span) -> Place {
        self.node.place_of(span)
    }

    /// Whether the path starts with these keys: `is_under(&["response", "data"])`.
    pub fn is_under(&self, keys: &[&str]) -> bool {
        self.path.len() >= keys.len() && self.path.iter().zip(keys).all(|(have, want)| have == want)
    }

    /// The directive the text belongs to: the first key, or `response.` and the second.
    pub fn directive(&self) -> String {
        match self.path.as_slice() {
            [response, inner, ..] if response == "response" => format!("response.{inner}"),
            [first, ..] => first.clone(),
            [] => String::new(),
        }
    }

    /// Whether it is evaluated after the answer has arrived.
    pub fn is_response_side(&self) -> bool {
        self.path.first().is_some_and(|key| matches!(key.as_str(), "response" | "repeat" | "while"))
    }

    /// The last key of the path, empty at the top.
    pub fn key(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Every variable that is read, in the order of the file.
    pub fn reads(&self) -> &[Read] {
        &self.reads
    }

    /// The variable that stands at `span` of the decoded text.
    pub fn read_at(&self, span: Span) -> Option<&Read> {
        let place = self.place(span);
        self.reads.binary_search_by_key(&place, |read| read.place).ok().map(|index| &self.reads[index])
    }

    /// Whether the variable is read, by its first segments: `reads_variable(&["temp", "code"])`.
    pub fn reads_variable(&self, segments: &[&str]) -> bool {
        self.reads.iter().any(|read| read.starts_with(segments))
    }
}

/// A variable that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// `["body", "data", "token"]`; computed steps end the list.
    pub segments: Vec<String>,
    /// Where.
    pub place: Place,
}

impl Read {
    /// The root's name.
    pub fn root(&self) -> &str {
        self.segments.first().map_or("", String::as_str)
    }

    /// The step after the root.
    pub fn key(&self) -> Option<&str> {
        self.segments.get(1).map(String::as_str)
    }

    /// Whether it starts with these segments.
    pub fn starts_with(&self, segments: &[&str]) -> bool {
        self.segments.len() >= segments.len() && self.segments.iter().zip(segments).all(|(have, want)| have == want)
    }
}

/// One request object, where its texts are collected.
#[derive(Clone, Copy)]
pub(crate) struct At<'a, 'b> {
    /// The app.
    pub app: &'a App,
    /// The section.
    pub part: &'a Part,
    /// The request object.
    pub owner: &'a Node,
    /// When it runs.
    pub phase: Phase,
    /// The block's name for messages.
    pub block: &'b str,
    /// Which request of the block, from 0.
    pub request: usize,
}

/// The texts of a base, module, remote procedure, webhook or endpoint section.
pub(crate) fn of_component<'a>(app: &'a App, part: &'a Part, phase: Phase, name: &str) -> Vec<Site<'a>> {
    let mut sites = Vec::new();
    let Some(root) = &part.node else { return sites };
    if !root.is_array() {
        of_request(At { app, part, owner: root, phase, block: name, request: 0 }, &mut sites);
    }
    for (request, owner) in root.elements().iter().enumerate() {
        let block = format!("{name}[{}]", request + 1);
        of_request(At { app, part, owner, phase, block: &block, request }, &mut sites);
    }
    sites
}

/// The texts of one request object, behind those already found.
pub(crate) fn of_request<'a>(at: At<'a, '_>, sites: &mut Vec<Site<'a>>) {
    texts(at, &mut Vec::new(), at.owner, sites);
}

/// Keys beside the directives whose texts are taken as they stand: the paths to hide, and what modules written as one
/// file have besides.
pub(crate) const NEVER_EVALUATED: &[&str] =
    &["log", "parameters", "expect", "mappable_parameters", "static_parameters", "interface", "samples"];

/// Every text below `node`, to which `path` leads from the request object.
fn texts<'a>(at: At<'a, '_>, path: &mut Vec<String>, node: &'a Node, sites: &mut Vec<Site<'a>>) {
    match &node.value {
        NodeValue::Text(text) => sites.push(site(at, path, node, text)),
        NodeValue::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                path.push(index.to_string());
                texts(at, path, element, sites);
                path.pop();
            }
        }
        NodeValue::Object(_) => {
            for member in node.effective_members() {
                if path.is_empty() && NEVER_EVALUATED.contains(&member.key.as_str()) {
                    continue;
                }
                path.push(member.key.clone());
                texts(at, path, &member.value, sites);
                path.pop();
            }
        }
        _ => {}
    }
}

fn site<'a>(at: At<'a, '_>, path: &[String], node: &'a Node, text: &Text) -> Site<'a> {
    let At { app, part, owner, phase, block, request } = at;
    let template = text.template().clone();
    let read = |variable: &Variable| Read { segments: variable.segments.clone(), place: node.place_of(variable.span) };
    let mut reads: Vec<Read> = template.variables().iter().map(read).collect();
    reads.sort_by_key(|read| read.place);
    Site { app, part, owner, node, template, phase, block: block.to_owned(), request, path: path.to_vec(), reads }
}
