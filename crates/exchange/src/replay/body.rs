//! Compares bodies by what they mean: JSON, form data, multipart, text, bytes.

use serde_json::Value;

use super::compare::{compare_pairs, pairs};
use super::mismatch::Difference;
use super::parts;
use crate::Request;
use crate::body::{headers_from_json, value_to_body};
use crate::fixture::RecordedRequest;
use crate::message::media_type;
use crate::multipart::Form;
use crate::placeholder::{Bindings, Pattern};

const FORM: &str = "application/x-www-form-urlencoded";

/// Adds what differs between the bodies, as pointers below `/body`.
pub(super) fn compare(
    recorded: &RecordedRequest,
    request: &Request,
    bindings: &mut Bindings,
    found: &mut Vec<Difference>,
) {
    let sent = request.body.as_deref().unwrap_or_default();
    let media_type = media_type(&request.headers).unwrap_or_default();
    match &recorded.body {
        None if sent.is_empty() => {}
        None => found.push(Difference::new("/body", None, Some(shown(sent)))),
        Some(Value::String(expected)) if media_type == FORM && was_form(recorded) => {
            compare_pairs("/body", &pairs(expected), &pairs(&String::from_utf8_lossy(sent)), bindings, found);
        }
        Some(Value::String(expected)) => {
            let sent = String::from_utf8_lossy(sent);
            if media_type.starts_with("multipart/")
                && let (Some(recorded), Some(sent)) = (Form::read(expected), Form::read(&sent))
            {
                parts::compare(&recorded, &sent, bindings, found);
                return;
            }
            let (expected, sent) = if media_type.starts_with("multipart/") {
                (without_boundary(expected), without_boundary(&sent))
            } else {
                (expected.clone(), sent.into_owned())
            };
            if !Pattern::parse(&expected).matches(&sent, bindings) {
                found.push(Difference::new("/body", Some(expected.into()), Some(sent.into())));
            }
        }
        Some(expected) => compare_value(expected, sent, bindings, found),
    }
}

/// Whether the recorded body may be a form: its headers say so, or nothing.
fn was_form(recorded: &RecordedRequest) -> bool {
    self::media_type(&headers_from_json(&recorded.headers)).is_none_or(|recorded| recorded == FORM)
}

/// Compares with JSON, or with the form that stands for bytes.
fn compare_value(expected: &Value, sent: &[u8], bindings: &mut Bindings, found: &mut Vec<Difference>) {
    let sent_form = || Form::read(&one_character_a_byte(sent));
    let is_bytes = expected.as_object().is_some_and(|members| members.len() == 1 && members.contains_key("base64"));
    if is_bytes && let Ok(recorded) = value_to_body(Some(expected)) {
        if recorded == sent {
            return;
        }
        // A form with a file in it: the boundary is another in each.
        if let (Some(recorded), Some(sent)) = (Form::read(&one_character_a_byte(&recorded)), sent_form()) {
            let mut differing = Vec::new();
            parts::compare(&recorded, &sent, bindings, &mut differing);
            found.extend(differing.into_iter().map(readable));
            return;
        }
    }
    match serde_json::from_slice::<Value>(sent) {
        Ok(actual) if !is_bytes => compare_json("/body", expected, &actual, bindings, found),
        _ if sent.is_empty() => found.push(Difference::new("/body", Some(expected.clone()), None)),
        _ => found.push(Difference::new("/body", Some(expected.clone()), Some(shown(sent)))),
    }
}

fn compare_json(pointer: &str, expected: &Value, actual: &Value, bindings: &mut Bindings, found: &mut Vec<Difference>) {
    match (expected, actual) {
        (Value::Object(recorded), Value::Object(sent)) => {
            for (key, value) in recorded {
                let below = format!("{pointer}/{}", escaped(key));
                match sent.get(&Pattern::parse(key).fill(bindings)) {
                    Some(actual) => compare_json(&below, value, actual, bindings, found),
                    None => found.push(Difference::new(below, Some(value.clone()), None)),
                }
            }
            let known: Vec<String> = recorded.keys().map(|key| Pattern::parse(key).fill(bindings)).collect();
            for (key, value) in sent.iter().filter(|(key, _)| !known.contains(key)) {
                found.push(Difference::new(format!("{pointer}/{}", escaped(key)), None, Some(value.clone())));
            }
        }
        (Value::Array(recorded), Value::Array(sent)) => {
            for index in 0..recorded.len().max(sent.len()) {
                let below = format!("{pointer}/{index}");
                match (recorded.get(index), sent.get(index)) {
                    (Some(expected), Some(actual)) => compare_json(&below, expected, actual, bindings, found),
                    (expected, actual) => found.push(Difference::new(below, expected.cloned(), actual.cloned())),
                }
            }
        }
        _ if same_scalar(expected, actual, bindings) => {}
        _ => found.push(Difference::new(pointer, Some(expected.clone()), Some(actual.clone()))),
    }
}

fn same_scalar(expected: &Value, actual: &Value, bindings: &mut Bindings) -> bool {
    match (expected, actual) {
        (Value::String(expected), Value::String(actual)) => Pattern::parse(expected).matches(actual, bindings),
        // A number may have been a secret, and its placeholder is a text.
        (Value::String(expected), Value::Number(actual)) if expected.contains('«') => {
            Pattern::parse(expected).matches(&actual.to_string(), bindings)
        }
        (Value::Number(expected), Value::Number(actual)) => {
            expected == actual || expected.as_f64() == actual.as_f64() && !(expected.is_u64() && actual.is_u64())
        }
        _ => expected == actual,
    }
}

/// A member's name as a segment of a JSON pointer (RFC 6901 §3).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A multipart body that is no form, with the same word for every boundary (RFC 2046 §5.1.1).
fn without_boundary(body: &str) -> String {
    let line = body.lines().next().unwrap_or_default().trim_end();
    match line.strip_prefix("--").filter(|boundary| !boundary.is_empty()) {
        Some(boundary) => body.replace(boundary, "boundary"),
        None => body.to_owned(),
    }
}

/// Bytes as a text of the same length, so that they can be searched like one.
fn one_character_a_byte(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// A difference of such texts as people read it.
fn readable(difference: Difference) -> Difference {
    let bytes = |text: &str| -> Vec<u8> { text.chars().filter_map(|character| u8::try_from(character).ok()).collect() };
    let value = |value: Option<Value>| match value {
        Some(Value::String(text)) => Some(match String::from_utf8(bytes(&text)) {
            Ok(text) => text.into(),
            Err(error) => format!("{} bytes", error.as_bytes().len()).into(),
        }),
        other => other,
    };
    Difference { expected: value(difference.expected), actual: value(difference.actual), ..difference }
}

fn shown(sent: &[u8]) -> Value {
    match std::str::from_utf8(sent) {
        Ok(text) => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        Err(_) => format!("{} bytes", sent.len()).into(),
    }
}
