//! XML in Make's shape (communication.md §7 type): every element is a list, also the root; an element without
//! attributes and children is its text; otherwise a collection of its children, with its own text in `_value`
//! and its attributes in `_attributes`.

mod write;

pub(crate) use write::write;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Budget, DEEPEST, Invalid};
use crate::{Collection, Value};

/// The member that holds the attributes of an element.
pub const ATTRIBUTES: &str = "_attributes";
/// The member that holds the text of an element with attributes or children.
pub const VALUE: &str = "_value";

/// An element that is still open.
#[derive(Default)]
struct Element {
    name: String,
    attributes: Collection,
    children: Collection,
    text: String,
}

impl Element {
    /// The element as a value, once it is closed.
    fn close(self) -> Value {
        let has_children = !self.children.is_empty();
        if self.attributes.is_empty() && !has_children {
            return Value::from(self.text);
        }
        // Between elements, blanks are layout.
        let text = if has_children { self.text.trim() } else { self.text.as_str() };
        let mut members = Collection::new();
        if !self.attributes.is_empty() {
            members.insert(ATTRIBUTES, self.attributes);
        }
        if !text.is_empty() {
            members.insert(VALUE, text);
        }
        for (name, child) in self.children {
            members.insert(name, child);
        }
        members.into()
    }
}

/// Reads `text`; its values may take up to `bytes` of memory. Entities other than XML's own five and character
/// references stay as written; nothing is ever expanded from a document type.
///
/// # Errors
/// When it is no well-formed XML with one root element, nests deeper than 128 elements, or is too large.
pub fn read(text: &str, bytes: usize) -> Result<Value, Invalid> {
    let mut document = Document { open: vec![Element::default()], budget: Budget::new(bytes) };
    let mut reader = Reader::from_str(text);
    loop {
        let event = reader.read_event().map_err(|error| malformed(text, reader.error_position(), &error))?;
        let position = reader.buffer_position();
        if matches!(event, Event::Eof) {
            return document.finish().map_err(|refusal| refusal.at(text, position));
        }
        document.take(event).map_err(|refusal| refusal.at(text, position))?;
    }
}

/// What a document's events have built so far. The first of the open elements is the document itself.
struct Document {
    open: Vec<Element>,
    budget: Budget,
}

/// Why an event is refused; its place is known to the reader only.
enum Refusal {
    Malformed(String),
    TooDeep,
    Other(Invalid),
}

impl Refusal {
    fn at(self, text: &str, position: u64) -> Invalid {
        let (line, column) = place(text, position);
        match self {
            Refusal::Malformed(why) => malformed(text, position, &why),
            Refusal::TooDeep => Invalid::TooDeep { line, column },
            Refusal::Other(invalid) => invalid,
        }
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Refusal::Other(invalid)
    }
}

impl Document {
    fn take(&mut self, event: Event<'_>) -> Result<(), Refusal> {
        match event {
            Event::Start(start) => {
                if self.open.len() > DEEPEST {
                    return Err(Refusal::TooDeep);
                }
                let element = self.element(&start)?;
                self.open.push(element);
            }
            Event::Empty(start) => {
                let element = self.element(&start)?;
                self.append(element);
            }
            Event::End(_) => {
                let element = self.open.pop().expect("the reader refuses an end without its start");
                self.append(element);
            }
            Event::Text(content) => self.text(&content)?,
            Event::CData(content) => self.text(&content)?,
            Event::GeneralRef(reference) => {
                let name: &str = &reference;
                let character = reference.resolve_char_ref().map_err(|error| Refusal::Malformed(error.to_string()))?;
                match (character, quick_xml::escape::resolve_predefined_entity(name)) {
                    (Some(character), _) => self.text(character.encode_utf8(&mut [0; 4]))?,
                    (None, Some(predefined)) => self.text(predefined)?,
                    (None, None) => self.text(&format!("&{name};"))?,
                }
            }
            Event::Eof | Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
        Ok(())
    }

    fn innermost(&mut self) -> &mut Element {
        self.open.last_mut().expect("the document itself is never closed")
    }

    fn text(&mut self, text: &str) -> Result<(), Refusal> {
        if self.open.len() == 1 && !text.trim_start_matches('\u{feff}').trim().is_empty() {
            return Err(Refusal::Malformed("text stands outside the root element".to_owned()));
        }
        self.budget.take(text.len())?;
        self.innermost().text.push_str(text);
        Ok(())
    }

    fn element(&self, start: &BytesStart<'_>) -> Result<Element, Refusal> {
        let name = start.name().as_ref().to_owned();
        // A list of its own for each name, and the text in it.
        self.budget.take(size_of::<(String, Value)>() + 4 * size_of::<Value>() + name.len())?;
        let mut attributes = Collection::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| Refusal::Malformed(error.to_string()))?;
            let key = attribute.key.as_ref().to_owned();
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| Refusal::Malformed(error.to_string()))?;
            self.budget.take(size_of::<(String, Value)>() + key.len() + value.len())?;
            attributes.insert(key, value.as_ref());
        }
        Ok(Element { name, attributes, ..Element::default() })
    }

    /// Hands a closed element to the one around it: a list for each name.
    fn append(&mut self, element: Element) {
        let name = element.name.clone();
        let value = element.close();
        let siblings = &mut self.innermost().children;
        match siblings.get_mut(&name) {
            Some(Value::Array(same)) => same.push(value),
            _ => {
                siblings.insert(name, vec![value]);
            }
        }
    }

    fn finish(mut self) -> Result<Value, Refusal> {
        let document = self.open.pop().expect("the document itself is never closed");
        if !self.open.is_empty() {
            return Err(Refusal::Malformed("an element is not closed".to_owned()));
        }
        let roots: usize = document.children.iter().map(|(_, same)| same.as_array().map_or(0, <[Value]>::len)).sum();
        match roots {
            0 => Err(Refusal::Malformed("there is no element".to_owned())),
            1 => Ok(document.children.into()),
            _ => Err(Refusal::Malformed("there is more than one root element".to_owned())),
        }
    }
}

fn malformed(text: &str, position: u64, why: &dyn ToString) -> Invalid {
    let why = why.to_string();
    // The reader's words name elements; cut off anything that could be content.
    let why = why.split(['`', '"', '\'']).next().unwrap_or_default().trim_end_matches([' ', ':']).to_owned();
    let (line, column) = place(text, position);
    Invalid::Malformed { why, line, column }
}

fn place(text: &str, position: u64) -> (usize, usize) {
    let position = usize::try_from(position).map_or(text.len(), |position| position.min(text.len()));
    let before = &text.as_bytes()[..position];
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    (before.iter().filter(|&&byte| byte == b'\n').count() + 1, position - line_start + 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ENOUGH: usize = 1 << 20;

    #[test]
    fn every_element_is_a_list() {
        let table = [
            ("<a>x</a>", json!({"a": ["x"]})),
            ("<a> x </a>", json!({"a": [" x "]})),
            ("<a/>", json!({"a": [""]})),
            ("<a><b>1</b><b>2</b><c/></a>", json!({"a": [{"b": ["1", "2"], "c": [""]}]})),
            (r#"<a k="v">x</a>"#, json!({"a": [{"_attributes": {"k": "v"}, "_value": "x"}]})),
            (r#"<a k="v"/>"#, json!({"a": [{"_attributes": {"k": "v"}}]})),
            ("<a>\n  <b>x</b>\n</a>", json!({"a": [{"b": ["x"]}]})),
            ("<a>t<b>x</b></a>", json!({"a": [{"_value": "t", "b": ["x"]}]})),
            ("<?xml version=\"1.0\"?><!-- c --><n:a>&lt;&#65;&x;<![CDATA[<&]]></n:a>\n", json!({"n:a": ["<A&x;<&"]})),
            ("<!DOCTYPE a [<!ENTITY x \"secret\">]><a>&x;</a>", json!({"a": ["&x;"]})),
        ];
        for (text, expected) in table {
            assert_eq!(read(text, ENOUGH).unwrap().to_json(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_xml_is_refused_with_its_place() {
        let table =
            ["", "plain", "<a>", "<a></b>", "<a", "</a>", "<a k=1/>", "<a/><a/>", "<a/><b/>", "<a/>x", "<a>&#0;</a>"];
        for text in table {
            assert!(matches!(read(text, ENOUGH), Err(Invalid::Malformed { .. })), "{text}");
        }
        let Err(Invalid::Malformed { line, why, .. }) = read("<a>\n<secret></b></a>", ENOUGH) else { panic!() };
        assert_eq!(line, 2);
        assert!(!why.contains("secret"), "{why}");
    }

    #[test]
    fn depth_and_size_are_bounded() {
        assert!(matches!(read(&"<a>".repeat(100_000), ENOUGH), Err(Invalid::TooDeep { .. })));
        let nested = format!("{}{}", "<a>".repeat(DEEPEST), "</a>".repeat(DEEPEST));
        assert!(read(&nested, ENOUGH).is_ok());
        let wide = format!("<a>{}</a>", "<b/>".repeat(10_000));
        assert_eq!(read(&wide, ENOUGH), Err(Invalid::TooLarge(ENOUGH)));
        assert!(read(&wide, 4 * ENOUGH).is_ok());
    }
}
