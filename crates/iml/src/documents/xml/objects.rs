//! The objects xmlbuilder2's `convert` makes of XML, which `parseXML` gives (iml-functions.json, parseXML).
//!
//! An element is its text when it has nothing else, otherwise a collection: `@name` an attribute, `#` text, `$` CDATA,
//! `!` a comment, `?` a processing instruction, and each child under its name, neighbours of one name as an array.
//! Where there are several of a kind they are numbered, `#1`, `#2`; where a name comes back after something else, the
//! order counts, and everything inside is a list in `#`.

use quick_xml::events::BytesRef;
use quick_xml::events::attributes::Attribute;

use super::names::is_name;
use super::{Refusal, Shape, read_as};
use crate::documents::Invalid;
use crate::{Collection, Value};

/// Reads `text` as xmlbuilder2 does; its values may take up to `bytes` of memory.
///
/// # Errors
/// As [`read`](super::read): xmlbuilder2 makes something of texts that are no XML, too.
pub(crate) fn read_objects(text: &str, bytes: usize) -> Result<Value, Invalid> {
    read_as::<Objects>(text, bytes)
}

/// What stands in an element besides other elements; the sign is the member's name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Cdata,
    Comment,
    Instruction,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Text, Kind::Cdata, Kind::Comment, Kind::Instruction];

    fn sign(self) -> &'static str {
        match self {
            Kind::Text => "#",
            Kind::Cdata => "$",
            Kind::Comment => "!",
            Kind::Instruction => "?",
        }
    }
}

/// Neighbours that are alike: texts of one kind, or elements of one name.
enum Item {
    Data(Kind, Vec<String>),
    Elements(String, Vec<Value>),
}

/// An element that is still open.
#[derive(Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    items: Vec<Item>,
}

impl Element {
    fn add(&mut self, kind: Kind, text: String) {
        match self.items.last_mut() {
            Some(Item::Data(last, texts)) if *last == kind => texts.push(text),
            _ => self.items.push(Item::Data(kind, vec![text])),
        }
    }

    fn add_element(&mut self, name: String, value: Value) {
        match self.items.last_mut() {
            Some(Item::Elements(last, values)) if *last == name => values.push(value),
            _ => self.items.push(Item::Elements(name, vec![value])),
        }
    }

    /// The element as a value, once it is closed.
    fn close(mut self) -> Value {
        if let ([], [Item::Data(Kind::Text, texts)]) = (self.attributes.as_slice(), self.items.as_mut_slice())
            && let [text] = texts.as_mut_slice()
        {
            return Value::Text(std::mem::take(text));
        }
        let mut members = Collection::new();
        for (name, value) in std::mem::take(&mut self.attributes) {
            members.insert(format!("@{name}"), value);
        }
        if self.has_a_name_twice() {
            let parts = self.items.into_iter().map(Item::into_part).collect::<Vec<Value>>();
            members.insert(Kind::Text.sign(), parts);
        } else {
            self.write_numbered(&mut members);
        }
        members.into()
    }

    /// Whether elements of one name stand here with something else between them.
    fn has_a_name_twice(&self) -> bool {
        let mut names: Vec<&str> = self
            .items
            .iter()
            .filter_map(|item| if let Item::Elements(name, _) = item { Some(name.as_str()) } else { None })
            .collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// A member for each item; texts of a kind that occurs more than once are numbered from 1.
    fn write_numbered(self, members: &mut Collection) {
        let several = Kind::ALL.map(|kind| {
            let texts = self.items.iter().filter_map(|item| match item {
                Item::Data(other, texts) if *other == kind => Some(texts.len()),
                _ => None,
            });
            texts.sum::<usize>() > 1
        });
        let mut counts = [0; Kind::ALL.len()];
        for item in self.items {
            match item {
                Item::Elements(name, values) => {
                    members.insert(name, one_or_all(values));
                }
                Item::Data(kind, texts) => {
                    for text in texts {
                        counts[kind as usize] += 1;
                        let sign = kind.sign();
                        let name = match several[kind as usize] {
                            true => format!("{sign}{}", counts[kind as usize]),
                            false => sign.to_owned(),
                        };
                        members.insert(name, text);
                    }
                }
            }
        }
    }
}

impl Item {
    /// The item where the order counts: a collection of nothing else.
    fn into_part(self) -> Value {
        let (name, value) = match self {
            Item::Data(kind, texts) => {
                (kind.sign().to_owned(), one_or_all(texts.into_iter().map(Value::Text).collect()))
            }
            Item::Elements(name, values) => (name, one_or_all(values)),
        };
        Collection::from_iter([(name, value)]).into()
    }
}

/// The only one, or the array of them.
fn one_or_all(mut values: Vec<Value>) -> Value {
    match values.as_mut_slice() {
        [only] => std::mem::take(only),
        _ => Value::Array(values),
    }
}

/// What has been read so far: the elements that are open, the first of which is the document itself, and the text
/// that has not ended yet.
pub(super) struct Objects {
    open: Vec<Element>,
    text: String,
}

impl Default for Objects {
    fn default() -> Self {
        Self { open: vec![Element::default()], text: String::new() }
    }
}

impl Objects {
    /// The innermost element, in which all text so far has ended.
    fn innermost(&mut self) -> &mut Element {
        let text = std::mem::take(&mut self.text);
        let innermost = self.open.last_mut().expect("the document itself is never closed");
        // Blanks alone are layout.
        if !text.chars().all(|character| matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{c}')) {
            innermost.add(Kind::Text, escaped(&decoded(&text)));
        }
        innermost
    }
}

impl Shape for Objects {
    /// A collection within an array within a collection.
    const ELEMENT: usize = 4 * size_of::<(String, Value)>() + 4 * size_of::<Value>();
    const ALLOWS_AMPERSANDS: bool = true;

    fn attribute(attribute: &Attribute<'_>) -> Result<String, Refusal> {
        Ok(escaped(&decoded(&attribute.value)).replace('"', "&quot;"))
    }

    fn open(&mut self, name: &str, attributes: Vec<(String, String)>) -> Result<(), Refusal> {
        let mut names = std::iter::once(name).chain(attributes.iter().map(|(name, _)| name.as_str()));
        if !names.all(is_name) {
            return Err(Refusal::Malformed("a name is not one that XML allows".to_owned()));
        }
        self.innermost();
        self.open.push(Element { name: name.to_owned(), attributes, ..Element::default() });
        Ok(())
    }

    fn close(&mut self) {
        self.innermost();
        let mut element = self.open.pop().expect("the reader refuses an end without its start");
        let name = std::mem::take(&mut element.name);
        let value = element.close();
        self.innermost().add_element(name, value);
    }

    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Refusal> {
        reference.resolve_char_ref().map_err(|error| Refusal::Malformed(error.to_string()))?;
        let name: &str = reference;
        self.text.extend(["&", name, ";"]);
        Ok(())
    }

    fn cdata(&mut self, text: &str) {
        self.innermost().add(Kind::Cdata, text.to_owned());
    }

    fn comment(&mut self, text: &str) {
        self.innermost().add(Kind::Comment, text.to_owned());
    }

    fn instruction(&mut self, target: &str, content: &str) {
        let content = content.trim_start_matches([' ', '\t', '\n', '\r']);
        let text = if content.is_empty() { target.to_owned() } else { format!("{target} {content}") };
        self.innermost().add(Kind::Instruction, text);
    }

    fn finish(mut self) -> Value {
        // Outside the root element text can only be blanks.
        self.innermost();
        self.open.pop().map_or(Value::Undefined, Element::close)
    }
}

/// The text with XML's five entities decoded, and after them the character references.
fn decoded(text: &str) -> String {
    let entities = replaced(text, |name| match name {
        "quot" => Some('"'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "lt" => Some('<'),
        "gt" => Some('>'),
        _ => None,
    });
    replaced(&entities, |name| {
        let number = name.strip_prefix('#')?;
        let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
        // `from_str_radix` takes a sign.
        let code = digits.chars().all(|digit| digit.is_digit(radix)).then(|| u32::from_str_radix(digits, radix).ok());
        char::from_u32(code??)
    })
}

/// The text with each reference `&name;` for which there is a character replaced by it.
fn replaced(text: &str, character: impl Fn(&str) -> Option<char>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let length = rest[1..].find(['&', ';']).filter(|length| rest[1 + length..].starts_with(';'));
        match length.and_then(|length| Some((length, character(&rest[1..1 + length])?))) {
            Some((length, character)) => {
                out.push(character);
                rest = &rest[length + 2..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The text as xmlbuilder2 would write it into XML, in which form it stays: a `&` that begins something like a
/// reference is left alone.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '&' if !begins_a_reference(&text[at + 1..]) => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(character),
        }
    }
    out
}

/// Whether a `&` before `text` would make a reference of it: letters or `#` and decimal digits, and a semicolon.
fn begins_a_reference(text: &str) -> bool {
    let (text, belongs): (_, fn(&u8) -> bool) = match text.strip_prefix('#') {
        Some(digits) => (digits, u8::is_ascii_digit),
        None => (text, u8::is_ascii_alphabetic),
    };
    let length = text.bytes().take_while(belongs).count();
    length > 0 && text[length..].starts_with(';')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_objects_are_xmlbuilder2s() {
        // iml-functions.json, parseXML; each checked with `convert(text, {format: 'object'})` of xmlbuilder2 3.1.1
        // and 4.0.3, which agree.
        let table = [
            ("<a>t</a>", json!({"a": "t"})),
            ("<a/>", json!({"a": {}})),
            ("<a> \n</a>", json!({"a": {}})),
            ("<a> x </a>", json!({"a": " x "})),
            ("<a>&#32;</a>", json!({"a": " "})),
            (r#"<a x="1"/>"#, json!({"a": {"@x": "1"}})),
            (r#"<a x="1">t</a>"#, json!({"a": {"@x": "1", "#": "t"}})),
            ("<a><b>1</b><b/><c>3</c></a>", json!({"a": {"b": ["1", {}], "c": "3"}})),
            ("<a>t<b/></a>", json!({"a": {"#": "t", "b": {}}})),
            ("<a>t<b/>u</a>", json!({"a": {"#1": "t", "b": {}, "#2": "u"}})),
            ("<a><b/><c/><b/></a>", json!({"a": {"#": [{"b": {}}, {"c": {}}, {"b": {}}]}})),
            (
                r#"<a x="1"><b/><b>1</b>t<c/><b/></a>"#,
                json!({"a": {"@x": "1", "#": [{"b": [{}, "1"]}, {"#": "t"}, {"c": {}}, {"b": {}}]}}),
            ),
            ("<a><![CDATA[<&]]></a>", json!({"a": {"$": "<&"}})),
            ("<a><![CDATA[x]]>t<![CDATA[y]]></a>", json!({"a": {"$1": "x", "#": "t", "$2": "y"}})),
            ("<a><![CDATA[x]]> <![CDATA[y]]></a>", json!({"a": {"$1": "x", "$2": "y"}})),
            ("<a><!--c--><?p  d ?></a>", json!({"a": {"!": "c", "?": "p d "}})),
            ("<a><!--c--><!--d--><?p?></a>", json!({"a": {"!1": "c", "!2": "d", "?": "p"}})),
            ("<a><b/><!--c--><!--d--><b/></a>", json!({"a": {"#": [{"b": {}}, {"!": ["c", "d"]}, {"b": {}}]}})),
            ("<!--c--><?xml-stylesheet x?><a/>", json!({"!": "c", "?": "xml-stylesheet x", "a": {}})),
            ("<a>\n <b>x</b>\n <b>y</b>\n</a>", json!({"a": {"b": ["x", "y"]}})),
            ("<n:a xmlns:n=\"u\"><n:b/></n:a>", json!({"n:a": {"@xmlns:n": "u", "n:b": {}}})),
            ("<a>&lt;&amp;&x;&#65;&quot;&#x41;</a>", json!({"a": "&lt;&amp;&x;A\"A"})),
            ("<a>&amp;lt; &amp; b</a>", json!({"a": "&lt; &amp; b"})),
            ("<a>&amp;#65;</a>", json!({"a": "A"})),
            ("<a>b & c > d</a>", json!({"a": "b &amp; c &gt; d"})),
            ("<a x=\"&lt;&quot;'&#10;\n\"/>", json!({"a": {"@x": "&lt;&quot;'\n\n"}})),
            ("<a>\r\nx</a>", json!({"a": "\r\nx"})),
            ("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x \"y\">]>\n<a>&x;</a>\n", json!({"a": "&x;"})),
        ];
        for (text, expected) in table {
            let read = read_objects(text, 1 << 20).unwrap().to_json();
            assert_eq!(read, expected, "{text}");
            assert_eq!(read.to_string(), expected.to_string(), "{text}");
        }
    }

    #[test]
    fn a_name_that_xml_does_not_allow_is_refused() {
        for text in ["<1a/>", "<a><-/></a>", "<a 1=\"\"/>"] {
            assert!(matches!(read_objects(text, 1 << 20), Err(Invalid::Malformed { .. })), "{text}");
        }
    }
}
