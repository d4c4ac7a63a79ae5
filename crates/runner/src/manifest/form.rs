//! A parsed value as `requests` sends it in `data=`: a form.

use connspec_spec::dialect::template::text_of;
use serde_json::Value;

/// What `requests` makes of a value.
pub(super) enum Body {
    /// Nothing is sent.
    Empty,
    /// Pairs, encoded.
    Form(String),
    /// A text as it is.
    Text(String),
    /// `requests` raises an error.
    Unsendable(&'static str),
}

/// `data=value`.
pub(super) fn body(value: &Value) -> Body {
    match value {
        Value::Null | Value::Bool(false) => Body::Empty,
        Value::String(text) if text.is_empty() => Body::Empty,
        Value::String(text) => Body::Text(text.clone()),
        Value::Object(members) if members.is_empty() => Body::Empty,
        Value::Object(members) => {
            let pairs: Vec<String> = members.iter().flat_map(|(key, value)| pairs(key, value)).collect();
            Body::Form(pairs.join("&"))
        }
        Value::Array(elements) if elements.is_empty() => Body::Empty,
        Value::Array(_) => Body::Unsendable("a list"),
        Value::Bool(true) | Value::Number(_) => Body::Unsendable("a number or true"),
    }
}

/// A value as `requests` puts it between files: a list repeats its key, an object gives the names of its members, null
/// is dropped, what is a list within a list is shown as Python shows it.
pub(super) fn parts(value: &Value) -> Vec<(String, String)> {
    let Value::Object(members) = value else { return Vec::new() };
    let mut parts = Vec::new();
    for (key, value) in members {
        match value {
            Value::Array(elements) => {
                parts.extend(elements.iter().filter(|one| !one.is_null()).map(|one| (key.clone(), text_of(one))));
            }
            Value::Object(inner) => parts.extend(inner.keys().map(|name| (key.clone(), name.clone()))),
            Value::Null => {}
            single => parts.push((key.clone(), text_of(single))),
        }
    }
    parts
}

/// A list repeats its key, an object gives the names of its members alone, null is dropped.
fn pairs(key: &str, value: &Value) -> Vec<String> {
    let names: Vec<Value>;
    let values: Vec<&Value> = match value {
        Value::Array(elements) => elements.iter().collect(),
        Value::Object(members) => {
            names = members.keys().map(|name| Value::String(name.clone())).collect();
            names.iter().collect()
        }
        single => vec![single],
    };
    let mut pairs = Vec::new();
    for value in values.into_iter().filter(|value| !value.is_null()) {
        match value {
            Value::Array(elements) => pairs.extend(elements.iter().map(|element| pair(key, &text_of(element)))),
            Value::Object(members) => pairs.extend(members.keys().map(|name| pair(key, name))),
            single => pairs.push(pair(key, &text_of(single))),
        }
    }
    pairs
}

fn pair(key: &str, value: &str) -> String {
    format!("{}={}", quote_plus(key), quote_plus(value))
}

/// Python's `quote_plus`.
fn quote_plus(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => quoted.push('+'),
            _ if byte.is_ascii_alphanumeric() || b"_.-~".contains(&byte) => quoted.push(char::from(byte)),
            _ => quoted.push_str(&format!("%{byte:02X}")),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_is_encoded_as_requests_encodes_it() {
        // Each right side is `requests.Request("POST", u, data=left).prepare().body` of requests 2.
        for (value, expected) in [
            (json!({"a": 1, "b": ["x", "y z"], "c": null}), "a=1&b=x&b=y+z"),
            (json!({"data": {"user": "a", "team": "b"}}), "data=user&data=team"),
            (json!({"t": true, "f": 1.0, "s": "é&=~/"}), "t=True&f=1.0&s=%C3%A9%26%3D~%2F"),
            (json!({"a": [["x", 1], {"k": 2}]}), "a=x&a=1&a=k"),
        ] {
            match body(&value) {
                Body::Form(form) => assert_eq!(form, expected),
                _ => panic!("{value} is a form"),
            }
        }
    }
}
