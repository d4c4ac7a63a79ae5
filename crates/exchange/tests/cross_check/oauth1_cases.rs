//! Random requests to be signed. Every seed gives its own.

use std::collections::BTreeMap;

use connspec_exchange::Request;
use connspec_exchange::sign::oauth1::{BodyHash, OAuth1, ParameterTransport, SignatureMethod};
use serde::Serialize;
use url::form_urlencoded::{byte_serialize, parse};

const REQUESTS: u64 = 320;

const PKCS1: &str = include_str!("../../testdata/rsa/pkcs1.pem");
const PKCS8: &str = include_str!("../../testdata/rsa/pkcs8.pem");

/// One request and the credentials to sign it with, as the others are asked.
#[derive(Debug, Serialize)]
pub(crate) struct Question {
    method: &'static str,
    /// As a definition may have it: host in capitals, the scheme's default port.
    url: String,
    /// The same as RFC 5849 §3.4.1.2 wants it, without the query.
    plain_url: String,
    content_type: Option<&'static str>,
    body: Option<String>,
    /// The pairs of query and form, decoded.
    pairs: Vec<(String, String)>,
    consumer_key: String,
    consumer_secret: String,
    token: Option<String>,
    token_secret: Option<String>,
    verifier: Option<String>,
    callback: Option<String>,
    nonce: String,
    timestamp: String,
    pub(crate) signature_method: &'static str,
    private_key: Option<&'static str>,
    /// `header`, `query` or `body`.
    place: &'static str,
    /// Whether `oauth_body_hash` is computed.
    body_hash: bool,
}

impl Question {
    /// oauth-1.0a has no RSA of its own.
    pub(crate) fn suits_node(&self) -> bool {
        self.signature_method != "RSA-SHA1"
    }

    /// oauthlib always hashes a body that is no form, and decodes the protocol's own parameters twice where they
    /// stand in a query or a form.
    pub(crate) fn suits_python(&self) -> bool {
        let credentials = [&self.token, &self.verifier, &self.callback, &Some(self.consumer_key.clone())];
        let twice = self.place != "header" && credentials.into_iter().flatten().any(|text| text.contains('%'));
        (self.body_hash || self.content_type != Some("application/json")) && !twice
    }

    /// The protocol's parameters as connspec writes them, from wherever it wrote them.
    pub(crate) fn answer(&self) -> BTreeMap<String, String> {
        let mut request = Request::new(self.method, &self.url);
        if let (Some(content_type), Some(body)) = (self.content_type, &self.body) {
            request = request.with_body(content_type, body.as_str());
        }
        let signer = OAuth1 {
            consumer_key: self.consumer_key.clone(),
            consumer_secret: self.consumer_secret.clone(),
            private_key: self.private_key.map(str::to_owned),
            token: self.token.clone(),
            token_secret: self.token_secret.clone(),
            verifier: self.verifier.clone(),
            callback: self.callback.clone(),
            signature_method: SignatureMethod::from_name(self.signature_method).unwrap(),
            transport: ParameterTransport::from_name(self.place).unwrap(),
            body_hash: if self.body_hash { BodyHash::Compute } else { BodyHash::None },
            nonce: self.nonce.clone(),
            timestamp: self.timestamp.parse().unwrap(),
            ..OAuth1::default()
        };
        signer.sign(&mut request).unwrap();
        let written = match self.place {
            "header" => {
                let header = request.headers.get("authorization").unwrap().strip_prefix("OAuth ").unwrap();
                header
                    .split(", ")
                    .map(|pair| pair.replacen("=\"", "=", 1).replace('"', ""))
                    .collect::<Vec<_>>()
                    .join("&")
            }
            "query" => request.url.split_once('?').unwrap().1.to_owned(),
            _ => String::from_utf8(request.body.unwrap()).unwrap(),
        };
        parse(written.as_bytes()).into_owned().filter(|(name, _)| name.starts_with("oauth_")).collect()
    }
}

const TEXTS: &[&str] = &[
    "",
    "a",
    "two words",
    "a+b",
    "100%",
    "%41",
    "a&b=c",
    "=",
    "~",
    "*",
    "'",
    "(1)",
    "!",
    "\"",
    "/",
    "?",
    "#",
    "-._~",
    "é",
    "中文",
    "🦀",
    "e\u{301}",
    "\\",
    "|",
    "^",
    "[0]",
    "\n",
    ";",
    ",",
    ":",
    "@",
    "$",
];

const NAMES: &[&str] =
    &["a", "a2", "A", "b5", "c@", "a 3", "é", "z~", "status", "include_entities", "a%b", "oauth", "x[]", "a+b"];

/// Path as written in a URL, which is also how it is signed.
const PATHS: &[&str] =
    &["/", "/1.1/statuses/update.json", "/r%20v/X", "/%C3%A9/x", "/a~b/c", "/a;b=c", "/it's/(here)!*", "/a/b/"];

const HOSTS: &[(&str, &str)] = &[
    ("https://api.example.com", "https://api.example.com"),
    ("http://api.example.com", "http://api.example.com"),
    ("https://API.Example.com", "https://api.example.com"),
    ("https://api.example.com:443", "https://api.example.com"),
    ("http://api.example.com:80", "http://api.example.com"),
    ("https://api.example.com:8443", "https://api.example.com:8443"),
    ("http://127.0.0.1:9999", "http://127.0.0.1:9999"),
];

/// All requests of a seed; each is one that somebody else can sign.
pub(crate) fn all(seed: u64) -> Vec<Question> {
    let question = |index| {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9).wrapping_add(index));
        loop {
            let question = dice.question(index);
            if question.suits_node() || question.suits_python() {
                return question;
            }
        }
    };
    (0..REQUESTS).map(question).collect()
}

/// What a request carries.
#[derive(Clone, Copy, PartialEq)]
enum Carries {
    Nothing,
    Form,
    Json,
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    fn text(&mut self) -> String {
        (0..=self.below(3)).map(|_| self.pick(TEXTS)).collect()
    }

    /// A text that is not empty: a key, a token.
    fn key(&mut self) -> String {
        format!("{:x}{}", self.below(0xffff_ffff), self.text())
    }

    fn sometimes(&mut self) -> Option<String> {
        (self.below(2) == 0).then(|| self.key())
    }

    fn pairs(&mut self) -> Vec<(String, String)> {
        (0..self.below(5)).map(|_| (self.pick(NAMES).to_owned(), self.text())).collect()
    }

    fn question(&mut self, index: u64) -> Question {
        let signature_method = ["HMAC-SHA1", "RSA-SHA1", "HMAC-SHA1", "PLAINTEXT"][usize::try_from(index % 4).unwrap()];
        let carries = self.pick(&[Carries::Nothing, Carries::Form, Carries::Form, Carries::Json]);
        let method = if carries == Carries::Nothing {
            self.pick(&["GET", "DELETE"])
        } else {
            self.pick(&["POST", "PUT", "PATCH"])
        };
        let place = if carries == Carries::Form {
            self.pick(&["header", "query", "body"])
        } else {
            self.pick(&["header", "query"])
        };
        let (query, form) = (self.pairs(), if carries == Carries::Form { self.pairs() } else { Vec::new() });
        let (host, plain_host) = self.pick(HOSTS);
        let path = self.pick(PATHS);
        let separator = if query.is_empty() { "" } else { "?" };
        let (content_type, body) = match carries {
            Carries::Nothing => (None, None),
            Carries::Form => (Some("application/x-www-form-urlencoded"), Some(written(&form))),
            Carries::Json => (Some("application/json"), Some(format!("{{\"text\": \"{}\"}}", self.key()))),
        };
        let token = self.sometimes();
        Question {
            method,
            url: format!("{host}{path}{separator}{}", written(&query)),
            plain_url: format!("{plain_host}{path}"),
            content_type,
            body,
            pairs: query.into_iter().chain(form).collect(),
            consumer_key: self.key(),
            consumer_secret: self.key(),
            token_secret: token.is_some().then(|| self.key()),
            token,
            verifier: self.sometimes(),
            callback: (self.below(3) == 0).then(|| "http://127.0.0.1:8080/oauth/cb/app-oauth1?a=b c".to_owned()),
            nonce: format!("{:016x}", self.next()),
            timestamp: (1_700_000_000 + self.below(100_000_000)).to_string(),
            signature_method,
            private_key: (signature_method == "RSA-SHA1").then(|| self.pick(&[PKCS1, PKCS8])),
            place,
            // Only oauth-1.0a signs JSON without a hash of it.
            body_hash: carries == Carries::Json && (signature_method == "RSA-SHA1" || self.below(2) == 0),
        }
    }
}

/// Pairs as a form has them, blanks as `+` (RFC 5849 §3.4.1.3.1 knows both).
fn written(pairs: &[(String, String)]) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect::<Vec<_>>().join("&")
}
