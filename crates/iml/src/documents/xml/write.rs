//! Writing XML as xmlbuilder's `create` and `end({pretty: true})` do: indented, an element with nothing but one text in
//! one line.

use std::cell::Cell;

use super::names::is_name;
use super::{ATTRIBUTES, VALUE};
use crate::XmlShape;
use crate::documents::DEEPEST;
use crate::eval::{Members, Val, append_text};

/// A document as text.
pub(crate) struct Written {
    pub(crate) text: String,
    /// Whether another shape would have given another text.
    pub(crate) by_shape: bool,
}

/// The document whose members are what stands at its top, in up to `bytes` bytes. Usually that is one root element;
/// nothing or several are written as xmlbuilder writes them, although XML has exactly one.
///
/// # Errors
/// In words: no member at all, a name or a text that XML does not allow, too deep, too large.
pub(crate) fn write(document: Members<'_>, bytes: usize, shape: XmlShape) -> Result<Written, String> {
    if document.len() == 0 {
        return Err("there is no element to write".to_owned());
    }
    let mut writer = Writer { out: "<?xml version=\"1.0\"?>".to_owned(), bytes, shape, by_shape: Cell::new(false) };
    let top = writer.parts(Val::Collection(document))?;
    if top.takes_attributes {
        return Err("an attribute stands outside of any element".to_owned());
    }
    for child in &top.children {
        writer.line(0)?;
        writer.child(child, 0)?;
    }
    Ok(Written { text: writer.out, by_shape: writer.by_shape.get() })
}

/// An element taken apart.
#[derive(Default)]
struct Parts<'a> {
    attributes: Vec<(&'a str, String)>,
    /// Whether an attribute is named, be it null.
    takes_attributes: bool,
    children: Vec<Child<'a>>,
}

/// What stands in an element, in its order.
enum Child<'a> {
    /// An element and what is in it.
    Element(&'a str, Val<'a>),
    Text(String),
    Cdata(String),
    /// XML that is written as it is.
    Raw(String),
    Comment(String),
    /// A processing instruction: target and content.
    Instruction(&'a str, String),
}

impl<'a> Parts<'a> {
    /// Of two attributes of one name the later wins, at the earlier's place.
    fn set_attribute(&mut self, name: &'a str, value: String) {
        match self.attributes.iter_mut().find(|(other, _)| *other == name) {
            Some(attribute) => attribute.1 = value,
            None => self.attributes.push((name, value)),
        }
    }

    /// Whether there is nothing to see between the tags.
    fn is_blank(&self) -> bool {
        self.children
            .iter()
            .all(|child| matches!(child, Child::Text(text) | Child::Cdata(text) | Child::Raw(text) if text.is_empty()))
    }
}

struct Writer {
    out: String,
    bytes: usize,
    shape: XmlShape,
    /// Whether a name was met that the shapes disagree about.
    by_shape: Cell<bool>,
}

impl Writer {
    /// What a value holds as the content of an element.
    fn parts<'a>(&self, value: Val<'a>) -> Result<Parts<'a>, String> {
        let mut parts = Parts::default();
        match value {
            Val::Collection(members) => self.add_members(&mut parts, members)?,
            value => parts.children.push(Child::Text(self.text_of(value)?)),
        }
        Ok(parts)
    }

    fn add_members<'a>(&self, parts: &mut Parts<'a>, members: Members<'a>) -> Result<(), String> {
        members.iter().try_for_each(|(name, value)| self.add(parts, name, value))
    }

    /// Adds a member. xmlbuilder's names need only begin so: `#text1` and `#text2` are two texts.
    fn add<'a>(&self, parts: &mut Parts<'a>, name: &'a str, value: Val<'a>) -> Result<(), String> {
        parts.takes_attributes |= name.starts_with('@');
        match (name, value) {
            (_, Val::Undefined | Val::Null) => {}
            (ATTRIBUTES, Val::Collection(attributes)) if self.takes_answers_names() => {
                for (name, value) in attributes.iter().filter(|(_, value)| !value.is_nullish()) {
                    parts.set_attribute(name, self.text_of(value)?);
                }
            }
            (VALUE, value) if self.takes_answers_names() => parts.children.push(Child::Text(self.text_of(value)?)),
            (_, value) if name.starts_with('@') => {
                let text = self.text_of(value)?;
                refuse_illegal(&text)?;
                parts.set_attribute(&name[1..], text);
            }
            (_, Val::Array(items)) => items.iter().try_for_each(|item| self.add(parts, name, item))?,
            (_, value) if name.starts_with('?') => {
                let has_content = value.truthy() && !matches!(value, Val::Collection(_));
                let content = if has_content { self.text_of(value)? } else { String::new() };
                parts.children.push(Child::Instruction(&name[1..], content));
                if let Val::Collection(members) = value {
                    self.add_members(parts, members)?;
                }
            }
            (_, Val::Collection(members)) if name.starts_with("#text") && members.len() > 0 => {
                self.add_members(parts, members)?;
            }
            (_, value) => parts.children.push(self.child_of(name, value)?),
        }
        Ok(())
    }

    /// Whether `_attributes` and `_value` have their meaning: asked where one of them stands.
    fn takes_answers_names(&self) -> bool {
        self.by_shape.set(true);
        self.shape == XmlShape::Answer
    }

    fn child_of<'a>(&self, name: &'a str, value: Val<'a>) -> Result<Child<'a>, String> {
        let child: fn(String) -> Child<'a> = match name {
            _ if name.starts_with("#text") => Child::Text,
            _ if name.starts_with("#cdata") => Child::Cdata,
            _ if name.starts_with("#comment") => Child::Comment,
            _ if name.starts_with("#raw") => Child::Raw,
            _ => return Ok(Child::Element(name, value)),
        };
        match value {
            Val::Collection(_) => Err(format!("`{name}` takes a text, not a collection")),
            value => self.text_of(value).map(child),
        }
    }

    fn text_of(&self, value: Val<'_>) -> Result<String, String> {
        let mut text = String::new();
        if append_text(value, &mut text, self.bytes) { Ok(text) } else { Err(self.too_large()) }
    }

    fn child(&mut self, child: &Child<'_>, depth: usize) -> Result<(), String> {
        match child {
            Child::Element(name, value) => self.element(name, *value, depth),
            Child::Comment(text) => {
                if text.contains("--") {
                    return Err("a comment cannot hold `--`".to_owned());
                }
                self.legal(text, "<!-- ", " -->")
            }
            Child::Instruction(target, content) => {
                if content.contains("?>") || target.contains("?>") {
                    return Err("a processing instruction cannot hold `?>`".to_owned());
                }
                self.legal(target, "<?", if content.is_empty() { "" } else { " " })?;
                self.legal(content, "", "?>")
            }
            Child::Text(text) => self.escaped(text, false),
            // The end of a section stands in two sections.
            Child::Cdata(text) => self.legal(&text.replace("]]>", "]]]]><![CDATA[>"), "<![CDATA[", "]]>"),
            Child::Raw(text) => {
                self.out.push_str(text);
                self.within_bounds()
            }
        }
    }

    fn element(&mut self, name: &str, value: Val<'_>, depth: usize) -> Result<(), String> {
        if depth >= DEEPEST {
            return Err(format!("the elements nest deeper than {DEEPEST}"));
        }
        let parts = self.parts(value)?;
        self.out.push('<');
        self.name(name)?;
        for (name, value) in &parts.attributes {
            self.out.push(' ');
            self.name(name)?;
            self.out.push_str("=\"");
            self.escaped(value, true)?;
            self.out.push('"');
        }
        if parts.is_blank() {
            self.out.push_str("/>");
            return Ok(());
        }
        self.out.push('>');
        match parts.children.as_slice() {
            [only @ (Child::Text(_) | Child::Cdata(_) | Child::Raw(_))] => self.child(only, depth)?,
            children => {
                for child in children {
                    self.line(depth + 1)?;
                    self.child(child, depth + 1)?;
                }
                self.line(depth)?;
            }
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        Ok(())
    }

    /// Starts a line, indented by two blanks for each element around it.
    fn line(&mut self, depth: usize) -> Result<(), String> {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", depth));
        self.within_bounds()
    }

    fn name(&mut self, name: &str) -> Result<(), String> {
        if !is_name(name) {
            let hint = match name {
                "#" | "$" | "!" => "; what parseXML gives as # $ ! is written by #text, #cdata and #comment",
                _ => "",
            };
            return Err(format!("'{name}' is not a name that XML allows{hint}"));
        }
        self.out.push_str(name);
        Ok(())
    }

    /// What xmlbuilder escapes: in attributes the quote and the blanks that a reader would change, too.
    fn escaped(&mut self, text: &str, in_attribute: bool) -> Result<(), String> {
        refuse_illegal(text)?;
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' if !in_attribute => self.out.push_str("&gt;"),
                '"' if in_attribute => self.out.push_str("&quot;"),
                '\t' if in_attribute => self.out.push_str("&#x9;"),
                '\n' if in_attribute => self.out.push_str("&#xA;"),
                '\r' => self.out.push_str("&#xD;"),
                _ => self.out.push(character),
            }
        }
        self.within_bounds()
    }

    /// A text that nothing in is escaped, between what opens and closes it.
    fn legal(&mut self, text: &str, open: &str, close: &str) -> Result<(), String> {
        refuse_illegal(text)?;
        self.out.extend([open, text, close]);
        self.within_bounds()
    }

    fn within_bounds(&self) -> Result<(), String> {
        if self.out.len() > self.bytes { Err(self.too_large()) } else { Ok(()) }
    }

    fn too_large(&self) -> String {
        format!("the XML takes more than {} bytes", self.bytes)
    }
}

/// Char of XML 1.0 (fifth edition) §2.2.
fn refuse_illegal(text: &str) -> Result<(), String> {
    let illegal = |character: &char| matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    match text.chars().find(illegal) {
        Some(character) => Err(format!("XML cannot hold the character U+{:04X}", u32::from(character))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::super::read;
    use super::*;
    use crate::Value;

    const ENOUGH: usize = 1 << 16;

    fn written(json: &Json, shape: XmlShape) -> Result<String, String> {
        let value = Value::from_tagged(json);
        let Val::Collection(members) = Val::from(&value) else { panic!("{json} is no collection") };
        write(members, ENOUGH, shape).map(|written| written.text)
    }

    #[test]
    fn what_is_written_in_the_shape_of_an_answer_reads_back() {
        let table = [
            json!({"a": ["x"]}),
            json!({"a": [""]}),
            json!({"a": [" x\n\t\"'<>&\r]]> "]}),
            json!({"n:a-1.b": [{"_attributes": {"k": "\"'<>&\t\r\n "}, "_value": "x"}]}),
            json!({"é": [{"_value": "t", "b": ["1", {"c": ["", ""]}], "d": ["😀"]}]}),
        ];
        for json in table {
            let text = written(&json, XmlShape::Answer).unwrap();
            assert_eq!(read(&text, ENOUGH).unwrap().to_json(), json, "{text}");
        }
    }

    #[test]
    fn the_layout_is_xmlbuilders() {
        // Each checked with `create(object).end({pretty: true})` of xmlbuilder 15.1.1, but for the date.
        let table = [
            (json!({"a": {"b": {"c": 1.5}, "d": {}}}), "\n<a>\n  <b>\n    <c>1.5</c>\n  </b>\n  <d/>\n</a>"),
            (json!({"a": {"#text": "t", "b": true}}), "\n<a>\n  t\n  <b>true</b>\n</a>"),
            (json!({"a": {"b": 1, "#text": "t", "#text2": "u"}}), "\n<a>\n  <b>1</b>\n  t\n  u\n</a>"),
            (json!({"a": {"@k": "v", "@gone": null, "l": [], "m": [null, 1]}}), "\n<a k=\"v\">\n  <m>1</m>\n</a>"),
            (json!({"a": {"@x": "\"<>&'\t\n\r"}}), "\n<a x=\"&quot;&lt;>&amp;'&#x9;&#xA;&#xD;\"/>"),
            (json!({"a": {"#cdata": "x]]>y"}}), "\n<a><![CDATA[x]]]]><![CDATA[>y]]></a>"),
            (
                json!({"a": {"#cdata": "x", "#comment": "c", "#raw": "<r/>&"}}),
                "\n<a>\n  <![CDATA[x]]>\n  <!-- c -->\n  <r/>&\n</a>",
            ),
            (json!({"a": {"#raw": "<b>&</b>"}}), "\n<a><b>&</b></a>"),
            (json!({"a": {"?pi": "v", "?q": false}}), "\n<a>\n  <?pi v?>\n  <?q?>\n</a>"),
            (json!({"?p": "d", "#comment": "c", "a": 1}), "\n<?p d?>\n<!-- c -->\n<a>1</a>"),
            (json!({"a": {"#text": {"b": 1, "c": 2}}}), "\n<a>\n  <b>1</b>\n  <c>2</c>\n</a>"),
            (json!({"a": {"#text": ["x", "y"]}}), "\n<a>\n  x\n  y\n</a>"),
            (json!({"a": {"b": [[1, 2], [3]]}}), "\n<a>\n  <b>1</b>\n  <b>2</b>\n  <b>3</b>\n</a>"),
            (json!({"a": {"#text": "", "#cdata": ""}}), "\n<a/>"),
            (json!({"a": {"_attributes": {"k": 1}}}), "\n<a>\n  <_attributes>\n    <k>1</k>\n  </_attributes>\n</a>"),
            (json!({"a": null}), ""),
            (json!({"a": []}), ""),
            (json!({"a": [1, 2], "b": 3}), "\n<a>1</a>\n<a>2</a>\n<b>3</b>"),
            (json!({"a": {"$date": "2024-01-01T00:00:00Z"}, "b": null}), "\n<a>2024-01-01T00:00:00.000Z</a>"),
        ];
        for (json, expected) in table {
            assert_eq!(written(&json, XmlShape::Objects).unwrap(), format!("<?xml version=\"1.0\"?>{expected}"));
        }
    }

    #[test]
    fn what_xml_cannot_hold_is_refused() {
        let table = [
            (json!({}), "no element"),
            (json!({"@a": 1, "b": 2}), "outside of any element"),
            (json!({"a><b": 1}), "not a name"),
            (json!({"": 1}), "not a name"),
            (json!({"a": {"@1": 1}}), "not a name"),
            (json!({"a": {"#": "t"}}), "is written by #text"),
            (json!({"a": "\u{1}"}), "U+0001"),
            (json!({"a": {"#cdata": "\u{1}"}}), "U+0001"),
            (json!({"a": {"#cdata": {"b": 1}}}), "`#cdata` takes a text"),
            (json!({"a": {"#text": {}}}), "`#text` takes a text"),
            (json!({"a": {"#comment": "x--y"}}), "`--`"),
            (json!({"a": {"?p": "x?>y"}}), "`?>`"),
            (json!({"a": "x".repeat(ENOUGH)}), "more than 65536 bytes"),
        ];
        for (json, expected) in table {
            let message = written(&json, XmlShape::Objects).unwrap_err();
            assert!(message.contains(expected), "{json}: {message}");
        }
        let deep = (0..200).fold(json!("x"), |inner, _| json!({"a": inner}));
        assert!(written(&deep, XmlShape::Objects).unwrap_err().contains("deeper than 128"));
    }
}
