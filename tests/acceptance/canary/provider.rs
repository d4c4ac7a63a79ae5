//! A provider on loopback that hands out canaries and, when it is to fail, repeats in its refusal whatever it was sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::needles::{ACCESS_TOKEN, REFRESH_TOKEN, RENEWED_TOKEN};

/// How one path of the provider answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Status 400, a JSON error that repeats the request.
    JsonError,
    /// Status 401, a text that repeats the request.
    TextError,
    /// Status 500, a page that repeats the request.
    HtmlError,
    /// Status 400, an error that repeats the request in Base64.
    Base64Error,
    /// Status 200, an error that repeats the request.
    ErrorWith200,
    /// Status 200, JSON that ends within the token.
    BrokenJson,
    /// Status 307 to a closed port, the request in the query.
    Redirect,
}

impl Manner {
    pub const ALL: [Self; 7] = [
        Self::JsonError,
        Self::TextError,
        Self::HtmlError,
        Self::Base64Error,
        Self::ErrorWith200,
        Self::BrokenJson,
        Self::Redirect,
    ];
}

/// A provider; it ends with the process.
pub struct Provider {
    pub url: String,
    failing: Arc<Mutex<Option<(&'static str, Manner)>>>,
    verifiers: Arc<Mutex<Vec<String>>>,
}

impl Provider {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let provider = Self { url, failing: Arc::default(), verifiers: Arc::default() };
        let (failing, verifiers) = (provider.failing.clone(), provider.verifiers.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), *failing.lock().unwrap(), &verifiers);
            }
        });
        provider
    }

    /// Requests of `path` fail from now on.
    pub fn fail(&self, path: &'static str, manner: Manner) {
        *self.failing.lock().unwrap() = Some((path, manner));
    }

    /// Nothing fails any more.
    pub fn recover(&self) {
        *self.failing.lock().unwrap() = None;
    }

    /// The PKCE verifiers that arrived.
    pub fn verifiers(&self) -> Vec<String> {
        self.verifiers.lock().unwrap().clone()
    }
}

/// Answers one request and closes the connection.
fn answer(mut stream: TcpStream, failing: Option<(&'static str, Manner)>, verifiers: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line).unwrap_or(0) == 0 {
            return;
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = String::from_utf8(body).unwrap();
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let verifier = pairs.iter().filter(|(name, _)| name == "code_verifier").map(|(_, value)| value.clone());
    verifiers.lock().unwrap().extend(verifier);
    let path = head.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default();
    let form = head.to_ascii_lowercase().contains("application/x-www-form-urlencoded");
    let understood = if form { json!(pairs).to_string() } else { String::new() };
    let repeated = format!("{head}{body} {understood}");
    let (status, headers, text) = match failing {
        Some((at, manner)) if at == path => refusal(manner, &repeated),
        _ => (200, "content-type: application/json\r\n".to_owned(), kindly(path)),
    };
    // The client may have gone.
    let _ = write!(
        stream,
        "HTTP/1.1 {status} Whatever\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    );
}

fn kindly(path: &str) -> String {
    let answer = match path {
        "/token" => json!({
            "access_token": ACCESS_TOKEN.value(), "refresh_token": REFRESH_TOKEN.value(), "expires_in": 3600,
        }),
        "/refresh" => json!({ "access_token": RENEWED_TOKEN.value(), "expires_in": 3600 }),
        "/me" => json!({ "id": 7, "name": "Jane Black" }),
        _ => json!({ "ok": true }),
    };
    answer.to_string()
}

fn refusal(manner: Manner, repeated: &str) -> (u16, String, String) {
    use base64::Engine as _;
    let json = "content-type: application/json\r\n".to_owned();
    let error = |text: &str| json!({ "error": "invalid", "error_description": text }).to_string();
    match manner {
        Manner::JsonError => (400, json, error(repeated)),
        Manner::Base64Error => (400, json, error(&base64::engine::general_purpose::STANDARD.encode(repeated))),
        Manner::ErrorWith200 => (200, json, error(repeated)),
        Manner::TextError => (401, "content-type: text/plain\r\n".to_owned(), repeated.to_owned()),
        Manner::HtmlError => (500, "content-type: text/html\r\n".to_owned(), format!("<html><pre>{repeated}</pre>")),
        Manner::BrokenJson => (200, json, format!("{{\"access_token\": {}, \"refr", json!(ACCESS_TOKEN.value()))),
        Manner::Redirect => {
            let query: String = url::form_urlencoded::byte_serialize(repeated.as_bytes()).collect();
            (307, format!("location: http://127.0.0.1:9/elsewhere?{query}\r\n"), String::new())
        }
    }
}
