//! Bodies as values that people read: JSON as JSON, text as text, anything else as Base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::message::media_type;
use crate::{Headers, Request, Response};

/// The only member of the object that stands for bytes which are not text.
const BINARY: &str = "base64";

/// A body for reports and fixtures: JSON if its media type says so and it parses, text if it is
/// UTF-8, `{"base64": "…"}` otherwise. `None` for an empty body.
///
/// A JSON text or an object that reads like the Base64 form stays text, so that [`value_to_body`]
/// can tell them apart.
pub fn body_to_value(headers: &Headers, body: &[u8]) -> Option<Value> {
    if body.is_empty() {
        return None;
    }
    let is_json = media_type(headers).is_none_or(|essence| essence == "application/json" || essence.ends_with("+json"));
    if is_json
        && let Ok(value) = serde_json::from_slice::<Value>(body)
        && !value.is_string()
        && binary_text(&value).is_none()
    {
        return Some(value);
    }
    match std::str::from_utf8(body) {
        Ok(text) => Some(Value::String(text.to_owned())),
        Err(_) => Some(json!({ BINARY: STANDARD.encode(body) })),
    }
}

/// The bytes that [`body_to_value`] read; JSON is written compactly.
///
/// # Errors
/// The text of a Base64 form that is not Base64, in words.
pub fn value_to_body(value: Option<&Value>) -> Result<Vec<u8>, String> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(text.clone().into_bytes()),
        Some(value) => match binary_text(value) {
            Some(text) => {
                STANDARD.decode(text).map_err(|error| format!("the body's base64 cannot be decoded: {error}"))
            }
            None => Ok(value.to_string().into_bytes()),
        },
    }
}

/// The text of `{"base64": "…"}`.
fn binary_text(value: &Value) -> Option<&str> {
    let members = value.as_object()?;
    if members.len() == 1 { members.get(BINARY)?.as_str() } else { None }
}

/// Headers as an object in their order; a name that occurs more than once holds an array.
pub fn headers_to_json(headers: &Headers) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, value) in headers.iter() {
        let key = members.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
        match key.and_then(|key| members.get_mut(&key)) {
            Some(Value::Array(values)) => values.push(value.into()),
            Some(first) => *first = json!([first.take(), value]),
            None => {
                members.insert(name.to_owned(), value.into());
            }
        }
    }
    members
}

/// The headers that [`headers_to_json`] wrote; numbers and booleans, as a person may write them,
/// become their text.
pub fn headers_from_json(members: &Map<String, Value>) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in members {
        let values = match value {
            Value::Array(values) => values.as_slice(),
            single => std::slice::from_ref(single),
        };
        for value in values {
            match value {
                Value::String(text) => headers.append(name, text),
                Value::Null => {}
                other => headers.append(name, other.to_string()),
            }
        }
    }
    headers
}

/// One exchange in the shape of a report's step: `{"request": {"method", "url", "headers", "body"},
/// "response": {"status", "headers", "body"}}`. Secrets are not hidden.
pub fn exchange_json(request: &Request, response: Option<&Response>) -> Value {
    let mut exchange = Map::new();
    exchange.insert(
        "request".into(),
        json!({
            "method": request.method,
            "url": request.url,
            "headers": headers_to_json(&request.headers),
            "body": request.body.as_ref().and_then(|body| body_to_value(&request.headers, body)),
        }),
    );
    if let Some(response) = response {
        exchange.insert(
            "response".into(),
            json!({
                "status": response.status,
                "headers": headers_to_json(&response.headers),
                "body": body_to_value(&response.headers, &response.body),
            }),
        );
    }
    Value::Object(exchange)
}

/// The pairs of a text that is URL-encoded form data, decoded. `None` if it does not look like any.
pub(crate) fn form_pairs(text: &str) -> Option<Vec<(String, String)>> {
    let plausible = !text.is_empty()
        && !text.contains(|character: char| character.is_whitespace() || matches!(character, '<' | '{' | '"'))
        && text.split('&').all(|pair| pair.is_empty() || pair.contains('='));
    plausible.then(|| url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
}

/// Form pairs as text; the marks of a placeholder stay readable.
pub(crate) fn write_form_pairs(pairs: &[(String, String)]) -> String {
    let encode = |text: &str| -> String {
        let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
        encoded.replace("%C2%AB", "«").replace("%C2%BB", "»").replace("%23", "#")
    };
    let written: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    written.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_type(content_type: &str) -> Headers {
        if content_type.is_empty() { Headers::new() } else { Headers::from_iter([("Content-Type", content_type)]) }
    }

    #[test]
    fn bodies_become_values_and_bytes_again() {
        let table: [(&str, &[u8], Value); 9] = [
            ("application/json", b"{\"a\":1}", json!({"a": 1})),
            ("application/problem+json; charset=utf-8", b"[1,2]", json!([1, 2])),
            ("", b"{\"a\":1}", json!({"a": 1})),
            ("text/plain", b"{\"a\":1}", json!("{\"a\":1}")),
            ("application/json", b"not json", json!("not json")),
            ("application/json", b"\"text\"", json!("\"text\"")),
            ("application/json", b"{\"base64\":\"AA==\"}", json!("{\"base64\":\"AA==\"}")),
            ("application/octet-stream", b"\xff\x00", json!({"base64": "/wA="})),
            ("application/x-www-form-urlencoded", b"a=b", json!("a=b")),
        ];
        for (content_type, bytes, value) in table {
            let read = body_to_value(&with_type(content_type), bytes);
            assert_eq!(read.as_ref(), Some(&value), "{content_type}");
            assert_eq!(value_to_body(read.as_ref()).unwrap(), bytes, "{content_type}");
        }
        assert_eq!(body_to_value(&Headers::new(), b""), None);
        assert!(value_to_body(Some(&json!({"base64": "?"}))).unwrap_err().contains("base64"));
    }

    #[test]
    fn headers_become_an_object_and_headers_again() {
        let headers =
            Headers::from_iter([("Set-Cookie", "a=1"), ("Date", "x"), ("set-cookie", "b=2"), ("SET-COOKIE", "c=3")]);
        let members = headers_to_json(&headers);
        assert_eq!(Value::Object(members.clone()), json!({"Set-Cookie": ["a=1", "b=2", "c=3"], "Date": "x"}));
        assert_eq!(headers_from_json(&members).get_all("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2", "c=3"]);
        let by_hand = json!({"Content-Length": 12, "X-Flag": true, "X-None": null});
        let headers = headers_from_json(by_hand.as_object().unwrap());
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("Content-Length", "12"), ("X-Flag", "true")]);
    }

    #[test]
    fn only_what_looks_like_form_data_is_read_as_such() {
        assert_eq!(form_pairs("a=b+c&d=%2F").unwrap(), [("a".into(), "b c".into()), ("d".into(), "/".into())]);
        for text in ["", "plain", "a=b c", "<a href=\"?x=1\">", "{\"a\":\"=\"}"] {
            assert_eq!(form_pairs(text), None, "{text}");
        }
        assert_eq!(write_form_pairs(&[("a b".into(), "«x#1»/".into())]), "a+b=«x#1»%2F");
    }
}
