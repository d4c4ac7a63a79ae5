//! Reads JSON with comments into a [`Node`] tree, and words what is wrong so that an author can mend it.
//!
//! What Make's editor tolerates is tolerated: comments. A trailing comma is a warning. Everything else is an
//! error with its place; the tree is built all the same, strictly where the author's intent is plain (a missing
//! comma, single quotes, an unquoted key) and by guessing elsewhere (`recover`), so that one slip does not hide
//! every other finding. Nothing here panics or recurses without bound, whatever the bytes. A text that is in order, as
//! nearly all are, takes a shorter way (`quick`).

mod lexical;
mod messages;
mod quick;
mod recover;
mod unclosed;

use connspec_diagnostics::{Diagnostic, EscapeMap, Fix, Place, SourceId, SourceMap, Span};
use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::node::{Member, Node, NodeValue, Text};
use crate::rules;

/// Objects and lists may be nested this deep. Real definitions reach about 20.
pub const MAX_DEPTH: usize = 128;

/// What came of reading a text.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The tree; of a broken text what could be read of it, none when that is nothing.
    pub node: Option<Node>,
    /// Whether the tree is a guess at what a broken text means.
    pub guessed: bool,
    /// What is wrong with the text, in the order it was found.
    pub findings: Vec<Diagnostic>,
}

/// Adds a file to the sources and reads it. Bytes that are no UTF-8 become a finding, never a panic.
pub fn read_bytes(sources: &mut SourceMap, name: &str, bytes: impl Into<Vec<u8>>) -> (SourceId, Reading) {
    match String::from_utf8(bytes.into()) {
        Ok(text) => {
            let source = sources.add(name, text);
            (source, read(source, sources.get(source).text()))
        }
        Err(error) => {
            let (bytes, valid) = (error.as_bytes(), error.utf8_error().valid_up_to());
            let source = sources.add(name, String::from_utf8_lossy(bytes));
            let place = Place::new(source, Span::new(valid, valid + 3));
            (source, Reading { node: None, guessed: false, findings: vec![messages::encoding(bytes, place)] })
        }
    }
}

/// Reads a text that is already in the sources under `source`.
pub fn read(source: SourceId, text: &str) -> Reading {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let reader = Reader { source, text: &text[bom..], offset: bom };
    reader.read()
}

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    /// Bytes of the file before `text`: the byte order mark.
    offset: usize,
}

impl Reader<'_> {
    fn read(&self) -> Reading {
        match quick::tree(self) {
            Some(node) => Reading { node: Some(node), guessed: false, findings: Vec::new() },
            None => self.read_thoroughly(),
        }
    }

    fn read_thoroughly(&self) -> Reading {
        let scan = lexical::scan(self.text, MAX_DEPTH);
        let mut findings = Vec::new();
        if let Some(at) = scan.too_deep {
            findings.push(messages::too_deep(self.place(at, at + 1), MAX_DEPTH));
            return Reading { node: None, guessed: false, findings };
        }
        let (node, mut broken) = self.parse(&scan, &mut findings);
        let control_characters = scan.control_characters.iter().map(|control| self.control_character(control));
        extend_bounded(&mut findings, control_characters);
        if let Some(span) = scan.line_break_in_text {
            let place = self.place(span.range().start, span.range().end);
            // An unclosed text swallows what follows: any further complaint would be about its consequences.
            broken.retain(|_| node.is_some());
            broken.insert(0, messages::line_break_in_text(place, node.is_some()));
        }
        findings.extend(broken);
        let guessed = node.is_none();
        let node = node.or_else(|| recover::tree(self));
        extend_bounded(&mut findings, scan.trailing_commas.iter().map(|at| self.trailing_comma(*at)));
        extend_bounded(&mut findings, node.iter().flat_map(inexact_numbers));
        findings.sort_by_key(|finding| finding.place);
        Reading { node, guessed, findings }
    }

    /// Parses strictly, and again with each slip allowed once it has been reported.
    fn parse(&self, scan: &lexical::Scan, findings: &mut Vec<Diagnostic>) -> (Option<Node>, Vec<Diagnostic>) {
        let mut broken = Vec::new();
        let mut options = strict();
        loop {
            match parse_to_ast(self.text, &CollectOptions::default(), &options) {
                Ok(parsed) => {
                    if parsed.value.is_none() {
                        findings.push(messages::empty(self.place(0, 0)));
                    }
                    return (parsed.value.map(|value| self.node(&value)), broken);
                }
                Err(error) => {
                    broken.push(self.syntax_error(&error, scan));
                    if !relax(&mut options, error.kind()) {
                        return (None, broken);
                    }
                }
            }
        }
    }

    fn syntax_error(&self, error: &ParseError, scan: &lexical::Scan) -> Diagnostic {
        if matches!(error.kind(), ParseErrorKind::UnterminatedArray | ParseErrorKind::UnterminatedObject)
            && let Some(finding) = unclosed::finding(self, scan)
        {
            return finding;
        }
        let Range { start, end } = error.range();
        let place = self.place(start, end);
        let written = self.text.get(start..end).unwrap_or_default();
        if let Some(quote) = self.quote_in_braces(start) {
            let behind = &self.text[quote + 1..];
            let written = behind.split(['"', '\n', '\r']).next().unwrap_or_default();
            return messages::quote_in_braces(
                written,
                behind[written.len()..].starts_with('"'),
                self.place(quote, quote + 1),
            );
        }
        messages::syntax(error.kind(), written, place)
    }

    /// The double quote in front of a place that ends a text between its `{{` and `}}`, which go on behind it.
    fn quote_in_braces(&self, at: usize) -> Option<usize> {
        let before = self.text.get(..at)?.trim_end_matches([' ', '\t']);
        let quote = before.strip_suffix('"')?.len();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let open = before[line..].rfind("{{")?;
        let behind = self.text[at..].lines().next().unwrap_or_default();
        let is_open = !before[line + open..].contains("}}") && behind.contains("}}");
        (is_open && line + open + 2 <= quote).then_some(quote)
    }

    fn trailing_comma(&self, at: usize) -> Diagnostic {
        let place = self.place(at, at + 1);
        rules::TRAILING_COMMA
            .finding("a comma after the last entry")
            .at(place)
            .why("JSON knows no trailing comma; Make's editor marks it, and other readers of the file refuse it")
            .help("remove the comma")
            .fix(Fix::safe("remove the trailing comma").replace(place, ""))
    }

    fn control_character(&self, control: &lexical::ControlCharacter) -> Diagnostic {
        let place = self.place(control.at, control.at + 1);
        let escaped = control.escaped();
        rules::JSON_SYNTAX
            .finding(format!("a raw control character inside a text (write `{escaped}`)"))
            .at(place)
            .why("JSON forbids control characters in texts; Make refuses to save the section")
            .help(format!("replace it with `{escaped}`"))
            .fix(Fix::safe(format!("write `{escaped}`")).replace(place, escaped))
    }

    fn place(&self, start: usize, end: usize) -> Place {
        Place::new(self.source, Span::new(start + self.offset, end + self.offset))
    }

    fn node(&self, value: &Value<'_>) -> Node {
        let Range { start, end } = value.range();
        let value = match value {
            Value::NullKeyword(_) => NodeValue::Null,
            Value::BooleanLit(literal) => NodeValue::Bool(literal.value),
            Value::NumberLit(literal) => {
                NodeValue::Number { value: literal.value.parse().unwrap_or(f64::NAN), text: literal.value.into() }
            }
            Value::StringLit(_) => NodeValue::Text(self.text(start, end)),
            Value::Array(array) => NodeValue::Array(array.elements.iter().map(|element| self.node(element)).collect()),
            Value::Object(object) => NodeValue::Object(
                object.properties.iter().map(|property| self.member(&property.name, &property.value)).collect(),
            ),
        };
        Node { place: self.place(start, end), value }
    }

    fn member(&self, name: &ObjectPropName<'_>, value: &Value<'_>) -> Member {
        let Range { start, end } = name.range();
        let Text { value: key, escapes, .. } = self.text(start, end);
        Member { key: key.into(), key_place: self.place(start, end), key_escapes: escapes, value: self.node(value) }
    }

    fn text(&self, start: usize, end: usize) -> Text {
        let place = self.place(start, end);
        let (value, escapes) = EscapeMap::for_json_string(&self.text[start..end], place.span.start);
        Text::new(value, escapes)
    }
}

fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// Allows the slip just reported, so that reading can go on; false when its meaning is anyone's guess.
/// Each kind is allowed once, so the number of attempts is bounded.
fn relax(options: &mut ParseOptions, kind: &ParseErrorKind) -> bool {
    let allowance = match kind {
        ParseErrorKind::ExpectedComma => &mut options.allow_missing_commas,
        ParseErrorKind::SingleQuotedStringsNotAllowed => &mut options.allow_single_quoted_strings,
        ParseErrorKind::ExpectedStringObjectProperty => &mut options.allow_loose_object_property_names,
        _ => return false,
    };
    !std::mem::replace(allowance, true)
}

/// So many findings of one kind in one file are worth showing.
const MAX_ALIKE: usize = 100;

/// Adds findings of one kind; beyond [`MAX_ALIKE`] the last one counts the rest instead of repeating itself.
fn extend_bounded(findings: &mut Vec<Diagnostic>, alike: impl Iterator<Item = Diagnostic>) {
    let mut alike = alike;
    findings.extend(alike.by_ref().take(MAX_ALIKE));
    let more = alike.count();
    if more > 0
        && let Some(last) = findings.last_mut()
    {
        last.message.push_str(&format!(" (and {more} more in this file)"));
    }
}

/// Whole numbers beyond 2^53 are rounded by JavaScript, and so by Make (communication.md §7).
fn inexact_numbers(root: &Node) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    root.each(&mut |node| {
        let NodeValue::Number { value, text } = &node.value else { return };
        let whole = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if (whole && value.abs() > 9_007_199_254_740_991.0) || value.is_infinite() {
            findings.push(
                rules::INEXACT_NUMBER
                    .finding(format!("`{}` does not fit a JavaScript number", shortened(text)))
                    .at(node.place)
                    .why("Make holds numbers as doubles: the digits beyond 2^53 are rounded")
                    .help("write the number as a text"),
            );
        }
    });
    findings
}

fn shortened(text: &str) -> String {
    if text.len() <= 24 { text.to_owned() } else { format!("{}…", &text[..24]) }
}

#[cfg(test)]
mod tests;
