//! Every text of a definition that Make evaluates, with where in a connection's life that happens.

use smol_str::SmolStr;
use std::cell::Cell;
use std::rc::Rc;

use connspec_diagnostics::{Place, Span};
use connspec_iml::{Signs, Template, Variable};
use connspec_spec::node::Text;
use connspec_spec::vocabulary::{request_directive, response_directive};
use connspec_spec::{App, Node, NodeValue, Part};
use smallvec::SmallVec;

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

/// What a text may hold: a rule names what it looks for, and is not asked about texts without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// Anything: every text holds it.
    Text,
    /// An expression.
    Expression,
    /// A call of a function.
    Call,
    /// An operator between two operands.
    Operator,
    /// Something odd that the parser has noticed.
    Remark,
}

impl Holding {
    pub(crate) const ALL: [Self; 5] = [Self::Text, Self::Expression, Self::Call, Self::Operator, Self::Remark];
}

fn holds(template: &Template) -> [bool; Holding::ALL.len()] {
    let has_remarks = !template.findings().is_empty();
    [true, !template.is_literal(), template.has_calls(), template.has_operators(), has_remarks]
}

/// One text that Make evaluates.
///
/// What rules ask first stands in one line of a processor's memory: most go no further.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Site<'a> {
    path: SmallVec<[&'a str; 3]>,
    /// When it is evaluated.
    pub phase: Phase,
    holds: [bool; Holding::ALL.len()],
    /// The text's node.
    pub node: &'a Node,
    /// The text, parsed.
    pub template: &'a Template,
    /// The punctuation of the text around its expressions, and that within them.
    signs: (Signs, Signs),
    reads: SmallVec<[Read<'a>; 1]>,
    /// Which request of the block, from 0.
    pub request: usize,
    /// The request object it belongs to.
    pub owner: &'a Node,
    /// The block as reports name it: `token`, `token[2]`; the component's name outside connections.
    pub block: Rc<str>,
    /// The section it stands in.
    pub part: &'a Part,
    /// The app it belongs to.
    pub app: &'a App,
}

impl<'a> Site<'a> {
    /// The keys from the request object to the text: `["response", "data", "expires"]`; of lists the positions, from
    /// `0`.
    pub fn path(&self) -> &[&'a str] {
        &self.path
    }

    /// The file place of a span of the decoded text.
    pub fn place(&self, span: Span) -> Place {
        self.node.place_of(span)
    }

    /// Whether the path starts with these keys: `is_under(&["response", "data"])`.
    pub fn is_under(&self, keys: &[&str]) -> bool {
        self.path.len() >= keys.len() && self.path.iter().zip(keys).all(|(have, want)| have == want)
    }

    /// Whether it belongs to `temp`, of the request or of its answer.
    pub fn is_of_temp(&self) -> bool {
        matches!(self.path[..], ["temp", ..] | ["response", "temp", ..])
    }

    /// Whether there is anything of this sort in the text.
    pub fn holds(&self, sort: Holding) -> bool {
        self.holds[sort as usize]
    }

    /// The punctuation of the text: around its expressions, and within their braces.
    pub fn signs(&self) -> (Signs, Signs) {
        self.signs
    }

    /// Whether it is evaluated after the answer has arrived.
    pub fn is_response_side(&self) -> bool {
        matches!(self.path.first(), Some(&("response" | "repeat" | "while")))
    }

    /// The last key of the path, empty at the top.
    pub fn key(&self) -> &'a str {
        self.path.last().copied().unwrap_or_default()
    }

    /// Every variable that is read, in the order of the file.
    pub fn reads(&self) -> &[Read<'a>] {
        &self.reads
    }

    /// The variable that stands at `span` of the decoded text.
    pub fn read_at(&self, span: Span) -> Option<&Read<'a>> {
        let place = self.place(span);
        self.reads.binary_search_by_key(&place, |read| read.place).ok().map(|index| &self.reads[index])
    }

    /// Whether the variable is read, by its first segments: `reads_variable(&["temp", "code"])`.
    pub fn reads_variable(&self, segments: &[&str]) -> bool {
        self.reads.iter().any(|read| read.starts_with(segments))
    }
}

/// A variable that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read<'a> {
    /// `["body", "data", "token"]`; computed steps end the list.
    pub segments: &'a [SmolStr],
    /// Where.
    pub place: Place,
}

impl<'a> Read<'a> {
    /// The root's name.
    pub fn root(&self) -> &'a str {
        self.segments.first().map_or("", SmolStr::as_str)
    }

    /// The step after the root.
    pub fn key(&self) -> Option<&'a str> {
        self.segments.get(1).map(SmolStr::as_str)
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
    pub block: &'b Rc<str>,
    /// Which request of the block, from 0.
    pub request: usize,
    /// Set when a key stands where directives do and is none.
    pub is_strange: &'b Cell<bool>,
}

/// The texts of a base, module, remote procedure, webhook or endpoint section.
pub(crate) fn of_component<'a>(app: &'a App, part: &'a Part, phase: Phase, name: &str) -> Vec<Site<'a>> {
    let mut sites = Vec::new();
    let Some(root) = &part.node else { return sites };
    let is_strange = &Cell::new(false);
    if !root.is_array() {
        of_request(At { app, part, owner: root, phase, block: &name.into(), request: 0, is_strange }, &mut sites);
    }
    for (request, owner) in root.elements().iter().enumerate() {
        let block = format!("{name}[{}]", request + 1).into();
        of_request(At { app, part, owner, phase, block: &block, request, is_strange }, &mut sites);
    }
    sites
}

/// The texts of one request object, behind those already found.
pub(crate) fn of_request<'a>(at: At<'a, '_>, sites: &mut Vec<Site<'a>>) {
    texts(at, &mut SmallVec::new(), at.owner, sites);
}

/// Keys beside the directives whose texts are taken as they stand: the paths to hide, and what modules written as one
/// file have besides.
pub(crate) const NEVER_EVALUATED: &[&str] =
    &["log", "parameters", "expect", "mappable_parameters", "static_parameters", "interface", "samples"];

/// Every text below `node`, to which `path` leads from the request object.
fn texts<'a>(at: At<'a, '_>, path: &mut SmallVec<[&'a str; 8]>, node: &'a Node, sites: &mut Vec<Site<'a>>) {
    match &node.value {
        NodeValue::Text(text) => sites.push(site(at, path, node, text)),
        NodeValue::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                path.push(position(index));
                texts(at, path, element, sites);
                path.pop();
            }
        }
        NodeValue::Object(_) => {
            for member in node.effective_members() {
                if path.is_empty() && NEVER_EVALUATED.contains(&member.key.as_str()) {
                    continue;
                }
                let word = shared_word(path, &member.key);
                if word.is_none() {
                    at.is_strange.set(true);
                }
                path.push(word.unwrap_or(&member.key));
                texts(at, path, &member.value, sites);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The directive's word where a key is one: all texts have the same before them then. None where a directive must stand
/// and the key is none.
fn shared_word<'a>(path: &[&'a str], key: &'a str) -> Option<&'a str> {
    let word = match path {
        [] => request_directive(key),
        ["response"] => response_directive(key),
        _ => return Some(key),
    };
    word.map(|word| word.name)
}

fn site<'a>(at: At<'a, '_>, path: &[&'a str], node: &'a Node, text: &'a Text) -> Site<'a> {
    let At { app, part, owner, phase, block, request, .. } = at;
    let template = text.template();
    let read = |variable: &'a Variable| Read { segments: &variable.segments, place: node.place_of(variable.span) };
    let mut reads: SmallVec<[Read<'a>; 1]> = template.variables().iter().map(read).collect();
    reads.sort_by_key(|read| read.place);
    Site {
        app,
        part,
        owner,
        node,
        template,
        phase,
        block: Rc::clone(block),
        request,
        path: SmallVec::from_slice(path),
        reads,
        holds: holds(template),
        signs: template.signs(),
    }
}

/// The position of an element of a list as a key. Nobody names an element beyond the first thousand.
fn position(index: usize) -> &'static str {
    const COUNT: usize = 1000;
    const WIDTH: usize = 3;
    static DIGITS: [u8; COUNT * WIDTH] = {
        let mut digits = [b'0'; COUNT * WIDTH];
        let mut number = 0;
        while number < COUNT {
            digits[number * WIDTH] += (number / 100) as u8;
            digits[number * WIDTH + 1] += (number / 10 % 10) as u8;
            digits[number * WIDTH + 2] += (number % 10) as u8;
            number += 1;
        }
        digits
    };
    let number = index.min(COUNT - 1);
    let length = 1 + usize::from(number >= 10) + usize::from(number >= 100);
    let end = (number + 1) * WIDTH;
    str::from_utf8(&DIGITS[end - length..end]).expect("digits are text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_numbers_as_written() {
        for index in [0, 7, 10, 42, 100, 999] {
            assert_eq!(position(index), index.to_string());
        }
        assert_eq!(position(5000), "999");
    }
}
