//! nock's recordings (`nock.recorder.rec` with `output_objects`).

use serde::Deserialize;
use serde_json::Value;

use super::{Expected, ImportError, Imported, finished, parse, request_headers, response_headers};
use crate::body::body_to_value;
use crate::encode::percent;
use crate::fixture::{Fixture, RecordedExchange, RecordedRequest, RecordedResponse};
use crate::{Headers, Secrets, headers_from_json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    scope: String,
    #[serde(default = "get")]
    method: String,
    path: String,
    #[serde(default)]
    body: Value,
    status: u16,
    #[serde(default)]
    response: Value,
    #[serde(default)]
    raw_headers: Value,
    #[serde(default)]
    headers: serde_json::Map<String, Value>,
    #[serde(default)]
    reqheaders: serde_json::Map<String, Value>,
    #[serde(default)]
    response_is_binary: bool,
}

fn get() -> String {
    "GET".to_owned()
}

/// Reads a list of nock definitions.
///
/// # Errors
/// [`ImportError`], in words.
pub fn nock(text: &str, expected: &Expected, secrets: &Secrets) -> Result<Imported, ImportError> {
    let shape = |found: String| ImportError::Shape { expected: "a nock recording", found };
    if text.contains("nock(") && serde_json::from_str::<Value>(text).is_err() {
        let found = "it is the code nock prints by itself; record with `output_objects: true`, or with nock.back";
        return Err(shape(found.to_owned()));
    }
    let definitions: Vec<Definition> =
        serde_json::from_value(parse(text)?).map_err(|error| shape(error.to_string()))?;
    finished(definitions.into_iter().map(exchange).collect(), Fixture::new(), expected, Vec::new(), secrets)
}

fn exchange(definition: Definition) -> RecordedExchange {
    let sent = headers_from_json(&definition.reqheaders);
    let mut received = raw_headers(&definition.raw_headers);
    if received.is_empty() {
        received = headers_from_json(&definition.headers);
    }
    let body = response_body(&definition, &received);
    RecordedExchange {
        block: String::new(),
        request: RecordedRequest {
            method: definition.method.to_ascii_uppercase(),
            url: url(&definition.scope, &definition.path),
            body: request_body(definition.body, &sent),
            headers: request_headers(sent),
        },
        response: RecordedResponse {
            status: definition.status,
            headers: response_headers(received),
            body,
            failure: None,
        },
    }
}

/// nock writes every port into the scope, the usual ones too.
fn url(scope: &str, path: &str) -> String {
    let scope = match scope.split_once("://") {
        Some(("https", _)) => scope.strip_suffix(":443").unwrap_or(scope),
        Some(("http", _)) => scope.strip_suffix(":80").unwrap_or(scope),
        _ => scope,
    };
    format!("{}{path}", scope.trim_end_matches('/'))
}

/// nock parses form bodies; they become text again where the type says so.
fn request_body(body: Value, headers: &Headers) -> Option<Value> {
    let is_form =
        headers.get("content-type").is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
    match body {
        Value::Null => None,
        Value::String(text) => body_to_value(headers, text.as_bytes()),
        Value::Object(members) if is_form => {
            let pairs = members.iter().map(|(name, value)| {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                format!("{}={}", percent::component(name), percent::component(&text))
            });
            Some(Value::String(pairs.collect::<Vec<_>>().join("&")))
        }
        other => Some(other),
    }
}

/// Text, JSON, or (for binary and compressed answers) pieces in hexadecimal.
fn response_body(definition: &Definition, headers: &Headers) -> Option<Value> {
    let compressed = headers.contains("content-encoding");
    match &definition.response {
        Value::Null => None,
        Value::Array(pieces) if compressed || definition.response_is_binary => from_hex(&joined(pieces), headers),
        Value::String(hex) if definition.response_is_binary => from_hex(hex, headers),
        Value::String(hex) if compressed && is_hex(hex) => from_hex(hex, headers),
        Value::String(text) => body_to_value(headers, text.as_bytes()),
        other => Some(other.clone()),
    }
}

fn is_hex(text: &str) -> bool {
    text.len() > 2 && text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn joined(pieces: &[Value]) -> String {
    pieces.iter().filter_map(Value::as_str).collect()
}

/// The bytes of a hexadecimal text, decompressed if the headers say that they are compressed.
fn from_hex(hex: &str, headers: &Headers) -> Option<Value> {
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let bytes: Vec<u8> =
        digits?.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | *digit as u8)).collect();
    let plain = crate::live::decompress(headers, bytes.clone()).unwrap_or(bytes);
    body_to_value(headers, &plain)
}

/// `rawHeaders` is a flat list of names and values, in older versions an object.
fn raw_headers(value: &Value) -> Headers {
    match value {
        Value::Array(list) => {
            let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            texts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
        }
        Value::Object(members) => headers_from_json(members),
        _ => Headers::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use serde_json::json;
    use std::io::Write as _;

    #[test]
    fn a_recording() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(b"{\"name\":\"Jane\"}").unwrap();
        let hex: String = gzip.finish().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
        let (first, second) = hex.split_at(10);
        let file = json!([
            {
                "scope": "https://a.example:443", "method": "POST", "path": "/token",
                "body": {"grant_type": "refresh_token", "refresh_token": "re/fresh"},
                "status": 200, "response": {"access_token": "the-token"},
                "rawHeaders": ["Content-Type", "application/json", "Transfer-Encoding", "chunked"],
                "reqheaders": {"content-type": "application/x-www-form-urlencoded"}
            },
            {
                "scope": "http://a.example:8080", "path": "/me?x=1", "body": "", "status": 200,
                "response": [first, second], "rawHeaders": {"Content-Type": "application/json", "Content-Encoding": "gzip"},
                "reqheaders": {"authorization": "Bearer the-token"}
            },
            {"scope": "https://a.example", "method": "GET", "path": "/pixel", "status": 200, "response": "ff00", "responseIsBinary": true, "headers": {"content-type": "image/png"}}
        ]);
        let fixture = nock(&file.to_string(), &Expected::default(), &Secrets::new()).unwrap().fixture;
        assert_eq!(
            serde_json::to_value(fixture.exchanges).unwrap(),
            json!([
                {
                    "block": "",
                    "request": {"method": "POST", "url": "https://a.example/token", "headers": {"content-type": "application/x-www-form-urlencoded"}, "body": "grant_type=refresh_token&refresh_token=«refreshToken#1»"},
                    "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"access_token": "«accessToken#1»"}}
                },
                {
                    "block": "",
                    "request": {"method": "GET", "url": "http://a.example:8080/me?x=1", "headers": {"authorization": "Bearer «accessToken#1»"}},
                    "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"name": "Jane"}}
                },
                {
                    "block": "",
                    "request": {"method": "GET", "url": "https://a.example/pixel"},
                    "response": {"status": 200, "headers": {"content-type": "image/png"}, "body": {"base64": "/wA="}}
                }
            ])
        );
    }
}
