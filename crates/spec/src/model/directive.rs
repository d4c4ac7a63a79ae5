//! A directive's value with its places, and the reader that fetches typed values out of an object.

use connspec_diagnostics::{Diagnostic, Place};
use connspec_iml::{JsonTemplate, Template};

use crate::node::{Member, Node, NodeValue, escape_pointer};
use crate::rules;

/// The value of a directive and where it stands.
#[derive(Debug, Clone)]
pub struct Directive<T> {
    /// Where the key stands.
    pub key: Place,
    /// Where the value stands.
    pub place: Place,
    /// JSON pointer of the value within its section (`/token/response/data`): with an evaluation error's own
    /// pointer appended, [`Definition::locate`](crate::Definition::locate) finds the exact columns.
    pub pointer: String,
    /// The value.
    pub value: T,
}

impl<T> Directive<T> {
    /// The same places with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Directive<U> {
        Directive { key: self.key, place: self.place, pointer: self.pointer, value: change(self.value) }
    }
}

impl<T> std::ops::Deref for Directive<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// What a section is read for: whoever judges a definition needs no values, whoever runs it no findings.
pub(crate) enum Wanted<'f> {
    /// The typed values. What has the wrong shape is left out.
    Values,
    /// What has the wrong shape. Nothing is compiled; whatever would hold values may be absent.
    Findings(&'f mut Vec<Diagnostic>),
}

impl Wanted<'_> {
    /// The same wish for a part of the section.
    pub(crate) fn within(&mut self) -> Wanted<'_> {
        match self {
            Self::Values => Wanted::Values,
            Self::Findings(findings) => Wanted::Findings(findings),
        }
    }

    /// Whether values are wanted.
    pub(crate) fn is_values(&self) -> bool {
        matches!(self, Self::Values)
    }

    /// Notes a finding, if findings are wanted.
    pub(crate) fn note(&mut self, finding: impl FnOnce() -> Diagnostic) {
        if let Self::Findings(findings) = self {
            findings.push(finding());
        }
    }
}

/// Fetches typed members of one object, or notes what has the wrong shape.
pub(crate) struct Reader<'n, 'f> {
    node: &'n Node,
    pointer: String,
    block: &'n str,
    wanted: Wanted<'f>,
}

impl<'n, 'f> Reader<'n, 'f> {
    /// A reader of `node`, which stands at `pointer` within its section, for findings about `block`.
    pub(crate) fn new(node: &'n Node, pointer: &str, block: &'n str, wanted: Wanted<'f>) -> Self {
        Self { node, pointer: pointer.to_owned(), block, wanted }
    }

    /// A reader of a member's value.
    pub(crate) fn inside<'m, 'g>(&'g mut self, member: &'m Member) -> Reader<'m, 'g>
    where
        'n: 'm,
    {
        let pointer = if self.wanted.is_values() { self.pointer_of(&member.key) } else { String::new() };
        Reader { node: &member.value, pointer, block: self.block, wanted: self.wanted.within() }
    }

    /// The object that is read.
    pub(crate) fn node(&self) -> &'n Node {
        self.node
    }

    /// The object's JSON pointer within its section.
    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The member of this name.
    pub(crate) fn member(&self, key: &str) -> Option<&'n Member> {
        self.node.member(key)
    }

    /// A text, compiled. Numbers and booleans are taken as the text they would be; real definitions write
    /// `"limit": 1` and the like (corpus-notes.md A21).
    pub(crate) fn template(&mut self, key: &str) -> Option<Directive<Template>> {
        let member = self.member(key)?;
        match &member.value.value {
            NodeValue::Text(text) => self.value(member, || text.template().clone()),
            NodeValue::Number { text, .. } => self.value(member, || Template::parse(text.clone())),
            NodeValue::Bool(value) => self.value(member, || Template::parse(value.to_string())),
            NodeValue::Null => None,
            NodeValue::Array(_) | NodeValue::Object(_) => self.refuse(member, "a text"),
        }
    }

    /// A text, compiled, where a number or a boolean means nothing: an address, a method.
    pub(crate) fn words(&mut self, key: &str) -> Option<Directive<Template>> {
        let member = self.member(key)?;
        match &member.value.value {
            NodeValue::Number { .. } | NodeValue::Bool(_) => self.refuse(member, "a text"),
            _ => self.template(key),
        }
    }

    /// Any value, compiled.
    pub(crate) fn any(&mut self, key: &str) -> Option<Directive<JsonTemplate>> {
        let member = self.wanted_member(key)?;
        self.value(member, || member.value.to_template())
    }

    /// An object, or an expression that makes one.
    pub(crate) fn collection(&mut self, key: &str) -> Option<Directive<JsonTemplate>> {
        let member = self.member(key)?;
        match &member.value.value {
            NodeValue::Text(text) if !text.value.contains("{{") && !text.value.trim().is_empty() => {
                self.refuse(member, "an object, or an expression that gives one")
            }
            NodeValue::Object(_) | NodeValue::Text(_) => self.value(member, || member.value.to_template()),
            NodeValue::Null => None,
            _ => self.refuse(member, "an object, or an expression that gives one"),
        }
    }

    /// A boolean. The words "true" and "false" are taken for what they mean; whether an expression or a text is
    /// proper here is for the checks `encodeurl-not-boolean` and `redirect-flag-not-static` to say.
    pub(crate) fn flag(&mut self, key: &str) -> Option<Directive<bool>> {
        let member = self.wanted_member(key)?;
        let value = match &member.value.value {
            NodeValue::Bool(value) => *value,
            NodeValue::Text(text) if text.value == "true" => true,
            NodeValue::Text(text) if text.value == "false" => false,
            _ => return None,
        };
        Some(self.directive(member, value))
    }

    /// A number of milliseconds or pieces; texts of digits are taken too. The range is for the checks.
    pub(crate) fn count(&mut self, key: &str) -> Option<Directive<f64>> {
        let member = self.wanted_member(key)?;
        let value = match &member.value.value {
            NodeValue::Number { value, .. } => *value,
            NodeValue::Text(text) => text.value.trim().parse().ok()?,
            _ => return None,
        };
        (value.is_finite() && value >= 0.0).then(|| self.directive(member, value))
    }

    /// A directive of a value that is made only when values are wanted.
    pub(crate) fn value<T>(&self, member: &Member, make: impl FnOnce() -> T) -> Option<Directive<T>> {
        self.wanted.is_values().then(|| self.directive(member, make()))
    }

    /// The member of this name when values are wanted: for directives that may have any shape.
    fn wanted_member(&self, key: &str) -> Option<&'n Member> {
        if self.wanted.is_values() { self.member(key) } else { None }
    }

    /// Places `value` where `member` stands.
    pub(crate) fn directive<T>(&self, member: &Member, value: T) -> Directive<T> {
        Directive { key: member.key_place, place: member.value.place, pointer: self.pointer_of(&member.key), value }
    }

    /// Notes that a member has the wrong shape, and leaves it out.
    pub(crate) fn refuse<T>(&mut self, member: &Member, wanted: &str) -> Option<T> {
        let block = self.block;
        self.wanted.note(|| {
            let finding = rules::DIRECTIVE_SHAPE
                .finding(format!("`{}` must be {wanted}, not {}", member.key, member.value.kind_name()))
                .at(member.value.place)
                .why("a directive of another shape is not understood and has no effect")
                .help(format!("write {wanted}"));
            if block.is_empty() { finding } else { finding.in_block(block) }
        });
        None
    }

    fn pointer_of(&self, key: &str) -> String {
        format!("{}/{}", self.pointer, escape_pointer(key))
    }
}
