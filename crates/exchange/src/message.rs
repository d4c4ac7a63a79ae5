//! The two messages of an exchange: [`Request`] and [`Response`].

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::Headers;

/// The timeout of a request when the definition names none: 40 s (communication.md §5 timeout).
pub const DEFAULT_TIMEOUT: Duration = Duration::from_millis(40_000);

/// How many redirects are followed by default (communication.md §5 followRedirects).
pub const DEFAULT_MAX_REDIRECTS: u32 = 21;

/// One HTTP request, ready to go out.
///
/// `Debug` shows no query, no header value and no body, since each may hold a credential.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The method in upper case.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// The header fields to send; the transport adds `Host`, `Content-Length` and `Accept` itself.
    pub headers: Headers,
    /// The body's bytes, if one is sent.
    pub body: Option<Vec<u8>>,
    /// How to send it.
    pub options: RequestOptions,
    /// Which request of the definition this is.
    pub label: Label,
}

/// How a request is sent; the defaults are Make's (communication.md §10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestOptions {
    /// Time for the whole exchange, redirects included.
    pub timeout: Duration,
    /// Follow redirects of GET and HEAD (`followRedirects`).
    pub follow_redirects: bool,
    /// Follow redirects of every other method (`followAllRedirects`).
    pub follow_all_redirects: bool,
    /// How many redirects are followed before giving up.
    pub max_redirects: u32,
    /// A further certificate authority to trust, PEM.
    pub ca: Option<String>,
    /// Ask for a compressed answer and decode it.
    pub gzip: bool,
    /// Refuse certificates that cannot be verified (`rejectUnauthorized`).
    pub reject_unauthorized: bool,
    /// Headers that hold a secret whatever they are called, by name: no redirect takes them to another origin.
    pub confidential: Vec<String>,
}

impl Default for RequestOptions {
    fn default() -> Self {
        Self {
            timeout: DEFAULT_TIMEOUT,
            follow_redirects: true,
            follow_all_redirects: true,
            max_redirects: DEFAULT_MAX_REDIRECTS,
            ca: None,
            gzip: false,
            reject_unauthorized: true,
            confidential: Vec::new(),
        }
    }
}

/// Which request of a definition an exchange belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Label {
    /// The block, such as `token`; empty for requests outside a definition.
    pub block: String,
    /// The position within the block, from 0.
    pub index: usize,
}

impl Request {
    /// A request without headers or body; `method` is put in upper case.
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        Self {
            method: method.to_ascii_uppercase(),
            url: url.into(),
            headers: Headers::new(),
            body: None,
            options: RequestOptions::default(),
            label: Label::default(),
        }
    }

    /// A GET of `url`.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// The same request with one more header, replacing those of the same name.
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.set(name, value);
        self
    }

    /// The same request with `body` and its content type.
    pub fn with_body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.set("content-type", content_type);
        self.body = Some(body.into());
        self
    }

    /// The same request with a JSON body.
    pub fn with_json(self, body: &Value) -> Self {
        self.with_body("application/json", body.to_string())
    }

    /// The same request with form pairs as its body, URL-encoded.
    pub fn with_form<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.with_body("application/x-www-form-urlencoded", body)
    }

    /// The same request, labelled with its place in the definition.
    pub fn with_label(mut self, block: impl Into<String>, index: usize) -> Self {
        self.label = Label { block: block.into(), index };
        self
    }

    /// The body as text, or `None` if there is none or it is not UTF-8.
    pub fn text(&self) -> Option<&str> {
        self.body.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok())
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("url", &without_secrets(&self.url))
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}

/// One redirect that was followed on the way to a response.
#[derive(Clone, PartialEq, Eq)]
pub struct Hop {
    /// The status that redirected.
    pub status: u16,
    /// The method that was answered with it.
    pub method: String,
    /// The URL that was answered with it.
    pub url: String,
    /// The absolute URL it led to.
    pub location: String,
}

impl fmt::Debug for Hop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (without_secrets(&self.url), without_secrets(&self.location));
        write!(formatter, "{} {} {from} -> {to}", self.status, self.method)
    }
}

/// One HTTP response, complete.
///
/// `Debug` shows no query, no header value and no body, since each may hold a credential.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The header fields, names in lower case when they came over the network.
    pub headers: Headers,
    /// The body's bytes, decoded if `gzip` was asked for.
    pub body: Vec<u8>,
    /// The URL that answered; differs from the request's after redirects.
    pub url: String,
    /// The redirects followed, in order.
    pub hops: Vec<Hop>,
    /// Whether a TLS handshake was refused with an alert on the way, and tried once more.
    pub repeated: bool,
}

impl Response {
    /// An empty response with `status`.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Headers::new(),
            body: Vec::new(),
            url: String::new(),
            hops: Vec::new(),
            repeated: false,
        }
    }

    /// A response with a JSON body.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status).with_body("application/json", body.to_string())
    }

    /// The same response with one more header, replacing those of the same name.
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.set(name, value);
        self
    }

    /// The same response with `body` and its content type.
    pub fn with_body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.set("content-type", content_type);
        self.body = body.into();
        self
    }

    /// The same response, answered by `url`.
    pub fn with_url(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    /// The body as text, or `None` if it is not UTF-8.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }

    /// The body parsed as JSON, or `None` if it is not JSON.
    pub fn body_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The media type without its parameters, in lower case: `application/json`.
    pub fn media_type(&self) -> Option<String> {
        media_type(&self.headers)
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Response")
            .field("status", &self.status)
            .field("url", &without_secrets(&self.url))
            .field("headers", &self.headers)
            .field("body_bytes", &self.body.len())
            .field("hops", &self.hops)
            .finish()
    }
}

/// The media type named by `Content-Type`, without parameters, in lower case.
pub(crate) fn media_type(headers: &Headers) -> Option<String> {
    let value = headers.get("content-type")?;
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    (!essence.is_empty()).then_some(essence)
}

/// `url` without user information, query and fragment: fit for a log.
fn without_secrets(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let shown = &url[..end];
    let Some((scheme, rest)) = shown.split_once("://") else {
        return shown.to_owned();
    };
    let authority_end = rest.find('/').unwrap_or(rest.len());
    match rest[..authority_end].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => shown.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_built_in_one_line() {
        let request = Request::new("post", "https://a.example/token")
            .with_form([("grant_type", "refresh_token"), ("refresh_token", "a b&c")])
            .with_header("Accept", "application/json")
            .with_label("refresh", 0);
        assert_eq!(request.method, "POST");
        assert_eq!(request.text(), Some("grant_type=refresh_token&refresh_token=a+b%26c"));
        assert_eq!(request.headers.get("Content-Type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(request.label.block, "refresh");
        assert_eq!(request.options.timeout, Duration::from_secs(40));
    }

    #[test]
    fn media_type_drops_parameters_and_case() {
        let table = [
            (Some("Application/JSON; charset=utf-8"), Some("application/json")),
            (Some("text/html"), Some("text/html")),
            (Some(" ; charset=utf-8"), None),
            (None, None),
        ];
        for (header, expected) in table {
            let mut response = Response::new(200);
            if let Some(value) = header {
                response.headers.set("content-type", value);
            }
            assert_eq!(response.media_type().as_deref(), expected, "{header:?}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let request = Request::get("https://me:hunter2@a.example/x?key=hunter2#hunter2")
            .with_header("authorization", "hunter2")
            .with_body("text/plain", "hunter2");
        let mut response = Response::json(200, &serde_json::json!({"token": "hunter2"}));
        response.url = request.url.clone();
        response.hops.push(Hop {
            status: 302,
            method: "GET".into(),
            url: request.url.clone(),
            location: request.url.clone(),
        });
        let shown = format!("{request:?} {response:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("https://a.example/x"), "{shown}");
    }
}
