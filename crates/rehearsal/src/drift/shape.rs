//! The shape of a JSON value: its type, what its members and elements are, and nothing of what they say.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Change, Drift};

/// What values at one place are like; of a list, its elements together.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Shape {
    types: BTreeSet<&'static str>,
    /// How many objects there were, and of each member how many had it.
    objects: usize,
    members: BTreeMap<String, (usize, Shape)>,
    elements: Option<Box<Shape>>,
}

impl Shape {
    pub(super) fn of(value: &Value) -> Self {
        let mut shape = Self::default();
        shape.add(value);
        shape
    }

    fn add(&mut self, value: &Value) {
        self.types.insert(match value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        });
        match value {
            Value::Array(items) => {
                let elements = self.elements.get_or_insert_with(Box::default);
                items.iter().for_each(|item| elements.add(item));
            }
            Value::Object(members) => {
                self.objects += 1;
                for (name, value) in members {
                    let (count, shape) = self.members.entry(name.clone()).or_default();
                    *count += 1;
                    shape.add(value);
                }
            }
            _ => {}
        }
    }

    /// Adds what `now` has otherwise, as pointers below `pointer`; elements of lists stand under `-`.
    pub(super) fn compare(&self, now: &Self, pointer: &str, found: &mut Vec<Drift>) {
        if self.types.is_empty() || now.types.is_empty() {
            // A list without elements says nothing about them.
            return;
        }
        let mut add = |pointer: String, change: Change| found.push(Drift { pointer, change, location: None });
        if !now.types.is_subset(&self.types) {
            add(pointer.to_owned(), Change::Type { recorded: self.in_words(), now: now.in_words() });
        }
        if self.objects > 0 && now.objects > 0 {
            for (name, (count, shape)) in &self.members {
                if *count == self.objects && !now.members.contains_key(name) {
                    add(below(pointer, name), Change::Gone { recorded: shape.in_words() });
                }
            }
            for (name, (_, shape)) in now.members.iter().filter(|(name, _)| !self.members.contains_key(*name)) {
                add(below(pointer, name), Change::New { now: shape.in_words() });
            }
            for (name, (_, shape)) in &self.members {
                if let Some((_, other)) = now.members.get(name) {
                    shape.compare(other, &below(pointer, name), found);
                }
            }
        }
        if let (Some(elements), Some(others)) = (&self.elements, &now.elements) {
            elements.compare(others, &format!("{pointer}/-"), found);
        }
    }

    fn in_words(&self) -> String {
        self.types.iter().copied().collect::<Vec<_>>().join(" or ")
    }
}

/// RFC 6901 §3.
fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Whether a text is a form: pairs, and nothing that a page or a sentence would hold.
pub(super) fn is_form(text: &str) -> bool {
    text.contains('=') && !text.contains(|character: char| character.is_whitespace() || "<>{}\"".contains(character))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(before: Value, now: Value) -> Vec<String> {
        let mut found = Vec::new();
        Shape::of(&before).compare(&Shape::of(&now), "", &mut found);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn shapes_differ_by_types_and_members_and_not_by_values() {
        let table = [
            (json!({"a": 1, "b": "x"}), json!({"b": "y", "a": 2}), vec![]),
            (json!({"a": 1}), json!({}), vec!["/a: gone; it was a number"]),
            (json!({"a": 1}), json!({"a": "1"}), vec!["/a: it was a number and is a text"]),
            (json!({"a": {"b/c": []}}), json!({"a": {"b/c": null}}), vec!["/a/b~1c: it was a list and is null"]),
            (json!({}), json!({"a": [1]}), vec!["/a: new: a list"]),
            (json!([{"a": 1}, {"a": 2, "b": 1}]), json!([{"b": 1}]), vec!["/-/a: gone; it was a number"]),
            (json!([{"a": 1}, {}]), json!([{}]), vec![]),
            (json!([1, "x"]), json!(["y", 2]), vec![]),
            (json!([]), json!([1]), vec![]),
            (json!("page"), json!({"a": 1}), vec![": it was a text and is an object"]),
        ];
        for (before, now, expected) in table {
            assert_eq!(told(before.clone(), now.clone()), expected, "{before} {now}");
        }
    }

    #[test]
    fn forms_are_told_from_pages() {
        assert!(is_form("oauth_token=a&oauth_token_secret=b"));
        for text in ["<a href=x>", "a = b", "{\"a\":\"=\"}", "plain"] {
            assert!(!is_form(text), "{text}");
        }
    }
}
