//! XML in two shapes: Make's own for answers, and the objects that `parseXML` gives; and writing it.
//!
//! What stands in a document is read in one place, `read_as`; a `Shape` makes a value of it.

mod names;
mod objects;
mod response;
mod write;

pub(crate) use objects::read_objects;
pub use response::{ATTRIBUTES, VALUE};
pub(crate) use write::write;

use quick_xml::Reader;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{Budget, DEEPEST, Invalid};
use crate::Value;

/// Reads `text` in the shape Make gives to answers (communication.md §7 type): every element is a list, also the
/// root; an element without attributes and children is its text; otherwise a collection of its children, with its own
/// text in [`VALUE`] and its attributes in [`ATTRIBUTES`]. Its values may take up to `bytes` of memory. Entities other
/// than XML's own five and character references stay as written; nothing is ever expanded from a document type.
///
/// # Errors
/// When it is no well-formed XML with one root element, nests deeper than 128 elements, or is too large.
pub fn read(text: &str, bytes: usize) -> Result<Value, Invalid> {
    read_as::<response::Response>(text, bytes)
}

/// Makes a value of a document's parts, which come in their order.
trait Shape: Default {
    /// What an element takes in memory, at most, besides its name, attributes and content.
    const ELEMENT: usize;
    /// Whether a `&` that begins no reference is a character like any other.
    const ALLOWS_AMPERSANDS: bool;

    /// The value of an attribute.
    fn attribute(attribute: &Attribute<'_>) -> Result<String, Refusal>;
    /// An element begins.
    fn open(&mut self, name: &str, attributes: Vec<(String, String)>) -> Result<(), Refusal>;
    /// The innermost element ends.
    fn close(&mut self);
    /// A piece of text, as it is written.
    fn text(&mut self, text: &str);
    /// A reference within text.
    fn reference(&mut self, reference: &BytesRef<'_>) -> Result<(), Refusal>;
    /// The content of a CDATA section.
    fn cdata(&mut self, text: &str);
    /// A comment.
    fn comment(&mut self, _text: &str) {}
    /// A processing instruction.
    fn instruction(&mut self, _target: &str, _content: &str) {}
    /// The document as a value, when all its elements are closed.
    fn finish(self) -> Value;
}

fn read_as<S: Shape>(text: &str, bytes: usize) -> Result<Value, Invalid> {
    let mut document = Document { shape: S::default(), depth: 0, roots: 0, budget: Budget::new(bytes) };
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = S::ALLOWS_AMPERSANDS;
    loop {
        let event = reader.read_event().map_err(|error| malformed(text, reader.error_position(), &error))?;
        let position = reader.buffer_position();
        if matches!(event, Event::Eof) {
            return document.finish().map_err(|refusal| refusal.at(text, position));
        }
        document.take(event).map_err(|refusal| refusal.at(text, position))?;
    }
}

/// Why a part is refused; its place is known to the reader only.
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

/// A document while it is read: what is wrong with it is found here, whatever its shape.
struct Document<S> {
    shape: S,
    depth: usize,
    roots: usize,
    budget: Budget,
}

impl<S: Shape> Document<S> {
    fn take(&mut self, event: Event<'_>) -> Result<(), Refusal> {
        match event {
            Event::Start(start) => {
                if self.depth == DEEPEST {
                    return Err(Refusal::TooDeep);
                }
                self.open(&start)?;
            }
            Event::Empty(start) => {
                self.open(&start)?;
                self.close();
            }
            Event::End(_) => self.close(),
            Event::Text(text) => {
                self.within_root(&text)?;
                self.shape.text(&text);
            }
            Event::CData(text) => {
                self.within_root(&text)?;
                self.shape.cdata(&text);
            }
            Event::GeneralRef(reference) => {
                self.within_root(&reference)?;
                self.shape.reference(&reference)?;
            }
            Event::Comment(text) => {
                self.budget.take(S::ELEMENT + text.len())?;
                self.shape.comment(&text);
            }
            Event::PI(instruction) => {
                self.budget.take(S::ELEMENT + instruction.len())?;
                self.shape.instruction(instruction.target(), instruction.content());
            }
            Event::Eof | Event::Decl(_) | Event::DocType(_) => {}
        }
        Ok(())
    }

    /// Accounts for a piece of text, which outside the root element can only be blanks.
    fn within_root(&self, text: &str) -> Result<(), Refusal> {
        if self.depth == 0 && !text.trim_start_matches('\u{feff}').trim().is_empty() {
            return Err(Refusal::Malformed("text stands outside the root element".to_owned()));
        }
        Ok(self.budget.take(text.len())?)
    }

    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Refusal> {
        let name = start.name();
        self.budget.take(S::ELEMENT + name.as_ref().len())?;
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| Refusal::Malformed(error.to_string()))?;
            let (key, value) = (attribute.key.as_ref().to_owned(), S::attribute(&attribute)?);
            self.budget.take(size_of::<(String, Value)>() + key.len() + value.len())?;
            attributes.push((key, value));
        }
        self.roots += usize::from(self.depth == 0);
        self.depth += 1;
        self.shape.open(name.as_ref(), attributes)
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.shape.close();
    }

    fn finish(self) -> Result<Value, Refusal> {
        if self.depth > 0 {
            return Err(Refusal::Malformed("an element is not closed".to_owned()));
        }
        match self.roots {
            0 => Err(Refusal::Malformed("there is no element".to_owned())),
            1 => Ok(self.shape.finish()),
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
    use super::*;

    const ENOUGH: usize = 1 << 20;

    #[test]
    fn what_is_no_xml_is_refused_with_its_place() {
        let table =
            ["", "plain", "<a>", "<a></b>", "<a", "</a>", "<a k=1/>", "<a/><a/>", "<a/><b/>", "<a/>x", "<a>&#0;</a>"];
        for (text, read) in table.iter().flat_map(|text| [(text, read as fn(&str, usize) -> _), (text, read_objects)]) {
            assert!(matches!(read(text, ENOUGH), Err(Invalid::Malformed { .. })), "{text}");
        }
        for read in [read, read_objects] {
            let Err(Invalid::Malformed { line, why, .. }) = read("<a>\n<secret></b></a>", ENOUGH) else { panic!() };
            assert_eq!(line, 2);
            assert!(!why.contains("secret"), "{why}");
        }
    }

    #[test]
    fn depth_and_size_are_bounded() {
        for read in [read, read_objects] {
            assert!(matches!(read(&"<a>".repeat(100_000), ENOUGH), Err(Invalid::TooDeep { .. })));
            let nested = format!("{}{}", "<a>".repeat(DEEPEST), "</a>".repeat(DEEPEST));
            assert!(read(&nested, ENOUGH).is_ok());
            let wide = format!("<a>{}</a>", "<b/>".repeat(10_000));
            assert_eq!(read(&wide, ENOUGH), Err(Invalid::TooLarge(ENOUGH)));
            assert!(read(&wide, 4 * ENOUGH).is_ok());
        }
        let comments = format!("<a>{}</a>", "<!---->".repeat(10_000));
        assert_eq!(read_objects(&comments, ENOUGH), Err(Invalid::TooLarge(ENOUGH)));
    }
}
