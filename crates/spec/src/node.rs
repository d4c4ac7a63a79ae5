//! A JSON value that knows where it stands: every value and key keeps its place, duplicate keys are kept.

mod members;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::{self, Write};
use std::sync::{Arc, OnceLock};

use connspec_diagnostics::{EscapeMap, Place, SourceMap, Span};
use connspec_iml::{JsonTemplate, Template};
use hashbrown::{HashMap, HashSet};
use serde_json::{Map, Value as Json};
use smol_str::SmolStr;

pub use members::{Key, Member, Members};

/// A JSON value and the place it was written at.
#[derive(Clone, PartialEq)]
pub struct Node {
    /// Where the value stands; a text with its quotes, an object with its braces.
    pub place: Place,
    /// The value.
    pub value: NodeValue,
}

/// What a [`Node`] holds.
#[derive(Clone, PartialEq)]
pub enum NodeValue {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number: as JavaScript would hold it, and as it was written.
    Number {
        /// The nearest double; infinite when the text is beyond its range.
        value: f64,
        /// The digits of the file.
        text: SmolStr,
    },
    /// A text, with the way back from its characters to the file.
    Text(Text),
    /// A list.
    Array(Vec<Node>),
    /// An object.
    Object(Members),
}

/// A decoded text and the way back to the file.
#[derive(Clone)]
pub struct Text {
    /// The text without quotes and escapes.
    pub value: SmolStr,
    /// From an offset in `value` to the offset in the file.
    pub escapes: EscapeMap,
    parsed: OnceLock<Arc<Template>>,
}

impl Text {
    /// A text whose parts stand in the file as `escapes` says.
    pub fn new(value: impl Into<SmolStr>, escapes: EscapeMap) -> Self {
        Self { value: value.into(), escapes, parsed: OnceLock::new() }
    }

    /// The text as a template, parsed when it is first asked for.
    pub fn template(&self) -> &Template {
        self.parsed.get_or_init(|| parsed(&self.value))
    }
}

/// The template of a text. The sections of an app say the same few things again and again (`{{body.id}}`), so what was
/// parsed lately is kept.
fn parsed(text: &SmolStr) -> Arc<Template> {
    const KEPT: usize = 1024;
    const LONGEST: usize = 200;
    const LONGEST_LITERAL: usize = 24;
    thread_local! {
        static LATELY: RefCell<HashMap<SmolStr, Arc<Template>>> = RefCell::default();
    }
    let is_rare = text.len() > LONGEST || (text.len() > LONGEST_LITERAL && !text.contains('{'));
    if is_rare {
        return Arc::new(Template::parse(text.clone()));
    }
    LATELY.with_borrow_mut(|lately| {
        if let Some(known) = lately.get(text) {
            return Arc::clone(known);
        }
        if lately.len() == KEPT {
            lately.clear();
        }
        let template = Arc::new(Template::parse(text.clone()));
        // What is known before a copy is made, every copy knows.
        template.variables();
        lately.insert(text.clone(), Arc::clone(&template));
        template
    })
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        (&self.value, &self.escapes) == (&other.value, &other.escapes)
    }
}

impl Node {
    /// The value at a JSON pointer (RFC 6901) below this node; of duplicate keys the last, as a JSON parser takes it.
    ///
    /// `""` is the node itself, `"/token/response"` a member of a member, `"/0"` the first element of a list.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, segment| match &node.value {
            NodeValue::Array(elements) => elements.get(segment.parse::<usize>().ok()?),
            NodeValue::Object(_) => node.get(&unescape_pointer(segment)),
            _ => None,
        })
    }

    /// The member `key` of an object; of duplicates the last.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.member(key).map(|member| &member.value)
    }

    /// The member `key` of an object with its key; of duplicates the last.
    #[inline]
    pub fn member(&self, key: &str) -> Option<&Member> {
        match &self.value {
            NodeValue::Object(members) => members.get(key),
            _ => None,
        }
    }

    /// All members of an object, duplicates included; empty for anything else.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            NodeValue::Object(members) => members,
            _ => &[],
        }
    }

    /// Whether a key of an object stands twice in it.
    pub fn repeats_keys(&self) -> bool {
        matches!(&self.value, NodeValue::Object(members) if members.repeats)
    }

    /// Whether a key of this object, or of one below this node, stands twice in it.
    pub fn repeats_keys_below(&self) -> bool {
        match &self.value {
            NodeValue::Object(members) => members.repeats_below,
            NodeValue::Array(elements) => elements.iter().any(Node::repeats_keys_below),
            _ => false,
        }
    }

    /// The elements of a list; empty for anything else.
    pub fn elements(&self) -> &[Node] {
        match &self.value {
            NodeValue::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The text, if the value is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Text(text) => Some(&text.value),
            _ => None,
        }
    }

    /// The text as a template, if the value is one; it is parsed once.
    pub fn template(&self) -> Option<&Template> {
        match &self.value {
            NodeValue::Text(text) => Some(text.template()),
            _ => None,
        }
    }

    /// The boolean, if the value is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            NodeValue::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number, if the value is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self.value {
            NodeValue::Number { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Whether the value is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.value, NodeValue::Object(_))
    }

    /// Whether the value is a list.
    pub fn is_array(&self) -> bool {
        matches!(self.value, NodeValue::Array(_))
    }

    /// Whether the value is neither object nor list.
    pub fn is_scalar(&self) -> bool {
        !self.is_object() && !self.is_array()
    }

    /// Whether the value is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.value, NodeValue::Null)
    }

    /// What the value is, as a word with its article for messages: `an object`, `a list`, `a text`.
    pub fn kind_name(&self) -> &'static str {
        match self.value {
            NodeValue::Null => "null",
            NodeValue::Bool(_) => "a boolean",
            NodeValue::Number { .. } => "a number",
            NodeValue::Text(_) => "a text",
            NodeValue::Array(_) => "a list",
            NodeValue::Object(_) => "an object",
        }
    }

    /// The file place of a range of the decoded text; the whole value when it is no text.
    pub fn place_of(&self, span: Span) -> Place {
        match &self.value {
            NodeValue::Text(text) => Place::new(self.place.source, text.escapes.to_file(span)),
            _ => self.place,
        }
    }

    /// The value as it was written in the file.
    pub fn text_in<'a>(&self, sources: &'a SourceMap) -> &'a str {
        sources.slice(self.place)
    }

    /// The plain JSON value: comments and places gone, of duplicate keys the last, numbers as JavaScript holds them.
    pub fn to_json(&self) -> Json {
        match &self.value {
            NodeValue::Null => Json::Null,
            NodeValue::Bool(value) => Json::Bool(*value),
            NodeValue::Number { value, .. } => json_number(*value),
            NodeValue::Text(text) => Json::String(text.value.as_str().into()),
            NodeValue::Array(elements) => elements.iter().map(Node::to_json).collect(),
            NodeValue::Object(members) => {
                let mut object = Map::with_capacity(members.len());
                for member in members.iter() {
                    object.insert(member.key.as_str().into(), member.value.to_json());
                }
                Json::Object(object)
            }
        }
    }

    /// The value compiled: every text a template, ready to be evaluated. Pointers into the template are pointers
    /// below this node.
    pub fn to_template(&self) -> JsonTemplate {
        match &self.value {
            NodeValue::Null => JsonTemplate::Null,
            NodeValue::Bool(value) => JsonTemplate::Bool(*value),
            NodeValue::Number { value, .. } => JsonTemplate::Number(*value),
            NodeValue::Text(text) => JsonTemplate::Text(text.template().clone()),
            NodeValue::Array(elements) => JsonTemplate::Array(elements.iter().map(Node::to_template).collect()),
            NodeValue::Object(_) => JsonTemplate::Object(
                self.effective_members().map(|member| (member.key.to_string(), member.value.to_template())).collect(),
            ),
        }
    }

    /// The members a JSON parser would keep, in the order of the file: of duplicate keys only the last.
    pub fn effective_members(&self) -> impl Iterator<Item = &Member> {
        let members = self.members();
        let replaced = if self.repeats_keys() { Replaced::of(members) } else { Replaced::None };
        members.iter().enumerate().filter(move |(index, _)| !replaced.holds(members, *index)).map(|(_, member)| member)
    }

    /// Shows this node and every node below it to `visitor`, with its JSON pointer relative to this node.
    /// Duplicate members are all shown.
    pub fn visit<'a>(&'a self, visitor: &mut dyn FnMut(&str, &'a Node)) {
        self.visit_below(&mut String::new(), visitor);
    }

    /// Shows this node and every node below it to `visitor`, without their pointers.
    pub fn each<'a>(&'a self, visitor: &mut dyn FnMut(&'a Node)) {
        visitor(self);
        self.elements().iter().for_each(|element| element.each(visitor));
        self.members().iter().for_each(|member| member.value.each(visitor));
    }

    fn visit_below<'a>(&'a self, pointer: &mut String, visitor: &mut dyn FnMut(&str, &'a Node)) {
        visitor(pointer, self);
        let length = pointer.len();
        for (index, element) in self.elements().iter().enumerate() {
            write!(pointer, "/{index}").expect("writing to a String cannot fail");
            element.visit_below(pointer, visitor);
            pointer.truncate(length);
        }
        for member in self.members() {
            pointer.push('/');
            pointer.push_str(&escape_pointer(&member.key));
            member.value.visit_below(pointer, visitor);
            pointer.truncate(length);
        }
    }
}

/// Which members of an object a later one of the same key replaces.
enum Replaced {
    None,
    /// A short object: looking is quicker than remembering.
    Look,
    Known(HashSet<usize>),
}

impl Replaced {
    const SHORT: usize = 24;

    fn of(members: &[Member]) -> Self {
        if members.len() <= Self::SHORT {
            return Self::Look;
        }
        let mut seen = HashSet::new();
        let backwards = members.iter().enumerate().rev();
        Self::Known(backwards.filter(|(_, member)| !seen.insert(member.key.as_str())).map(|(index, _)| index).collect())
    }

    fn holds(&self, members: &[Member], index: usize) -> bool {
        match self {
            Self::None => false,
            Self::Look => members[index + 1..].iter().any(|later| later.key == members[index].key),
            Self::Known(replaced) => replaced.contains(&index),
        }
    }
}

/// A node's shape and place. Never its texts: common data are secrets.
impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { start, end } = self.place.span;
        write!(f, "Node({} at {start}..{end})", self.kind_name())
    }
}

/// One segment of a JSON pointer (RFC 6901 §4): `~` and `/` of a key written as `~0` and `~1`.
pub fn escape_pointer(key: &str) -> Cow<'_, str> {
    match key.contains(['~', '/']) {
        true => Cow::Owned(key.replace('~', "~0").replace('/', "~1")),
        false => Cow::Borrowed(key),
    }
}

fn unescape_pointer(segment: &str) -> Cow<'_, str> {
    match segment.contains('~') {
        true => Cow::Owned(segment.replace("~1", "/").replace("~0", "~")),
        false => Cow::Borrowed(segment),
    }
}

/// A JavaScript number as JSON: whole numbers without a fraction, what JSON cannot hold as null.
fn json_number(value: f64) -> Json {
    const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= LARGEST_EXACT {
        return Json::from(value as i64);
    }
    serde_json::Number::from_f64(value).map_or(Json::Null, Json::Number)
}

#[cfg(test)]
mod tests {
    use crate::json;
    use connspec_diagnostics::{SourceMap, Span};
    use serde_json::json;

    use super::*;

    fn node(text: &str) -> (SourceMap, Node) {
        let mut sources = SourceMap::new();
        let source = sources.add("test.json", text);
        let reading = json::read(source, text);
        assert!(reading.findings.is_empty(), "{:?}", reading.findings);
        (sources, reading.node.unwrap())
    }

    #[test]
    fn pointers_lead_to_values() {
        let (sources, root) = node(r#"{"a": [1, {"b/c": {"~": true}}], "": 5}"#);
        for (pointer, text) in
            [("/a/0", "1"), ("/a/1/b~1c/~0", "true"), ("/", "5"), ("/a", r#"[1, {"b/c": {"~": true}}]"#)]
        {
            assert_eq!(root.at(pointer).unwrap().text_in(&sources), text, "{pointer}");
        }
        for pointer in ["/a/2", "/b", "a", "/a/0/x", "/a/-1"] {
            assert!(root.at(pointer).is_none(), "{pointer}");
        }
    }

    #[test]
    fn a_span_inside_a_text_finds_the_file() {
        let text = r#"{"k": "\u00e9\n{{x}}"}"#;
        let (sources, root) = node(text);
        let value = root.get("k").unwrap();
        let start = value.as_str().unwrap().find('x').unwrap();
        assert_eq!(sources.slice(value.place_of(Span::new(start, start + 1))), "x");
        assert_eq!(sources.slice(value.place_of(Span::new(0, 2))), r"\u00e9");
    }

    #[test]
    fn duplicates_are_kept_and_the_last_counts() {
        let (_, root) = node(r#"{"a": 1, "b": 2, "a": 3}"#);
        assert_eq!(root.members().len(), 3);
        assert_eq!(root.get("a").unwrap().as_f64(), Some(3.0));
        assert_eq!(root.to_json(), json!({"a": 3, "b": 2}));
        let effective: Vec<_> = root.effective_members().map(|member| member.key.as_str()).collect();
        assert_eq!(effective, ["b", "a"]);
    }

    #[test]
    fn keys_that_repeat_are_known_above() {
        for (text, below) in [
            (r#"{"a": [1, {"b": [{"c": 1, "c": 2}]}]}"#, true),
            (r#"[[{"c": 1, "d": 1, "c": 2}]]"#, true),
            (r#"{"a": {"c": 1}, "c": {"a": 1}, "b": [{"c": 1}, {"c": 1}]}"#, false),
        ] {
            let (_, root) = node(text);
            assert_eq!((root.repeats_keys(), root.repeats_keys_below()), (false, below), "{text}");
        }
        let many: String = (0..40).map(|key| format!(r#""k{}": 1, "#, key % 39)).collect();
        assert!(node(&format!("{{{many}\"z\": 1}}")).1.repeats_keys());
    }

    #[test]
    fn numbers_are_held_as_javascript_holds_them() {
        let (_, root) = node("[1, 1.5, -0.25, 1e2, 9007199254740991]");
        assert_eq!(root.to_json(), json!([1, 1.5, -0.25, 100, 9_007_199_254_740_991_i64]));
    }

    #[test]
    fn every_node_is_visited_with_a_pointer_that_leads_back() {
        let (_, root) = node(r#"{"a/b": [{"c~": null}], "d": "x"}"#);
        let mut pointers = Vec::new();
        root.visit(&mut |pointer, found| {
            assert_eq!(root.at(pointer), Some(found));
            pointers.push(pointer.to_owned());
        });
        assert_eq!(pointers, ["", "/a~1b", "/a~1b/0", "/a~1b/0/c~0", "/d"]);
    }

    #[test]
    fn debug_never_shows_a_text() {
        let (_, root) = node(r#"{"secret": "hunter2"}"#);
        assert!(!format!("{root:?} {:?}", root.get("secret")).contains("hunter2"));
    }
}
