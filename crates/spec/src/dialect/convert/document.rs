//! JSON with comments, to be written.

use serde_json::Value as Json;

const WIDTH: usize = 116;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Doc {
    Value(Json),
    List(Vec<Doc>),
    Object(Vec<Entry>),
}

/// A member with the comments over it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub comments: Vec<String>,
    pub key: String,
    pub value: Doc,
}

impl Doc {
    /// As a base writes it: the answers of the connection's form are read from the store, for `parameters` there are the
    /// module's (connection.md §3).
    pub(super) fn reading_the_store(self) -> Self {
        match self {
            Self::Value(Json::String(text)) => Self::Value(Json::String(text.replace("parameters.", "connection."))),
            other => other,
        }
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Value(Json::String(text.into()))
    }

    /// An object of texts.
    pub(super) fn texts<'a>(members: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self::Object(members.into_iter().map(|(key, text)| Entry::new(key, Self::text(text))).collect())
    }

    /// The file: comments at its top, then the value.
    pub(super) fn file(&self, comments: &[String]) -> String {
        let mut text = String::new();
        comment(&mut text, comments, 0);
        self.write(&mut text, 0);
        text.push('\n');
        text
    }

    fn write(&self, text: &mut String, depth: usize) {
        match self {
            Self::Value(value) => text.push_str(&value.to_string()),
            Self::List(elements) if elements.is_empty() => text.push_str("[]"),
            Self::List(elements) => {
                text.push_str("[\n");
                for (index, element) in elements.iter().enumerate() {
                    indent(text, depth + 1);
                    element.write(text, depth + 1);
                    text.push_str(if index + 1 < elements.len() { ",\n" } else { "\n" });
                }
                indent(text, depth);
                text.push(']');
            }
            Self::Object(entries) if entries.is_empty() => text.push_str("{}"),
            Self::Object(entries) => {
                text.push_str("{\n");
                for (index, entry) in entries.iter().enumerate() {
                    comment(text, &entry.comments, depth + 1);
                    indent(text, depth + 1);
                    text.push_str(&format!("{}: ", Json::from(entry.key.as_str())));
                    entry.value.write(text, depth + 1);
                    text.push_str(if index + 1 < entries.len() { ",\n" } else { "\n" });
                }
                indent(text, depth);
                text.push('}');
            }
        }
    }
}

impl Entry {
    pub(super) fn new(key: impl Into<String>, value: Doc) -> Self {
        Self { comments: Vec::new(), key: key.into(), value }
    }

    pub(super) fn with_comments(mut self, comments: impl IntoIterator<Item = String>) -> Self {
        self.comments.extend(comments);
        self
    }
}

fn indent(text: &mut String, depth: usize) {
    text.push_str(&"    ".repeat(depth));
}

/// Each comment on lines of its own, broken between words. A directive for `connspec check` stays on one line.
fn comment(text: &mut String, comments: &[String], depth: usize) {
    for comment in comments {
        let mut line = String::new();
        for word in comment.split_whitespace() {
            let is_full = line.len() + word.len() + 4 * depth > WIDTH;
            if !line.is_empty() && is_full && !comment.starts_with("connspec-ignore") {
                indent(text, depth);
                text.push_str(&format!("//{line}\n"));
                line.clear();
            }
            line.push(' ');
            line.push_str(word);
        }
        indent(text, depth);
        text.push_str(&format!("//{line}\n"));
    }
}
