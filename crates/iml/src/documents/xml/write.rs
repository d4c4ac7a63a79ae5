//! Writing XML as xmlbuilder writes it: indented, an element with nothing but text in one line.

use super::{ATTRIBUTES, VALUE};
use crate::documents::DEEPEST;
use crate::eval::{Members, Val, append_text};

/// xmlbuilder's own name for the text of an element with attributes or children.
const TEXT: &str = "#text";
/// What xmlbuilder puts before the name of an attribute.
const ATTRIBUTE: char = '@';

/// The document whose only member is the root element, in up to `bytes` bytes.
///
/// # Errors
/// In words: not exactly one root element, a name or a character that XML does not allow, too deep, too large.
pub(crate) fn write(document: Members<'_>, bytes: usize) -> Result<String, String> {
    let mut roots = Vec::new();
    for (name, value) in document.iter() {
        roots.extend(elements(value).into_iter().map(|value| (name, value)));
    }
    let [(name, root)] = roots[..] else {
        return Err(format!("XML has exactly one root element, not {}", roots.len()));
    };
    let mut writer = Writer { out: "<?xml version=\"1.0\"?>".to_owned(), bytes };
    writer.element(name, root, 0)?;
    Ok(writer.out)
}

/// The elements a member stands for: one for each item of an array, none for null.
fn elements(value: Val<'_>) -> Vec<Val<'_>> {
    match value {
        Val::Array(list) => list.iter().filter(|item| !item.is_nullish()).collect(),
        Val::Undefined | Val::Null => Vec::new(),
        value => vec![value],
    }
}

/// An element taken apart.
#[derive(Default)]
struct Parts<'a> {
    attributes: Vec<(&'a str, Val<'a>)>,
    text: String,
    children: Vec<(&'a str, Val<'a>)>,
}

struct Writer {
    out: String,
    bytes: usize,
}

impl Writer {
    fn element(&mut self, name: &str, value: Val<'_>, depth: usize) -> Result<(), String> {
        if depth >= DEEPEST {
            return Err(format!("the elements nest deeper than {DEEPEST}"));
        }
        self.line(depth)?;
        let parts = self.parts(value)?;
        self.out.push('<');
        self.name(name)?;
        for (name, value) in &parts.attributes {
            self.out.push(' ');
            self.name(name)?;
            self.out.push_str("=\"");
            let text = self.text_of(*value)?;
            self.escaped(&text, true)?;
            self.out.push('"');
        }
        if parts.text.is_empty() && parts.children.is_empty() {
            self.out.push_str("/>");
            return Ok(());
        }
        self.out.push('>');
        if !parts.children.is_empty() && !parts.text.is_empty() {
            self.line(depth + 1)?;
        }
        self.escaped(&parts.text, false)?;
        for (name, child) in &parts.children {
            self.element(name, *child, depth + 1)?;
        }
        if !parts.children.is_empty() {
            self.line(depth)?;
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        Ok(())
    }

    fn parts<'a>(&self, value: Val<'a>) -> Result<Parts<'a>, String> {
        let mut parts = Parts::default();
        let Val::Collection(members) = value else {
            parts.text = self.text_of(value)?;
            return Ok(parts);
        };
        for (name, value) in members.iter() {
            match (name, value) {
                (_, Val::Undefined | Val::Null) => {}
                (ATTRIBUTES, Val::Collection(attributes)) => {
                    parts.attributes.extend(attributes.iter().filter(|(_, value)| !value.is_nullish()));
                }
                (VALUE | TEXT, value) => parts.text.push_str(&self.text_of(value)?),
                _ => match name.strip_prefix(ATTRIBUTE) {
                    Some(attribute) => parts.attributes.push((attribute, value)),
                    None => parts.children.extend(elements(value).into_iter().map(|value| (name, value))),
                },
            }
        }
        Ok(parts)
    }

    fn text_of(&self, value: Val<'_>) -> Result<String, String> {
        let mut text = String::new();
        if append_text(value, &mut text, self.bytes) { Ok(text) } else { Err(self.too_large()) }
    }

    /// Starts a line, indented by two blanks for each element around it.
    fn line(&mut self, depth: usize) -> Result<(), String> {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", depth));
        if self.out.len() > self.bytes { Err(self.too_large()) } else { Ok(()) }
    }

    fn name(&mut self, name: &str) -> Result<(), String> {
        let mut characters = name.chars();
        let holds = characters.next().is_some_and(starts_name) && characters.all(continues_name);
        if !holds {
            return Err(format!("'{name}' is not a name that XML allows"));
        }
        self.out.push_str(name);
        Ok(())
    }

    /// What xmlbuilder escapes: in attributes the quote and the blanks that a reader would change, too.
    fn escaped(&mut self, text: &str, in_attribute: bool) -> Result<(), String> {
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' if !in_attribute => self.out.push_str("&gt;"),
                '"' if in_attribute => self.out.push_str("&quot;"),
                '\t' if in_attribute => self.out.push_str("&#x9;"),
                '\n' if in_attribute => self.out.push_str("&#xA;"),
                '\r' => self.out.push_str("&#xD;"),
                '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                    return Err(format!("XML cannot hold the character U+{:04X}", u32::from(character)));
                }
                _ => self.out.push(character),
            }
        }
        if self.out.len() > self.bytes { Err(self.too_large()) } else { Ok(()) }
    }

    fn too_large(&self) -> String {
        format!("the XML takes more than {} bytes", self.bytes)
    }
}

/// NameStartChar of XML 1.0 (fifth edition) §2.3.
fn starts_name(character: char) -> bool {
    matches!(character,
        ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// NameChar of XML 1.0 (fifth edition) §2.3.
fn continues_name(character: char) -> bool {
    starts_name(character)
        || matches!(character, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::super::read;
    use super::*;
    use crate::Value;

    const ENOUGH: usize = 1 << 16;

    fn written(json: &Json) -> Result<String, String> {
        let value = Value::from_tagged(json);
        let Val::Collection(members) = Val::from(&value) else { panic!("{json} is no collection") };
        write(members, ENOUGH)
    }

    #[test]
    fn what_is_written_reads_back() {
        let table = [
            json!({"a": ["x"]}),
            json!({"a": [""]}),
            json!({"a": [" x\n\t\"'<>&\r]]> "]}),
            json!({"n:a-1.b": [{"_attributes": {"k": "\"'<>&\t\r\n "}, "_value": "x"}]}),
            json!({"é": [{"_value": "t", "b": ["1", {"c": ["", ""]}], "d": ["😀"]}]}),
        ];
        for json in table {
            let text = written(&json).unwrap();
            assert_eq!(read(&text, ENOUGH).unwrap().to_json(), json, "{text}");
        }
    }

    #[test]
    fn the_layout_is_xmlbuilders() {
        let table = [
            (json!({"a": {"b": {"c": 1.5}, "d": {}}}), "<a>\n  <b>\n    <c>1.5</c>\n  </b>\n  <d/>\n</a>"),
            (json!({"a": {"#text": "t", "b": true}}), "<a>\n  t\n  <b>true</b>\n</a>"),
            (json!({"a": {"@k": "v", "@gone": null, "l": [], "m": [null, 1]}}), "<a k=\"v\">\n  <m>1</m>\n</a>"),
            (json!({"a": {"$date": "2024-01-01T00:00:00Z"}, "b": null}), "<a>2024-01-01T00:00:00.000Z</a>"),
        ];
        for (json, expected) in table {
            assert_eq!(written(&json).unwrap(), format!("<?xml version=\"1.0\"?>\n{expected}"));
        }
    }

    #[test]
    fn what_xml_cannot_hold_is_refused() {
        let table = [
            (json!({}), "not 0"),
            (json!({"a": [1, 2]}), "not 2"),
            (json!({"a><b": 1}), "not a name"),
            (json!({"": 1}), "not a name"),
            (json!({"a": {"@1": 1}}), "not a name"),
            (json!({"a": "\u{1}"}), "U+0001"),
            (json!({"a": "x".repeat(ENOUGH)}), "more than 65536 bytes"),
        ];
        for (json, expected) in table {
            let message = written(&json).unwrap_err();
            assert!(message.contains(expected), "{json}: {message}");
        }
        let deep = (0..200).fold(json!("x"), |inner, _| json!({"a": inner}));
        assert!(written(&deep).unwrap_err().contains("deeper than 128"));
    }
}
