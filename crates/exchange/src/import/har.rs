//! HAR 1.2, as browsers, proxies and API clients export it.

mod browsing;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::{ImportError, parse, request_headers, response_headers, sealed};
use crate::body::{body_to_value, write_form_pairs};
use crate::fixture::{Fixture, RecordedExchange, RecordedRequest, RecordedResponse};
use crate::mapped::unmap_url;
use crate::{Headers, OriginMapping, Secrets};

use browsing::Browsing;

/// What is known of the flow a file holds, besides the file.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Origins that were answered by others when it was recorded: addresses of TO are written as those of FROM.
    pub mappings: Vec<OriginMapping>,
    /// The addresses the definition sends requests to, without their query; `*` stands for any text. Where there are
    /// any, other requests are left out.
    pub addresses: Vec<String>,
}

impl Expected {
    /// Whether the definition may have sent a request to `url`.
    fn has(&self, url: &str) -> bool {
        let address = url.split(['?', '#']).next().unwrap_or_default();
        self.addresses.is_empty() || self.addresses.iter().any(|pattern| fits(pattern, address))
    }
}

/// Whether `text` is `pattern`, in which `*` stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        let found = if parts.peek().is_none() {
            rest.ends_with(part).then_some(rest.len())
        } else {
            rest.find(part).map(|at| at + part.len())
        };
        let Some(end) = found else { return false };
        rest = &rest[end..];
    }
    true
}

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

impl HarRequest {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|pair| pair.name.eq_ignore_ascii_case(name)).map(|pair| pair.value.as_str())
    }
}

impl HarResponse {
    /// Whether a browser shows it or follows it, rather than a program reading it.
    fn is_page(&self) -> bool {
        (300..400).contains(&self.status) || self.content.mime_type.starts_with("text/html")
    }
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    #[serde(default)]
    value: String,
}

/// Reads a HAR file. The address the browser was sent to becomes `authorize`, its return (a request for `/oauth/cb/…`)
/// `callback`; pages and what they load for their looks are left out, and with [`Expected::addresses`] everything the
/// definition does not send. The time of the first request that is left becomes `clock`.
///
/// # Errors
/// [`ImportError`], in words.
pub fn har(text: &str, expected: &Expected, secrets: &Secrets) -> Result<Fixture, ImportError> {
    let shape = |found: String| ImportError::Shape { expected: "a HAR file", found };
    let Har { log } = serde_json::from_value(parse(text)?).map_err(|error| shape(error.to_string()))?;
    let address = |url: &str| unmap_url(&expected.mappings, url);
    let mut frame = Fixture::new();
    let browsing = Browsing::of(&log.entries);
    browsing.tell(&log.entries, &address, &mut frame);
    let total = log.entries.len();
    let entries = log.entries.into_iter().enumerate();
    let own = entries.filter(|(at, entry)| !browsing.has(*at, entry)).map(|(_, mut entry)| {
        entry.request.url = address(&entry.request.url);
        entry
    });
    let own: Vec<Entry> = own.filter(|entry| expected.has(&entry.request.url)).collect();
    if own.is_empty() && !expected.addresses.is_empty() {
        return Err(ImportError::NotOfDefinition { total });
    }
    frame.clock = own.iter().find_map(|entry| entry.started_date_time.clone());
    sealed(own.into_iter().map(exchange).collect(), frame, secrets)
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
        let fixture = har(&format!("\u{feff}{file}"), &Expected::default(), &Secrets::new()).unwrap();
        assert_eq!(
            serde_json::to_value(fixture).unwrap(),
            json!({
                "version": 2,
                "steps": [],
                "clock": "2026-01-02T03:04:07.000Z",
                "inputs": {"redirectUri": "http://127.0.0.1:4000/oauth/cb/app"},
                "callback": {"code": "«code#1»", "state": "s"},
                "exchanges": [
                    {
                        "block": "",
                        "request": {"method": "POST", "url": "https://a.example/token", "body": "code=«code#1»&client_secret=«clientSecret#1»"},
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
    #[test]
    fn the_exchange_is_picked_out_of_the_noise() {
        let get = |url: &str, status: u16, kind: &str| json!({"request": {"method": "GET", "url": url}, "response": {"status": status, "content": {"mimeType": kind}}});
        let file = json!({"log": {"entries": [
            get("http://127.0.0.1:8080/authorize?client_id=c&state=old&redirect_uri=http%3A%2F%2F127.0.0.1%3A4000%2Foauth%2Fcb%2Fapp", 200, "text/html"),
            get("http://127.0.0.1:4000/oauth/cb/app?error=access_denied&state=old", 200, "text/html"),
            get("http://127.0.0.1:8080/authorize?client_id=c&state=fresh-1&redirect_uri=http%3A%2F%2F127.0.0.1%3A4000%2Foauth%2Fcb%2Fapp", 302, ""),
            get("http://127.0.0.1:8080/login?state=fresh-1&client_id=c", 200, "text/html; charset=utf-8"),
            get("https://metrics.example/collect", 200, "application/json"),
            {"request": {"method": "POST", "url": "http://127.0.0.1:8080/login", "postData": {"text": "password=hunter2"}}, "response": {"status": 303}},
            get("http://127.0.0.1:4000/oauth/cb/app?code=the-code&state=fresh-1", 200, "text/html"),
            {"request": {"method": "OPTIONS", "url": "http://127.0.0.1:8080/token", "headers": [{"name": "Access-Control-Request-Method", "value": "POST"}]}, "response": {"status": 204}},
            {"request": {"method": "POST", "url": "http://127.0.0.1:8080/token", "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "code=the-code"}}, "response": {"status": 200}},
            get("http://127.0.0.1:8080/users/7/me?x=1", 200, "application/json"),
        ]}})
        .to_string();
        let expected = Expected {
            mappings: vec![OriginMapping::parse("https://api.example.com=http://127.0.0.1:8080", false).unwrap()],
            addresses: vec!["https://api.example.com/token".into(), "https://api.example.com/users/*/me".into()],
        };
        let fixture = har(&file, &expected, &Secrets::new()).unwrap();
        let sent = |fixture: &Fixture| -> Vec<String> {
            fixture
                .exchanges
                .iter()
                .map(|exchange| format!("{} {}", exchange.request.method, exchange.request.url))
                .collect()
        };
        assert_eq!(
            sent(&fixture),
            ["POST https://api.example.com/token", "GET https://api.example.com/users/7/me?x=1"]
        );
        assert_eq!(fixture.callback, json!({"code": "«code#1»", "state": "«state#1»"}).as_object().cloned());
        assert_eq!(
            fixture.authorize.as_deref(),
            Some(
                "https://api.example.com/authorize?client_id=c&state=«state#1»&redirect_uri=http%3A%2F%2F127.0.0.1%3A4000%2Foauth%2Fcb%2Fapp"
            )
        );
        assert_eq!(fixture.inputs["redirectUri"], "http://127.0.0.1:4000/oauth/cb/app");
        // Without a definition, what no person looked at stays.
        let all = har(&file, &Expected::default(), &Secrets::new()).unwrap();
        assert_eq!(
            sent(&all),
            [
                "GET https://metrics.example/collect",
                "POST http://127.0.0.1:8080/token",
                "GET http://127.0.0.1:8080/users/7/me?x=1"
            ]
        );
        let other = Expected { addresses: vec!["https://b.example/*".into()], ..Expected::default() };
        let error = har(&file, &other, &Secrets::new()).unwrap_err();
        assert!(error.to_string().contains("10 requests"), "{error}");
    }

    #[test]
    fn patterns_of_addresses() {
        for (pattern, text, expected) in [
            ("https://a/x", "https://a/x", true),
            ("https://a/x", "https://a/xy", false),
            ("https://*/x", "https://b.c/x", true),
            ("https://*.a/*/x", "https://b.a/1/2/x", true),
            ("https://*.a/*/x", "https://b.a/1/2/y", false),
            ("*", "https://b.a/", true),
            ("*ab", "aab", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
