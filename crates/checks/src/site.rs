//! Every text of a definition that Make evaluates, with where in a connection's life that happens.

use connspec_diagnostics::{Place, Span};
use connspec_iml::{Template, Variable};
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
    /// The text's node.
    pub node: &'a Node,
    /// JSON pointer within the section.
    pub pointer: String,
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

    /// Every variable that is read, with its place in the file.
    pub fn reads(&self) -> Vec<Read> {
        let variables = self.template.variables().into_iter();
        variables.map(|Variable { segments, span, .. }| Read { segments, place: self.place(span) }).collect()
    }

    /// Whether the variable is read, by its first segments: `reads_variable(&["temp", "code"])`.
    pub fn reads_variable(&self, segments: &[&str]) -> bool {
        self.reads().iter().any(|read| read.starts_with(segments))
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

/// The texts of a connection's communication section.
pub(crate) fn of_connection<'a>(app: &'a App, part: &'a Part) -> Vec<Site<'a>> {
    let Some(root) = &part.node else { return Vec::new() };
    let mut sites = Vec::new();
    let blocks: Vec<_> =
        root.effective_members().filter_map(|member| Some((Phase::of_block(&member.key)?, member))).collect();
    let is_oauth = blocks.iter().any(|(phase, _)| *phase != Phase::SharedOAuth) && root.get("url").is_none();
    if !is_oauth {
        requests((app, part), root, "", Phase::Basic, "api", &mut sites);
        return sites;
    }
    for (phase, member) in blocks {
        requests((app, part), &member.value, &format!("/{}", member.key), phase, &member.key, &mut sites);
    }
    sites
}

/// The texts of a base, module, remote procedure, webhook or endpoint section.
pub(crate) fn of_component<'a>(app: &'a App, part: &'a Part, phase: Phase, name: &str) -> Vec<Site<'a>> {
    let mut sites = Vec::new();
    if let Some(root) = &part.node {
        requests((app, part), root, "", phase, name, &mut sites);
    }
    sites
}

/// One request, or each of a list of them.
fn requests<'a>(
    (app, part): (&'a App, &'a Part),
    node: &'a Node,
    pointer: &str,
    phase: Phase,
    block: &str,
    sites: &mut Vec<Site<'a>>,
) {
    if !node.is_array() {
        let at = Site {
            app,
            part,
            node,
            pointer: pointer.to_owned(),
            template: Template::parse(""),
            phase,
            block: block.to_owned(),
            request: 0,
            path: Vec::new(),
        };
        return texts(&at, node, sites);
    }
    for (index, element) in node.elements().iter().enumerate() {
        let at = Site {
            app,
            part,
            node: element,
            pointer: format!("{pointer}/{index}"),
            template: Template::parse(""),
            phase,
            block: format!("{block}[{}]", index + 1),
            request: index,
            path: Vec::new(),
        };
        texts(&at, element, sites);
    }
}

/// Keys beside the directives whose texts are taken as they stand: the paths to hide, and what modules written as one
/// file have besides.
const NEVER_EVALUATED: &[&str] =
    &["log", "parameters", "expect", "mappable_parameters", "static_parameters", "interface", "samples"];

/// Every text below `node`, which stands where `at` says.
fn texts<'a>(at: &Site<'a>, node: &'a Node, sites: &mut Vec<Site<'a>>) {
    match &node.value {
        NodeValue::Text(text) => sites.push(Site { node, template: Template::parse(&text.value), ..at.clone() }),
        NodeValue::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                texts(&below(at, &index.to_string()), element, sites);
            }
        }
        NodeValue::Object(_) => {
            for member in node.effective_members() {
                if at.path.is_empty() && NEVER_EVALUATED.contains(&member.key.as_str()) {
                    continue;
                }
                texts(&below(at, &member.key), &member.value, sites);
            }
        }
        _ => {}
    }
}

fn below<'a>(at: &Site<'a>, key: &str) -> Site<'a> {
    let mut site = at.clone();
    site.pointer.push('/');
    site.pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
    site.path.push(key.to_owned());
    site
}
