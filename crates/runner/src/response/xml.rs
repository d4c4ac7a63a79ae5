//! Reading an XML body in Make's shape (communication.md §7 type): every element is a list, also the root; an
//! element without attributes and children is its text; otherwise a collection of its children, with its own text
//! in `_value` and its attributes in `_attributes`.

use connspec_iml::{Collection, Value};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// How deep elements may nest.
const DEEPEST: usize = 128;

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
        // Between elements, blanks are layout.
        let text = if has_children { self.text.trim() } else { self.text.as_str() };
        if self.attributes.is_empty() && !has_children {
            return Value::from(text);
        }
        let mut members = Collection::new();
        if !self.attributes.is_empty() {
            members.insert("_attributes", self.attributes);
        }
        if !text.is_empty() {
            members.insert("_value", text);
        }
        for (name, child) in self.children {
            members.insert(name, child);
        }
        members.into()
    }
}

/// Reads `text`. Entities other than XML's own five and character references stay as written; nothing is ever
/// expanded from a document type.
///
/// # Errors
/// In words, when it is no well-formed XML or nests deeper than 128 elements. The text itself is not quoted.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        let event = reader.read_event().map_err(|error| invalid(reader.error_position(), &error.to_string()))?;
        let position = reader.buffer_position();
        match event {
            Event::Start(start) => {
                if open.len() > DEEPEST {
                    return Err(invalid(position, "elements nest deeper than 128"));
                }
                open.push(element(&start).map_err(|message| invalid(position, &message))?);
            }
            Event::Empty(start) => {
                let element = element(&start).map_err(|message| invalid(position, &message))?;
                append(&mut open, element);
            }
            Event::End(_) => {
                let element = open.pop().expect("the reader refuses an end without its start");
                append(&mut open, element);
            }
            Event::Text(content) => last(&mut open).text.push_str(&content),
            Event::CData(content) => last(&mut open).text.push_str(&content),
            Event::GeneralRef(reference) => {
                let name: &str = &reference;
                let character = reference.resolve_char_ref().map_err(|error| invalid(position, &error.to_string()))?;
                let text = &mut last(&mut open).text;
                match (character, quick_xml::escape::resolve_predefined_entity(name)) {
                    (Some(character), _) => text.push(character),
                    (None, Some(predefined)) => text.push_str(predefined),
                    (None, None) => text.push_str(&format!("&{name};")),
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
    let document = open
        .pop()
        .filter(|_| open.is_empty())
        .ok_or_else(|| invalid(reader.buffer_position(), "an element is not closed"))?;
    if document.children.is_empty() {
        return Err(invalid(reader.buffer_position(), "there is no element"));
    }
    Ok(document.children.into())
}

fn invalid(position: u64, why: &str) -> String {
    // The reader's words name elements; cut off anything that could be content.
    let why = why.split(['`', '"', '\'']).next().unwrap_or_default().trim_end_matches([' ', ':']);
    format!("Invalid XML in response (byte {position}: {why})")
}

fn last(open: &mut [Element]) -> &mut Element {
    open.last_mut().expect("the document itself is never closed")
}

/// Hands a closed element to the one around it: a list for each name.
fn append(open: &mut [Element], element: Element) {
    let parent = last(open);
    let name = element.name.clone();
    let value = element.close();
    match parent.children.get_mut(&name) {
        Some(Value::Array(same)) => same.push(value),
        _ => {
            parent.children.insert(name, vec![value]);
        }
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let name = start.name().as_ref().to_owned();
    let mut attributes = Collection::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let key = attribute.key.as_ref().to_owned();
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        attributes.insert(key, value.as_ref());
    }
    Ok(Element { name, attributes, ..Element::default() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_element_is_a_list() {
        let table = [
            ("<a>x</a>", json!({"a": ["x"]})),
            ("<a/>", json!({"a": [""]})),
            ("<a><b>1</b><b>2</b><c/></a>", json!({"a": [{"b": ["1", "2"], "c": [""]}]})),
            (r#"<a k="v">x</a>"#, json!({"a": [{"_attributes": {"k": "v"}, "_value": "x"}]})),
            (r#"<a k="v"/>"#, json!({"a": [{"_attributes": {"k": "v"}}]})),
            ("<a>\n  <b>x</b>\n</a>", json!({"a": [{"b": ["x"]}]})),
            ("<a>t<b>x</b></a>", json!({"a": [{"_value": "t", "b": ["x"]}]})),
            ("<?xml version=\"1.0\"?><!-- c --><n:a>&lt;&#65;&x;<![CDATA[<&]]></n:a>", json!({"n:a": ["<A&x;<&"]})),
        ];
        for (text, expected) in table {
            assert_eq!(read(text).unwrap().to_json(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_xml_is_refused() {
        let deep = "<a>".repeat(200);
        for text in ["", "plain", "<a>", "<a></b>", "<a", "</a>", "<a k=1/>", deep.as_str()] {
            let message = read(text).unwrap_err();
            assert!(message.starts_with("Invalid XML in response"), "{text}: {message}");
        }
    }
}
