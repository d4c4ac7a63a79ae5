//! One login at the Academy, as this or that program writes it down.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

pub const AUTHORIZE: &str = "https://app-academy.make.com/api/v2/authorize";
pub const TOKEN: &str = "https://app-academy.make.com/api/v2/token";
pub const INFO: &str = "https://app-academy.make.com/api/v2/info";
pub const CALLBACK: &str = "http://127.0.0.1:53682/oauth/cb/app";

/// What opens something in the login called `run`.
pub fn secrets(run: &str) -> Vec<String> {
    let own = ["state", "code", "access", "refresh"].map(|kind| format!("{kind}-of-{run}-3f9a71c2"));
    own.into_iter().chain(["academy-demo-secret".to_owned()]).collect()
}

fn secret(kind: &str, run: &str) -> String {
    format!("{kind}-of-{run}-3f9a71c2")
}

pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The fields of the request for tokens.
pub fn fields(run: &str, redirect_uri: &str) -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "authorization_code".to_owned()),
        ("code", secret("code", run)),
        ("redirect_uri", redirect_uri.to_owned()),
        ("client_id", "academy-demo".to_owned()),
        ("client_secret", "academy-demo-secret".to_owned()),
    ]
}

pub fn form(run: &str, redirect_uri: &str) -> String {
    let pairs: Vec<String> =
        fields(run, redirect_uri).iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}

pub fn tokens(run: &str) -> Value {
    json!({"access_token": secret("access", run), "expires_in": 5, "refresh_token": secret("refresh", run), "refresh_expires_in": 60})
}

pub fn person() -> Value {
    json!({"id": "d1b03e513fbc5881651d6c149fd259506f975ae1", "user": "Jane Black"})
}

pub fn authorize_url(run: &str, redirect_uri: &str) -> String {
    format!(
        "{AUTHORIZE}?response_type=code&client_id=academy-demo&redirect_uri={}&scope=connect%20read%20write%20delete&state={}",
        encoded(redirect_uri),
        secret("state", run)
    )
}

pub fn callback_url(run: &str, redirect_uri: &str) -> String {
    format!("{redirect_uri}?code={}&state={}", secret("code", run), secret("state", run))
}

/// One entry; `second` orders them.
pub fn entry(second: usize, request: Value, response: Value) -> Value {
    let mut entry = json!({
        "startedDateTime": format!("2026-03-01T10:00:{second:02}.123Z"), "time": 12.5,
        "request": {"httpVersion": "HTTP/1.1", "cookies": [], "headers": [], "queryString": [], "headersSize": -1, "bodySize": -1},
        "response": {"statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [], "redirectURL": "", "content": {"size": 0, "mimeType": ""}, "headersSize": -1, "bodySize": -1},
        "cache": {}, "timings": {"send": 1, "wait": 10, "receive": 1},
    });
    for (side, value) in [("request", request), ("response", response)] {
        for (name, member) in value.as_object().unwrap() {
            entry[side][name] = member.clone();
        }
    }
    entry
}

pub fn headers(pairs: &[(&str, &str)]) -> Value {
    pairs.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

pub fn json_answer(body: &Value) -> Value {
    let text = body.to_string();
    json!({"status": 200, "headers": headers(&[("content-type", "application/json")]), "content": {"size": text.len(), "mimeType": "application/json", "text": text}})
}

/// The answer in Base64, packed with gzip as it came.
pub fn packed_answer(body: &Value) -> Value {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(body.to_string().as_bytes()).unwrap();
    let text = STANDARD.encode(encoder.finish().unwrap());
    json!({"status": 200, "headers": headers(&[("Content-Type", "application/json"), ("Content-Encoding", "gzip")]), "content": {"size": text.len(), "mimeType": "application/json", "encoding": "base64", "text": text}})
}

pub fn page(second: usize, url: &str) -> Value {
    let answer = json!({"status": 200, "headers": headers(&[("content-type", "text/html; charset=utf-8")]), "content": {"size": 9, "mimeType": "text/html", "text": "<p>Hi</p>"}});
    entry(second, json!({"method": "GET", "url": url}), answer)
}

pub fn redirect(second: usize, method: &str, url: &str, to: &str) -> Value {
    entry(
        second,
        json!({"method": method, "url": url}),
        json!({"status": 302, "headers": headers(&[("Location", to)]), "redirectURL": to}),
    )
}

pub fn token(second: usize, run: &str) -> Value {
    let form = form(run, CALLBACK);
    let request = json!({"method": "POST", "url": TOKEN, "headers": headers(&[("content-type", "application/x-www-form-urlencoded")]), "postData": {"mimeType": "application/x-www-form-urlencoded", "text": form}});
    entry(second, request, json_answer(&tokens(run)))
}

pub fn info(second: usize, run: &str) -> Value {
    let bearer = format!("Bearer {}", secret("access", run));
    entry(
        second,
        json!({"method": "GET", "url": INFO, "headers": headers(&[("authorization", &bearer)])}),
        json_answer(&person()),
    )
}

/// The whole login in plain shape, from `second` on.
pub fn login(second: usize, run: &str) -> Vec<Value> {
    vec![
        page(second, &authorize_url(run, CALLBACK)),
        redirect(second + 1, "POST", AUTHORIZE, &callback_url(run, CALLBACK)),
        page(second + 2, &callback_url(run, CALLBACK)),
        token(second + 3, run),
        info(second + 4, run),
    ]
}

pub fn har(creator: &str, entries: Vec<Value>) -> Value {
    json!({"log": {"version": "1.2", "creator": {"name": creator, "version": "1"}, "pages": [], "entries": entries}})
}

/// `entries` with a change of each.
pub fn each(mut entries: Vec<Value>, change: impl Fn(usize, &mut Value)) -> Vec<Value> {
    entries.iter_mut().enumerate().for_each(|(at, entry)| change(at, entry));
    entries
}
