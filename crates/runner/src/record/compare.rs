//! Comparing how a replay ended with what the fixture expects.

use std::collections::HashMap;
use std::fmt;

use connspec_exchange::{Difference, Replayer};
use serde_json::Value;

use crate::report::Location;

/// One place where a replay differs from its fixture. Values are the fixture's: placeholders, no secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayDifference {
    /// JSON pointer below the expectation; `/exchanges/N` for a recorded exchange nothing asked for; below
    /// `/exchanges/N/request` or `/authorize` the field that is sent otherwise (`/query/NAME`, `/body/…`, …).
    pub pointer: String,
    /// What the fixture expects; absent where it expects nothing.
    pub expected: Option<Value>,
    /// What came out; absent where nothing did.
    pub actual: Option<Value>,
    /// The place in the definition that produced the field, where that can be told.
    pub location: Option<Location>,
}

impl ReplayDifference {
    pub(super) fn new(pointer: &str, expected: Option<Value>, actual: Option<Value>) -> Self {
        Self { pointer: pointer.to_owned(), expected, actual, location: None }
    }

    /// A field that is sent otherwise, below `pointer`.
    pub(super) fn sent(pointer: &str, difference: Difference, location: Option<Location>) -> Self {
        let pointer = format!("{pointer}{}", difference.pointer);
        Self { pointer, expected: difference.expected, actual: difference.actual, location }
    }

    /// Whether it is about what was sent rather than about how the flow ended.
    pub fn is_of_a_request(&self) -> bool {
        self.pointer.starts_with("/exchanges/") || self.pointer.starts_with("/authorize")
    }
}

impl fmt::Display for ReplayDifference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), Value::to_string);
        if let Some(location) = &self.location {
            write!(formatter, "{location}: ")?;
        }
        if self.pointer.starts_with("/authorize") || self.pointer.contains("/request") {
            let (expected, actual) = (shown(&self.expected), shown(&self.actual));
            return write!(formatter, "{}: recorded {expected}, sent {actual}", self.pointer);
        }
        if self.pointer.starts_with("/exchanges/") {
            return write!(formatter, "{}: recorded and never asked for: {}", self.pointer, shown(&self.expected));
        }
        write!(formatter, "{}: expected {}, got {}", self.pointer, shown(&self.expected), shown(&self.actual))
    }
}

/// What the placeholders of an expectation came to stand for in a replay; those that no exchange holds are not in it.
#[derive(Debug, Default)]
pub(super) struct Bound(HashMap<String, String>);

impl Bound {
    /// Of what `expected` names, as `replayer` has it.
    pub(super) fn of(expected: Option<&Value>, replayer: &Replayer) -> Self {
        let mut bound = HashMap::new();
        let mut open: Vec<&Value> = expected.into_iter().collect();
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) => {
                    let name = placeholder(text);
                    bound.extend(name.and_then(|name| Some((name.to_owned(), replayer.bound(name)?))));
                }
                Value::Array(items) => open.extend(items),
                Value::Object(members) => open.extend(members.values()),
                _ => {}
            }
        }
        Self(bound)
    }

    /// Whether the placeholder `expected` stands for `actual`. One that was answered is that answer and nothing else. One
    /// the seed or the definition makes (a verifier, a digest of a secret) is made again, but the file does not hold it.
    fn stands_for(&self, expected: &str, actual: &str) -> bool {
        let Some(name) = placeholder(expected) else { return false };
        match self.0.get(name) {
            None => !actual.is_empty(),
            Some(value) => {
                value != expected && (value == actual || placeholder(actual).is_none() && !actual.is_empty())
            }
        }
    }
}

/// The name in a text that is a placeholder as a whole.
fn placeholder(text: &str) -> Option<&str> {
    let name = text.strip_prefix('«')?.strip_suffix('»')?;
    (!name.contains(['«', '»'])).then_some(name)
}

/// Compares the members the fixture names; what it leaves out it leaves open. Within `data` nothing may be missing
/// or left over. `error` may be written as its message alone.
pub(super) fn compare(expected: &Value, actual: &Value, bound: &Bound) -> Vec<ReplayDifference> {
    let mut found = Vec::new();
    let Value::Object(members) = expected else { return found };
    if let (None, Some(error)) = (members.get("error"), actual.get("error")) {
        return vec![ReplayDifference::new("/error", None, Some(error.clone()))];
    }
    for (name, expected) in members {
        let pointer = format!("/{name}");
        match (name.as_str(), expected, actual.get(name)) {
            ("error", Value::String(message), Some(error)) => {
                let message = message.as_str().into();
                values(&format!("{pointer}/message"), &message, error.get("message"), bound, &mut found);
            }
            ("error", Value::Object(parts), Some(error)) => {
                for (part, expected) in parts {
                    values(&format!("{pointer}/{part}"), expected, error.get(part), bound, &mut found);
                }
            }
            (_, expected, actual) => values(&pointer, expected, actual, bound, &mut found),
        }
    }
    found
}

/// `expected` brought up to date with what came out: what it left open stays open, what still fits stays as it is.
pub(super) fn renewed(expected: Option<&Value>, actual: &Value, bound: &Bound) -> Value {
    let failed = |value: &Value| value.get("error").is_some_and(|error| !error.is_null());
    let Some(Value::Object(members)) = expected.filter(|expected| failed(expected) == failed(actual)) else {
        return actual.clone();
    };
    let members = members.iter().map(|(name, expected)| {
        let member = Value::Object([(name.clone(), expected.clone())].into_iter().collect());
        let mut differing = compare(&member, actual, bound).into_iter();
        let fits = differing.all(|difference| difference.pointer == "/error" && name != "error");
        let renewed = match (fits, expected, actual.get(name)) {
            (true, ..) => expected.clone(),
            (false, Value::String(_), Some(error)) if name == "error" => {
                error.get("message").cloned().unwrap_or_default()
            }
            (false, Value::Object(parts), Some(error)) if name == "error" => {
                parts.keys().map(|part| (part.clone(), error.get(part).cloned().unwrap_or_default())).collect()
            }
            (false, _, actual) => actual.cloned().unwrap_or_default(),
        };
        (name.clone(), renewed)
    });
    Value::Object(members.collect())
}

fn values(pointer: &str, expected: &Value, actual: Option<&Value>, bound: &Bound, found: &mut Vec<ReplayDifference>) {
    match (expected, actual) {
        (Value::Object(expected), Some(Value::Object(actual))) => {
            let leftover = actual.keys().filter(|key| !expected.contains_key(*key));
            for key in expected.keys().chain(leftover) {
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                match expected.get(key) {
                    Some(expected) => values(&pointer, expected, actual.get(key), bound, found),
                    None => found.push(ReplayDifference::new(&pointer, None, actual.get(key).cloned())),
                }
            }
        }
        (Value::Null, None) => {}
        (expected, Some(actual)) if same(expected, actual, bound) => {}
        (expected, actual) => {
            found.push(ReplayDifference::new(pointer, Some(expected.clone()), actual.cloned()));
        }
    }
}

fn same(expected: &Value, actual: &Value, bound: &Bound) -> bool {
    match (expected, actual) {
        (Value::String(expected), Value::String(actual)) => expected == actual || bound.stands_for(expected, actual),
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len() && expected.iter().zip(actual).all(|(left, right)| same(left, right, bound))
        }
        (expected, actual) => expected == actual,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_is_named_by_its_pointer() {
        let expected = json!({"data": {"a": 1, "b": "x"}, "uid": "u"});
        let table = [
            (json!({"data": {"a": 1, "b": "x"}, "uid": "u", "scope": []}), vec![]),
            (json!({"data": {"a": 2, "b": "x"}, "uid": "u"}), vec!["/data/a"]),
            (json!({"data": {"a": 1}, "uid": null}), vec!["/data/b", "/uid"]),
            (json!({"data": {"a": 1, "b": "x", "c": 1}, "uid": "u"}), vec!["/data/c"]),
            (json!({"error": {"message": "no"}}), vec!["/error"]),
        ];
        for (actual, pointers) in table {
            let found = compare(&expected, &actual, &Bound::default());
            let found: Vec<&str> = found.iter().map(|difference| difference.pointer.as_str()).collect();
            assert_eq!(found, pointers, "{actual}");
        }
    }

    #[test]
    fn an_error_may_be_expected_by_its_message_or_by_parts() {
        let actual = json!({"error": {"type": "RuntimeError", "message": "no", "block": "token", "directive": null}});
        assert!(compare(&json!({"error": "no"}), &actual, &Bound::default()).is_empty());
        assert!(compare(&json!({"error": {"type": "RuntimeError"}}), &actual, &Bound::default()).is_empty());
        assert_eq!(compare(&json!({"error": "yes"}), &actual, &Bound::default()).len(), 1);
        assert_eq!(compare(&json!({"error": {"block": "info"}}), &actual, &Bound::default()).len(), 1);
    }

    #[test]
    fn a_placeholder_stands_for_what_is_made_again_and_an_answer_for_itself() {
        let pairs = [("answered#1", "«answered#1»"), ("made#1", "made-of-the-seed")];
        let bound = Bound(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        let table = [
            ("«answered#1»", "«answered#1»", true),
            ("«answered#1»", "«other#1»", false),
            ("«answered#1»", "plain", false),
            ("«made#1»", "made-of-the-seed", true),
            ("«made#1»", "«answered#1»", false),
            ("«made#1»", "", false),
            // No exchange holds it: an upper-cased token, say.
            ("«upper#1»", "«ANSWERED#1»", true),
            ("«upper#1»", "", false),
            ("x «answered#1»", "x «other#1»", false),
        ];
        for (expected, actual, same) in table {
            let found = compare(&json!({"uid": expected}), &json!({"uid": actual}), &bound);
            assert_eq!(found.is_empty(), same, "{expected} and {actual}");
        }
    }
}
