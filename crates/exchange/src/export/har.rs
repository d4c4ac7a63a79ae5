//! A fixture as HAR 1.2. Placeholders stay; the block of each exchange is kept in `_block`.

use serde_json::{Value, json};

use crate::body::{headers_from_json, value_to_body};
use crate::fixture::{Fixture, RecordedExchange, RecordedRequest, RecordedResponse};
use crate::message::media_type;
use crate::placeholder::without_fragment;

/// The time of a fixture that has no clock: HAR wants one.
const NO_TIME: &str = "1970-01-01T00:00:00.000Z";

/// The text of a HAR file.
pub fn har(fixture: &Fixture) -> String {
    let started = fixture.clock.as_deref().unwrap_or(NO_TIME);
    let entries: Vec<Value> = fixture.exchanges.iter().map(|exchange| entry(exchange, started)).collect();
    let file = json!({
        "log": {
            "version": "1.2",
            "creator": {"name": "connspec", "version": env!("CARGO_PKG_VERSION")},
            "entries": entries,
        }
    });
    let mut text = serde_json::to_string_pretty(&file).expect("keys are texts and no value can fail");
    text.push('\n');
    text
}

fn entry(exchange: &RecordedExchange, started: &str) -> Value {
    json!({
        "startedDateTime": started,
        "time": 0,
        "request": request(&exchange.request),
        "response": response(&exchange.response),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "_block": exchange.block,
    })
}

fn request(request: &RecordedRequest) -> Value {
    let query = without_fragment(&request.url).split_once('?').map_or("", |(_, query)| query);
    let pairs: Vec<Value> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    let (text, encoding, size) = body(request.body.as_ref());
    let mut sent = json!({
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&request.headers),
        "queryString": pairs,
        "headersSize": -1,
        "bodySize": size,
    });
    if request.body.is_some() {
        let declared = media_type(&headers_from_json(&request.headers)).unwrap_or_default();
        sent["postData"] = json!({"mimeType": declared, "text": text});
        if let Some(encoding) = encoding {
            sent["postData"]["_encoding"] = encoding.into();
        }
    }
    sent
}

fn response(response: &RecordedResponse) -> Value {
    let (text, encoding, size) = body(response.body.as_ref());
    let received = headers_from_json(&response.headers);
    let mut content = json!({"size": size, "mimeType": received.get("content-type").unwrap_or_default()});
    if response.body.is_some() {
        content["text"] = text.into();
    }
    if let Some(encoding) = encoding {
        content["encoding"] = encoding.into();
    }
    json!({
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&response.headers),
        "content": content,
        "redirectURL": received.get("location").unwrap_or_default(),
        "headersSize": -1,
        "bodySize": size,
    })
}

fn headers(members: &serde_json::Map<String, Value>) -> Vec<Value> {
    headers_from_json(members).iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

/// Text, how it is encoded, and how many bytes it stands for.
fn body(value: Option<&Value>) -> (String, Option<&'static str>, usize) {
    let bytes = value_to_body(value).unwrap_or_default();
    let size = bytes.len();
    match String::from_utf8(bytes) {
        Ok(text) => (text, None, size),
        Err(_) => {
            let encoded = value.and_then(|value| value.get("base64")).and_then(Value::as_str);
            (encoded.unwrap_or_default().to_owned(), Some("base64"), size)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Secrets, import};

    #[test]
    fn what_is_exported_imports_again() {
        let fixture: Fixture = serde_json::from_value(json!({
            "version": 2,
            "clock": "2026-01-02T03:04:05.678Z",
            "exchanges": [
                {
                    "block": "token",
                    "request": {"method": "POST", "url": "https://a.example/token?tenant=«tenant#1»", "headers": {"content-type": "application/x-www-form-urlencoded", "Authorization": "Basic «base64:me:«clientSecret#1»»"}, "body": "code=«code#1»&client_secret=«clientSecret#1»"},
                    "response": {"status": 200, "headers": {"content-type": "application/json", "set-cookie": ["a=1", "b=2"]}, "body": {"access_token": "«accessToken#1»", "n": 1}}
                },
                {
                    "block": "info",
                    "request": {"method": "POST", "url": "https://a.example/me", "headers": {"content-type": "application/octet-stream"}, "body": {"base64": "/wA="}},
                    "response": {"status": 302, "headers": {"location": "/x"}, "body": {"base64": "/wE="}}
                },
                {"block": "info", "request": {"method": "GET", "url": "https://a.example/"}, "response": {"status": 204}}
            ]
        }))
        .unwrap();
        let text = har(&fixture);
        let file: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            file["log"]["entries"][0]["request"]["queryString"],
            json!([{"name": "tenant", "value": "«tenant#1»"}])
        );
        assert_eq!(file["log"]["entries"][1]["response"]["redirectURL"], "/x");
        assert_eq!(import::har(&text, &import::Expected::default(), &Secrets::new()).unwrap().fixture, fixture);
    }
}
