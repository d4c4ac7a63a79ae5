//! Reads what can be read of a text that is no JSON, so that one slip does not hide every other finding. What is
//! wrong has been reported by then; here is only guessed what was meant.
//!
//! A text that is never closed ends with its line. A value that is none is left out with its key. Brackets are
//! paired by how far their lines are indented where counting them leads nowhere: a key that is indented no deeper
//! than the line that opened its object stands outside of it.

use connspec_diagnostics::Place;

use super::{MAX_DEPTH, Reader};
use crate::node::{Member, Node, NodeValue, Text};

/// The tree of a broken text; none when nothing of it is an object or a list.
pub(super) fn tree(reader: &Reader<'_>) -> Option<Node> {
    Recovery::of(reader).tree()
}

/// A bracket that is never closed.
pub(super) struct Unclosed {
    /// The bracket that opens.
    pub opens: usize,
    /// Where something begins that is outside of it by its indentation; the end of the text when nothing does.
    pub ends: usize,
}

/// The brackets of a broken text that are never closed, as the text is indented, inner ones first.
pub(super) fn unclosed(reader: &Reader<'_>) -> Vec<Unclosed> {
    let mut recovery = Recovery::of(reader);
    recovery.tree();
    recovery.unclosed
}

struct Recovery<'r> {
    reader: &'r Reader<'r>,
    bytes: &'r [u8],
    /// Where each line starts.
    lines: Vec<usize>,
    unclosed: Vec<Unclosed>,
    at: usize,
}

/// An object or a list that is open.
struct Open {
    start: usize,
    /// How far the line is indented that opened it.
    outside: usize,
    /// How far its first entry is indented, when that stands on a line of its own.
    inside: Option<usize>,
}

impl<'r> Recovery<'r> {
    fn of(reader: &'r Reader<'r>) -> Self {
        let breaks = reader.text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        Self { reader, bytes: reader.text.as_bytes(), lines, unclosed: Vec::new(), at: 0 }
    }

    fn tree(&mut self) -> Option<Node> {
        if self.next()? == b'"' && self.is_member() {
            return Some(self.members()).filter(|node| !node.is_empty_container());
        }
        loop {
            match self.next()? {
                b'{' | b'[' => return Some(self.value(0)?).filter(|node| !node.is_empty_container()),
                _ => self.at += 1,
            }
        }
    }
}

impl Recovery<'_> {
    /// The next character behind white space and comments.
    fn next(&mut self) -> Option<u8> {
        loop {
            match self.bytes.get(self.at..)? {
                [] => return None,
                [b'/', b'/', ..] => self.at = self.line_end(),
                [b'/', b'*', ..] => {
                    let rest = &self.reader.text[self.at + 2..];
                    self.at = rest.find("*/").map_or(self.bytes.len(), |end| self.at + 2 + end + 2);
                }
                [byte, ..] if byte.is_ascii_whitespace() => self.at += 1,
                [byte, ..] => return Some(*byte),
            }
        }
    }

    fn line_end(&self) -> usize {
        self.bytes[self.at..]
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'))
            .map_or(self.bytes.len(), |n| self.at + n)
    }

    /// How far the line of `at` is indented, and whether only white space stands before `at`.
    fn indent(&self, at: usize) -> (usize, bool) {
        let start = self.lines[self.lines.partition_point(|line| *line <= at) - 1];
        let length = self.bytes[start..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        (length, start + length == at)
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        let start = self.at;
        let value = match self.next()? {
            b'{' if depth < MAX_DEPTH => NodeValue::Object(self.object(depth).into()),
            b'[' if depth < MAX_DEPTH => NodeValue::Array(self.list(depth)),
            b'"' | b'\'' => NodeValue::Text(self.text()),
            b'{' | b'[' | b'}' | b']' | b',' | b':' => return None,
            _ => return self.word(),
        };
        Some(Node { place: self.reader.place(start, self.at), value })
    }

    fn open(&mut self) -> Open {
        let start = self.at;
        self.at += 1;
        let outside = self.indent(start).0;
        self.next();
        let (inside, is_first) = self.indent(self.at);
        Open { start, outside, inside: is_first.then_some(inside).filter(|inside| *inside > outside) }
    }

    /// Whether what comes next is no longer in the brackets that are open: it begins a line that is indented no deeper
    /// than theirs.
    fn is_outside(&self, open: &Open) -> bool {
        let (indent, is_first) = self.indent(self.at);
        is_first && open.inside.is_some() && indent <= open.outside
    }

    /// Whether a closing bracket is one too many: what follows is indented like the entries it would end.
    fn is_stray(&mut self, open: &Open) -> bool {
        let closing = self.at;
        self.at += 1;
        if self.next() == Some(b',') {
            self.at += 1;
            self.next();
        }
        let (indent, is_first) = self.indent(self.at);
        let begins_entry = matches!(self.bytes.get(self.at), Some(b'"' | b'\'' | b'{' | b'['));
        self.at = closing;
        begins_entry && is_first && open.inside == Some(indent) && self.indent(closing).0 >= indent
    }

    fn object(&mut self, depth: usize) -> Vec<Member> {
        let open = self.open();
        let mut members = Vec::new();
        while let Some(byte) = self.next() {
            match byte {
                b'}' if self.is_stray(&open) => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return members;
                }
                b']' if open.start > 0 && depth > 0 && self.is_outside(&open) => break,
                b'"' | b'\'' if self.is_outside(&open) => break,
                b'"' | b'\'' => members.extend(self.member(depth)),
                byte if byte.is_ascii_alphabetic() || byte == b'_' => members.extend(self.member(depth)),
                _ => self.skip_one(),
            }
        }
        self.unclosed.push(Unclosed { opens: open.start, ends: self.at });
        members
    }

    /// Whether the text that comes next is a key.
    fn is_member(&mut self) -> bool {
        let start = self.at;
        self.text();
        let is_member = self.next() == Some(b':');
        self.at = start;
        is_member
    }

    /// A piece that was taken out of an object: members without the braces around them.
    fn members(&mut self) -> Node {
        let start = self.at;
        let mut members = Vec::new();
        while let Some(byte) = self.next() {
            if byte == b'"' {
                members.extend(self.member(0));
            } else {
                self.skip_one();
            }
        }
        Node { place: self.place(start), value: NodeValue::Object(members.into()) }
    }

    fn member(&mut self, depth: usize) -> Option<Member> {
        let start = self.at;
        let key = if matches!(self.bytes[start], b'"' | b'\'') { self.text() } else { self.bare() };
        let key_place = self.reader.place(start, self.at);
        if matches!(self.next(), Some(b':' | b'=')) {
            self.at += 1;
            self.next();
        }
        // A key behind a key: the value was forgotten.
        if self.next() == Some(b'"') && self.is_key() {
            return None;
        }
        let value = self.value(depth + 1)?;
        Some(Member { key: key.value.into(), key_place, key_escapes: key.escapes, value })
    }

    /// Whether the text that comes next is followed by a colon.
    fn is_key(&mut self) -> bool {
        let start = self.at;
        let broken_line = self.bytes[..start].iter().rev().take_while(|byte| **byte != b'"').any(|byte| *byte == b'\n');
        self.text();
        let is_key = self.next() == Some(b':');
        self.at = start;
        is_key && broken_line
    }

    fn list(&mut self, depth: usize) -> Vec<Node> {
        let open = self.open();
        let mut elements = Vec::new();
        while let Some(byte) = self.next() {
            match byte {
                b']' if self.is_stray(&open) => self.at += 1,
                b']' => {
                    self.at += 1;
                    return elements;
                }
                b'}' | b'"' if self.is_outside(&open) => break,
                b'}' => break,
                b',' | b':' => self.at += 1,
                _ => {
                    let before = self.at;
                    elements.extend(self.value(depth + 1));
                    if self.at == before || !self.reader.text.is_char_boundary(self.at) {
                        self.skip_one();
                    }
                }
            }
        }
        self.unclosed.push(Unclosed { opens: open.start, ends: self.at });
        elements
    }

    /// A text with its quotes; one that is never closed ends with its line, without a comma behind it.
    fn text(&mut self) -> Text {
        let start = self.at;
        let quote = self.bytes[start];
        let mut end = start + 1;
        while let Some(byte) = self.bytes.get(end).filter(|byte| !matches!(byte, b'\n' | b'\r')) {
            if *byte == quote {
                self.at = end + 1;
                return self.reader.text(start, self.at);
            }
            end += if *byte == b'\\' { 2 } else { 1 };
        }
        let written = self.reader.text.get(start..end).unwrap_or(&self.reader.text[start..]).trim_end();
        self.at = start + written.strip_suffix(',').unwrap_or(written).len();
        self.reader.text(start, self.at)
    }

    /// A key without quotes.
    fn bare(&mut self) -> Text {
        let start = self.at;
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$');
        self.at += self.bytes[start..].iter().take_while(is_part).count().max(1);
        self.reader.text(start, self.at)
    }

    /// `true`, `null`, a number; none for a word that is no value, which is passed over.
    fn word(&mut self) -> Option<Node> {
        let start = self.at;
        let ends =
            |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']' | b'{' | b'[' | b':' | b'"');
        let length = self.bytes[start..].iter().position(ends).unwrap_or(self.bytes.len() - start);
        self.at += length.max(1);
        let word = self.reader.text.get(start..self.at)?;
        let value = match word {
            "true" | "True" => NodeValue::Bool(true),
            "false" | "False" => NodeValue::Bool(false),
            "null" | "None" => NodeValue::Null,
            _ => NodeValue::Number {
                value: word.parse().ok().filter(|value: &f64| value.is_finite())?,
                text: word.into(),
            },
        };
        Some(Node { place: self.place(start), value })
    }

    fn place(&self, start: usize) -> Place {
        self.reader.place(start, self.at)
    }

    /// Passes over the rest of the character at hand.
    fn skip_one(&mut self) {
        self.at = (self.at + 1).min(self.bytes.len());
        while !self.reader.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }
}

impl Node {
    fn is_empty_container(&self) -> bool {
        self.members().is_empty() && self.elements().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use connspec_diagnostics::SourceMap;
    use serde_json::{Value, json};

    use crate::json;

    fn guessed(text: &str) -> Option<Value> {
        let mut sources = SourceMap::new();
        let source = sources.add("t", text);
        let reading = json::read(source, text);
        assert!(!reading.findings.is_empty(), "nothing is reported about {text}");
        reading.node.map(|node| node.to_json())
    }

    #[test]
    fn the_rest_of_a_broken_text_is_read() {
        let whole = json!({"a": {"b": "x", "c": [1, true]}, "d": "y"});
        for text in [
            "{\n  \"a\" {\n    \"b\": \"x\",\n    \"c\": [1, true]\n  },\n  \"d\": \"y\"\n}",
            "{\n  \"a\": {\n    \"b\": \"x,\n    \"c\": [1, true]\n  },\n  \"d\": \"y\"\n}",
            "{\n  \"a\": {\n    \"b\": \"x\",\n    \"c\": [1, True]\n  },\n  \"d\": \"y\"\n}",
            "{\n  \"a\": {\n    \"b\": \"x\",\n    \"c\": [1, true]\n  ,\n  \"d\": \"y\"\n}",
            "{\n  \"a\": {\n    \"b\": \"x\",\n    \"c\": [1, true]\n  }},\n  \"d\": \"y\"\n}",
            "{\n  \"a\": {\n    \"b\": \"x\"},\n    \"c\": [1, true]\n  },\n  \"d\": \"y\"\n}",
            "{\n  \"a\": {\n    \"b\": \"x\",\n    \"c\": [1, true\n  },\n  \"d\": \"y\"\n}",
            "{\n  \"a\": {\n    \"b\": \"x\",,\n    \"c\": [1, true]\n  },\n  \"d\": \"y\"\n",
            "{\"a\": {\"b\": \"x\", \"c\": [1, true]}, \"d\": \"y\"} }",
            "{\"a\": {\"b\" \"x\", \"c\": [1, true]}, \"d\": \"y\"}",
            "x = {\"a\": {\"b\": \"x\", \"c\": [1, true]}, \"d\": \"y\"}",
        ] {
            assert_eq!(guessed(text), Some(whole.clone()), "{text}");
        }
    }

    #[test]
    fn members_without_braces_are_an_object() {
        for (text, read) in [
            ("\"a\": {\"b\": 1},\n", json!({"a": {"b": 1}})),
            ("// a piece\n\"a\": 1,\n\"b\": [2]", json!({"a": 1, "b": [2]})),
            ("\"a\": 1 }", json!({"a": 1})),
            ("\"a\" {\"b\": 1}", json!({"b": 1})),
        ] {
            assert_eq!(guessed(text), Some(read), "{text}");
        }
    }

    #[test]
    fn a_value_that_is_none_is_left_out_with_its_key() {
        for (text, rest) in [
            ("{\"a\": , \"b\": 1}", json!({"b": 1})),
            ("{\"a\": undefined, \"b\": 1}", json!({"b": 1})),
            ("{\"a\":\n \"b\": 1}", json!({"b": 1})),
            ("{\"a\" \"c\"; \"b\": 1}", json!({"a": "c", "b": 1})),
            ("[\"a\" x, {\"b\": “c”, \"d\": 1}]", json!(["a", {"d": 1}])),
        ] {
            assert_eq!(guessed(text), Some(rest), "{text}");
        }
    }

    #[test]
    fn where_nothing_can_be_read_there_is_nothing() {
        for text in ["", "x", "{", "[", "\"a", "}{", "{\"a\"", "/* {\"a\": 1}"] {
            assert_eq!(guessed(text), None, "{text}");
        }
    }
}
