//! The pairs that Make's mock-up tests record (communication.md §11): `{req: {url, method, headers,
//! qs, body}, res: {statusCode, headers, body}}`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Expected, ImportError, Imported, finished, parse, request_headers, response_headers};
use crate::body::{body_to_value, write_form_pairs};
use crate::fixture::{Fixture, RecordedExchange, RecordedRequest, RecordedResponse};
use crate::{Headers, Secrets, headers_from_json};

/// What stands for any UUID in an expected request.
const ANY_UUID: &str = "{{uuid}}";

#[derive(Deserialize)]
struct Pair {
    req: Sent,
    res: Received,
}

#[derive(Deserialize)]
struct Sent {
    url: String,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    qs: Map<String, Value>,
    #[serde(default)]
    body: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Received {
    status_code: u16,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Value,
}

/// Reads a list of pairs, or an object that holds one.
///
/// # Errors
/// [`ImportError`], in words.
pub fn mock(text: &str, expected: &Expected, secrets: &Secrets) -> Result<Imported, ImportError> {
    let shape = |found: String| ImportError::Shape { expected: "a list of {req, res} pairs", found };
    let list = match parse(text)? {
        Value::Object(members) => members.into_iter().map(|(_, member)| member).find(Value::is_array),
        other => Some(other),
    };
    let list = list.ok_or_else(|| shape("it holds no list".to_owned()))?;
    let pairs: Vec<Pair> = serde_json::from_value(list).map_err(|error| shape(error.to_string()))?;
    let mut uuids = 0;
    let exchanges = pairs.into_iter().map(|pair| exchange(pair, &mut uuids)).collect();
    finished(exchanges, Fixture::new(), expected, Vec::new(), secrets)
}

fn exchange(pair: Pair, uuids: &mut usize) -> RecordedExchange {
    let Pair { req, res } = pair;
    let sent = headers_from_json(&req.headers);
    let received = headers_from_json(&res.headers);
    let mut body = body(req.body, &sent);
    if let Some(body) = &mut body {
        any_uuid(body, uuids);
    }
    let mut headers = request_headers(sent);
    headers.values_mut().for_each(|value| any_uuid(value, uuids));
    let mut url = Value::String(with_query(req.url, &req.qs));
    any_uuid(&mut url, uuids);
    RecordedExchange {
        block: String::new(),
        request: RecordedRequest {
            method: req.method.unwrap_or_else(|| "GET".to_owned()).to_ascii_uppercase(),
            url: url.as_str().unwrap_or_default().to_owned(),
            headers,
            body,
        },
        response: RecordedResponse {
            status: res.status_code,
            body: self::body(res.body, &received),
            headers: response_headers(received),
            failure: None,
        },
    }
}

fn with_query(url: String, qs: &Map<String, Value>) -> String {
    let mut pairs = Vec::new();
    for (name, value) in qs {
        match value {
            Value::Null => {}
            Value::Array(items) => pairs.extend(items.iter().map(|item| (name.clone(), text(item)))),
            other => pairs.push((name.clone(), text(other))),
        }
    }
    if pairs.is_empty() {
        return url;
    }
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}{}", write_form_pairs(&pairs))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Bodies are text or JSON; JSON within a text is read as such where the type allows it.
fn body(value: Value, headers: &Headers) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) => body_to_value(headers, text.as_bytes()),
        other => Some(other),
    }
}

/// Turns every `{{uuid}}` into a placeholder of its own, which fits anything.
fn any_uuid(value: &mut Value, count: &mut usize) {
    match value {
        Value::String(text) => {
            while text.contains(ANY_UUID) {
                *count += 1;
                *text = text.replacen(ANY_UUID, &format!("«uuid#{count}»"), 1);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| any_uuid(item, count)),
        Value::Object(members) => members.values_mut().for_each(|member| any_uuid(member, count)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_of_pairs() {
        let pairs = json!([
            {
                "req": {"url": "https://a.example/x", "method": "post", "headers": {"x-api-key": "the-key", "user-agent": "Integromat/local"}, "qs": {"a": [1, 2], "b": "c d", "n": null}, "body": "{\"id\":\"{{uuid}}\",\"other\":\"{{uuid}}\"}", "gzip": false},
                "res": {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": {"key": "the-key"}}
            },
            {"req": {"url": "https://a.example/y"}, "res": {"statusCode": 204, "headers": {}}}
        ]);
        let expected = json!([
            {
                "block": "",
                "request": {"method": "POST", "url": "https://a.example/x?a=1&a=2&b=c+d", "headers": {"x-api-key": "«xApiKey#1»"}, "body": {"id": "«uuid#1»", "other": "«uuid#2»"}},
                "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": {"key": "«xApiKey#1»"}}
            },
            {"block": "", "request": {"method": "GET", "url": "https://a.example/y"}, "response": {"status": 204}}
        ]);
        for file in [pairs.clone(), json!({"name": "test", "requests": pairs})] {
            let fixture = mock(&file.to_string(), &Expected::default(), &Secrets::new()).unwrap().fixture;
            assert_eq!(serde_json::to_value(fixture.exchanges).unwrap(), expected);
        }
    }
}
