//! HAR 1.2, as browsers, proxies and API clients export it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::{ImportError, parse, request_headers, response_headers, sealed};
use crate::body::{body_to_value, write_form_pairs};
use crate::fixture::{Fixture, RecordedExchange, RecordedRequest, RecordedResponse};
use crate::{Headers, Secrets};

/// What browsers load beside the requests that matter.
const DECORATION: [&str; 5] = ["font", "image", "media", "script", "stylesheet"];

/// Where a browser comes back to after a person agreed (connection.md §4.2).
const CALLBACK_PATH: &str = "/oauth/cb/";

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    started_date_time: Option<String>,
    request: HarRequest,
    response: HarResponse,
    #[serde(default, rename = "_resourceType")]
    resource_type: Option<String>,
    #[serde(default, rename = "_block")]
    block: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    params: Vec<Pair>,
    #[serde(default, rename = "_encoding")]
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct HarResponse {
    status: i64,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    content: Content,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

/// Reads a HAR file. The return of the browser (a request for `/oauth/cb/…`) becomes `callback`, what
/// pages load for their looks is left out, and the time of the first request becomes `clock`.
///
/// # Errors
/// [`ImportError`], in words.
pub fn har(text: &str, secrets: &Secrets) -> Result<Fixture, ImportError> {
    let Har { log } = serde_json::from_value(parse(text)?)
        .map_err(|error| ImportError::Shape { expected: "a HAR file", found: error.to_string() })?;
    let mut frame = Fixture::new();
    let mut exchanges = Vec::new();
    for entry in log.entries {
        if entry.resource_type.as_deref().is_some_and(|kind| DECORATION.contains(&kind)) {
            continue;
        }
        if let Some(callback) = callback(&entry.request.url) {
            frame.callback = Some(callback);
            continue;
        }
        if frame.clock.is_none() {
            frame.clock.clone_from(&entry.started_date_time);
        }
        exchanges.push(exchange(entry));
    }
    sealed(exchanges, frame, secrets)
}

fn callback(url: &str) -> Option<serde_json::Map<String, Value>> {
    let url = url::Url::parse(url).ok().filter(|url| url.path().starts_with(CALLBACK_PATH))?;
    Some(url.query_pairs().map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect())
}

fn exchange(entry: Entry) -> RecordedExchange {
    let Entry { request, response, block, .. } = entry;
    let sent = request_body(&request);
    let received = response_body(&response);
    RecordedExchange {
        block,
        request: RecordedRequest {
            method: request.method.to_ascii_uppercase(),
            url: request.url,
            body: sent,
            headers: request_headers(headers(request.headers)),
        },
        response: RecordedResponse {
            // Browsers write 0 or -1 where no answer arrived.
            failure: (response.status <= 0).then(|| "other".to_owned()),
            status: u16::try_from(response.status).unwrap_or(0),
            headers: response_headers(headers(response.headers)),
            body: received,
        },
    }
}

fn headers(pairs: Vec<Pair>) -> Headers {
    pairs.into_iter().map(|pair| (pair.name, pair.value)).collect()
}

fn request_body(request: &HarRequest) -> Option<Value> {
    let posted = request.post_data.as_ref()?;
    let typed = Headers::from_iter([("content-type", posted.mime_type.as_str())]);
    match &posted.text {
        Some(text) if !text.is_empty() => body_to_value(&typed, &bytes(text, posted.encoding.as_deref())),
        _ if posted.params.is_empty() => None,
        _ => {
            let pairs: Vec<_> = posted.params.iter().map(|pair| (pair.name.clone(), pair.value.clone())).collect();
            Some(Value::String(write_form_pairs(&pairs)))
        }
    }
}

fn response_body(response: &HarResponse) -> Option<Value> {
    let content = &response.content;
    let declared = response.headers.iter().find(|pair| pair.name.eq_ignore_ascii_case("content-type"));
    let media_type = declared.map_or(content.mime_type.as_str(), |pair| pair.value.as_str());
    let typed = Headers::from_iter([("content-type", media_type)]);
    body_to_value(&typed, &bytes(content.text.as_deref()?, content.encoding.as_deref()))
}

fn bytes(text: &str, encoding: Option<&str>) -> Vec<u8> {
    match encoding {
        Some("base64") => STANDARD.decode(text).unwrap_or_else(|_| text.as_bytes().to_vec()),
        _ => text.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_browsers_file() {
        let file = json!({"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "1"}, "entries": [
            {"startedDateTime": "2026-01-02T03:04:05.678Z", "_resourceType": "image", "request": {"method": "GET", "url": "https://a.example/logo.png", "headers": []}, "response": {"status": 200, "headers": [], "content": {}}},
            {"startedDateTime": "2026-01-02T03:04:06.000Z", "request": {"method": "GET", "url": "http://127.0.0.1:4000/oauth/cb/app?code=the-code&state=s"}, "response": {"status": 200}},
            {
                "startedDateTime": "2026-01-02T03:04:07.000Z",
                "request": {
                    "method": "post", "url": "https://a.example/token",
                    "headers": [{"name": "User-Agent", "value": "x"}, {"name": "Accept", "value": "*/*"}],
                    "postData": {"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "code", "value": "the-code"}, {"name": "client_secret", "value": "a b&c"}]}
                },
                "response": {
                    "status": 200,
                    "headers": [{"name": "Content-Type", "value": "application/json"}, {"name": "Content-Encoding", "value": "br"}],
                    "content": {"mimeType": "application/json", "text": "eyJhY2Nlc3NfdG9rZW4iOiJ0aGUtdG9rZW4ifQ==", "encoding": "base64"}
                }
            },
            {"request": {"method": "GET", "url": "https://a.example/me", "headers": [{"name": "authorization", "value": "Bearer the-token"}]}, "response": {"status": 0}}
        ]}});
        let fixture = har(&format!("\u{feff}{file}"), &Secrets::new()).unwrap();
        assert_eq!(
            serde_json::to_value(fixture).unwrap(),
            json!({
                "version": 1,
                "steps": [],
                "clock": "2026-01-02T03:04:07.000Z",
                "callback": {"code": "«code#1»", "state": "s"},
                "exchanges": [
                    {
                        "block": "",
                        "request": {"method": "POST", "url": "https://a.example/token", "headers": {"Accept": "*/*"}, "body": "code=«code#1»&client_secret=«clientSecret#1»"},
                        "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"access_token": "«accessToken#1»"}}
                    },
                    {
                        "block": "",
                        "request": {"method": "GET", "url": "https://a.example/me", "headers": {"authorization": "Bearer «accessToken#1»"}},
                        "response": {"status": 0, "failure": "other"}
                    }
                ]
            })
        );
    }
}
