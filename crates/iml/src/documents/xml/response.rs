//! The shape Make gives to answers (communication.md §7 type).

use quick_xml::XmlVersion;
use quick_xml::events::BytesRef;
use quick_xml::events::attributes::Attribute;

use super::{Refusal, Shape};
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

/// What has been read so far: the elements that are open, the first of which is the document itself.
pub(super) struct Response {
    open: Vec<Element>,
}

impl Default for Response {
    fn default() -> Self {
        Self { open: vec![Element::default()] }
    }
}

impl Response {
    fn innermost(&mut self) -> &mut Element {
        self.open.last_mut().expect("the document itself is never closed")
    }
}

impl Shape for Response {
    /// A list of its own for each name, and the text in it.
    const ELEMENT: usize = size_of::<(String, Value)>() + 4 * size_of::<Value>();
    const ALLOWS_AMPERSANDS: bool = false;

    fn attribute(attribute: &Attribute<'_>) -> Result<String, Refusal> {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        value.map(|value| value.into_owned()).map_err(|error| Refusal::Malformed(error.to_string()))
    }

    fn open(&mut self, name: &str, attributes: Vec<(String, String)>) -> Result<(), Refusal> {
        let attributes = attributes.into_iter().collect();
        self.open.push(Element { name: name.to_owned(), attributes, ..Element::default() });
        Ok(())
    }

    /// Hands the element to the one around it: a list for each name.
    fn close(&mut self) {
        let element = self.open.pop().expect("the reader refuses an end without its start");
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

    fn text(&mut self, text: &str) {
        self.innermost().text.push_str(text);
    }

    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Refusal> {
        let name: &str = reference;
        let character = reference.resolve_char_ref().map_err(|error| Refusal::Malformed(error.to_string()))?;
        match (character, quick_xml::escape::resolve_predefined_entity(name)) {
            (Some(character), _) => self.text(character.encode_utf8(&mut [0; 4])),
            (None, Some(predefined)) => self.text(predefined),
            (None, None) => self.text(&format!("&{name};")),
        }
        Ok(())
    }

    fn cdata(&mut self, text: &str) {
        self.text(text);
    }

    fn finish(mut self) -> Value {
        std::mem::take(&mut self.innermost().children).into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::read;

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
            assert_eq!(read(text, 1 << 20).unwrap().to_json(), expected, "{text}");
        }
    }
}
