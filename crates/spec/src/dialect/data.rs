//! `data`: JSON text in which variables are replaced, before it is parsed again (chiefonboarding.md §3, templates).
//!
//! The value is written as Python's `json.dumps` writes it and compiled as one template. So a quote inside a filter's
//! argument is a backslash and a quote to the template, a value's quote becomes `&quot;`, and a value's line break or
//! backslash breaks the JSON.

use connspec_diagnostics::{EscapeMap, Place, SourceId, Span};

use super::Template;
use super::template::float_repr;
use crate::node::{Node, NodeValue};

/// `data`, compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct DataTemplate {
    template: Template,
    pieces: Vec<Piece>,
    place: Place,
}

/// A text or key within the JSON text, and the way back to the file.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    span: Span,
    source: SourceId,
    /// From the file's characters to the text's.
    file: EscapeMap,
    /// The literal within the JSON text.
    literal: String,
}

impl DataTemplate {
    /// Compiles a value.
    pub fn new(node: &Node) -> Self {
        let mut writer = Writer { text: String::new(), pieces: Vec::new() };
        writer.value(node);
        Self { template: Template::parse(&writer.text), pieces: writer.pieces, place: node.place }
    }

    /// The template over the JSON text.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// The file place of a span of the JSON text; the whole value where it is not within one text.
    pub fn place(&self, span: Span) -> Place {
        let within = self.pieces.iter().find(|piece| piece.span.start <= span.start && span.end <= piece.span.end);
        within.map_or(self.place, |piece| {
            let decoded = |offset: u32| {
                let literal = &piece.literal[..offset.saturating_sub(piece.span.start) as usize];
                let (decoded, _) = EscapeMap::for_json_string(literal, 0);
                u32::try_from(decoded.len()).unwrap_or(u32::MAX)
            };
            let span = Span { start: decoded(span.start), end: decoded(span.end) };
            Place::new(piece.source, piece.file.to_file(span))
        })
    }
}

/// The value as Python's `json.dumps` writes it: `", "` and `": "`, everything beyond ASCII as `\uXXXX`.
pub fn json_dumps(node: &Node) -> String {
    let mut writer = Writer { text: String::new(), pieces: Vec::new() };
    writer.value(node);
    writer.text
}

struct Writer {
    text: String,
    pieces: Vec<Piece>,
}

impl Writer {
    fn value(&mut self, node: &Node) {
        match &node.value {
            NodeValue::Null => self.text.push_str("null"),
            NodeValue::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            NodeValue::Number { value, text } => self.text.push_str(&number(*value, text)),
            NodeValue::Text(text) => self.literal(&text.value, node.place.source, &text.escapes),
            NodeValue::Array(elements) => {
                self.text.push('[');
                for (index, element) in elements.iter().enumerate() {
                    self.separate(index);
                    self.value(element);
                }
                self.text.push(']');
            }
            NodeValue::Object(_) => self.object(node),
        }
    }

    /// Of duplicate keys the last value counts, at the place of the first: a Python dictionary.
    fn object(&mut self, node: &Node) {
        let mut seen = std::collections::HashSet::new();
        let first = node.members().iter().filter(|member| seen.insert(member.key.as_str()));
        self.text.push('{');
        for (index, member) in first.enumerate() {
            self.separate(index);
            self.literal(&member.key, member.key_place.source, &member.key_escapes);
            self.text.push_str(": ");
            if let Some(value) = node.get(&member.key) {
                self.value(value);
            }
        }
        self.text.push('}');
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.text.push_str(", ");
        }
    }

    fn literal(&mut self, text: &str, source: SourceId, file: &EscapeMap) {
        let from = self.text.len();
        let literal = dumped(text);
        self.text.push_str(&literal);
        self.pieces.push(Piece { span: Span::new(from, self.text.len()), source, file: file.clone(), literal });
    }
}

/// A text as `json.dumps` writes it.
fn dumped(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            '\u{8}' => literal.push_str("\\b"),
            '\u{c}' => literal.push_str("\\f"),
            ' '..='~' => literal.push(character),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    literal.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    literal.push('"');
    literal
}

/// An integer keeps its digits, however many; a float is written as Python writes it.
fn number(value: f64, text: &str) -> String {
    if !text.contains(['.', 'e', 'E']) {
        return if text == "-0" { "0".to_owned() } else { text.to_owned() };
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    float_repr(value)
}

#[cfg(test)]
mod tests {
    use connspec_diagnostics::SourceMap;
    use serde_json::{Map, json};

    use super::*;
    use crate::json;

    fn data(text: &str) -> (SourceMap, DataTemplate, String) {
        let mut sources = SourceMap::new();
        let source = sources.add("x.json", text);
        let node = json::read(source, text).node.unwrap();
        (sources, DataTemplate::new(&node), json_dumps(&node))
    }

    #[test]
    fn the_text_is_python_s() {
        // Each right side is `json.dumps(json.loads(left))` of Python 3.
        for (text, expected) in [
            (
                r#"{"a":1,"b":[true,null,1.0,1e20,-0.5e-7],"c":"é\n\"/\u0001😀"}"#,
                r#"{"a": 1, "b": [true, null, 1.0, 1e+20, -5e-08], "c": "\u00e9\n\"/\u0001\ud83d\ude00"}"#,
            ),
            (r#"{"a":1,"b":2,"a":12345678901234567890123}"#, r#"{"a": 12345678901234567890123, "b": 2}"#),
            ("[]", "[]"),
        ] {
            assert_eq!(data(text).2, expected);
        }
    }

    #[test]
    fn a_span_of_the_json_text_leads_to_the_file() {
        let text = r#"{"é": "\u00e9 {{ SECRET }}", "b": ["{{ x|nope }}"]}"#;
        let (sources, template, _) = data(text);
        let error = template.template().error().unwrap();
        assert_eq!(sources.slice(template.place(error.span)), "nope");
        let (sources, template, _) = data(r#"{"é": "\u00e9\n {{ SECRET }}"}"#);
        let variable = template.template().variables()[0];
        assert_eq!(sources.slice(template.place(variable.span)), "SECRET");
    }

    #[test]
    fn values_are_replaced_within_the_text() {
        let (_, template, _) = data(r#"{"a": "{{ V }}", "{{ K }}": [1]}"#);
        let variables: Map<_, _> =
            [("V".to_owned(), json!("q\"&\n")), ("K".to_owned(), json!("key"))].into_iter().collect();
        let rendered = template.template().render(&variables).unwrap();
        assert_eq!(rendered.text, "{\"a\": \"q&quot;&amp;\n\", \"key\": [1]}");
    }

    #[test]
    fn a_quote_in_a_filter_s_argument_arrives_with_a_backslash() {
        let (_, template, _) = data(r#"{"a": "{{ V|default:\"x\" }}"}"#);
        assert!(template.template().error().is_some());
    }
}
