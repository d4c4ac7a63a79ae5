//! Prints values the way the file around them is written: indentation, line ends, short ones on one line.

use serde_json::Value as Json;

/// Values that would end beyond this column are broken into lines.
pub(super) const WIDTH: usize = 100;

/// How values are printed at some place of a file.
pub(super) struct Layout<'t> {
    /// The indentation of the line the value begins on; none when everything stays on one line.
    indent: Option<&'t str>,
    unit: &'t str,
    /// The file's line end.
    pub newline: &'static str,
}

impl<'t> Layout<'t> {
    /// Everything on one line.
    pub(super) fn inline(text: &'t str) -> Self {
        Self { indent: None, unit: "", newline: newline_of(text) }
    }

    /// On a line of its own with this indentation.
    pub(super) fn block(text: &'t str, indent: &'t str, unit: Option<&'t str>) -> Self {
        Self { indent: Some(indent), unit: unit.unwrap_or_else(|| unit_of(text)), newline: newline_of(text) }
    }

    /// On the line that holds `offset`.
    pub(super) fn of_line(text: &'t str, offset: usize) -> Self {
        Self::block(text, super::trivia::line_indent(text, offset), None)
    }

    /// What stands between two entries.
    pub(super) fn separator(&self) -> String {
        self.indent.map_or_else(|| ", ".to_owned(), |indent| format!(",{}{indent}", self.newline))
    }

    /// The value as text.
    pub(super) fn print(&self, value: &Json) -> String {
        match self.indent {
            None => inline(value),
            Some(indent) => self.lines(value, indent),
        }
    }

    fn lines(&self, value: &Json, indent: &str) -> String {
        let short = inline(value);
        let nested = |value: &Json| value.as_object().is_some_and(|object| object.values().any(Json::is_object));
        if indent.len() + short.len() < WIDTH && !nested(value) {
            return short;
        }
        let inner = format!("{indent}{}", self.unit);
        let entries: Vec<String> = match value {
            Json::Array(elements) => elements.iter().map(|element| self.lines(element, &inner)).collect(),
            Json::Object(members) => {
                members.iter().map(|(key, value)| format!("{}: {}", text(key), self.lines(value, &inner))).collect()
            }
            _ => return short,
        };
        let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
        let newline = self.newline;
        let body = entries.join(&format!(",{newline}{inner}"));
        format!("{open}{newline}{inner}{body}{newline}{indent}{close}")
    }
}

/// A text as JSON writes it.
pub(super) fn text(value: &str) -> String {
    Json::from(value).to_string()
}

fn inline(value: &Json) -> String {
    match value {
        Json::Array(elements) if !elements.is_empty() => {
            format!("[{}]", elements.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        Json::Object(members) if !members.is_empty() => {
            let members: Vec<_> =
                members.iter().map(|(key, value)| format!("{}: {}", text(key), inline(value))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        other => other.to_string(),
    }
}

/// How much of a file shows how it is written, in bytes.
const SAMPLE: usize = 16 * 1024;

fn newline_of(text: &str) -> &'static str {
    let sample = &text.as_bytes()[..text.len().min(SAMPLE)];
    if sample.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" }
}

/// One step of indentation: that of the first indented line, four blanks where there is none.
pub(super) fn unit_of(text: &str) -> &str {
    let mut end = text.len().min(SAMPLE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut lines = text[..end].lines();
    let indented = lines.find(|line| blanks(line) > 0 && line.trim_start().starts_with(['"', '{', '[']));
    indented.map_or("    ", |line| &line[..blanks(line)])
}
