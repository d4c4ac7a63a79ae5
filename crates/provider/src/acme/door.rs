//! Who is let in, and how a refusal is worded.

use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Acme;
use crate::authorization::{User, oauth1};
use crate::reply::{self, authorization};

/// Who is let in.
pub(super) enum Account {
    /// A person.
    Person(User),
    /// A client that acts for itself (RFC 6749 §4.4).
    Client(String),
}

impl Account {
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Person(user) => {
                json!({ "id": user.id, "name": user.name, "email": format!("{}@acme.test", user.id) })
            }
            Self::Client(id) => json!({ "id": id, "name": id, "email": null }),
        }
    }
}

/// Why nobody is let in, in words.
pub(super) struct Refusal(String);

impl Refusal {
    pub(super) fn of(words: impl Into<String>) -> Self {
        Self(words.into())
    }

    pub(super) fn response(&self) -> Response {
        reply::json(401, json!({ "error": { "message": self.0 } }))
    }
}

/// The token of `Authorization: Bearer` (RFC 6750 §2.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    credentials(headers, "bearer")
}

/// What stands behind a scheme, which is compared without regard to case (RFC 9110 §11.1).
fn credentials<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (named, rest) = authorization(headers)?.split_once(' ')?;
    named.eq_ignore_ascii_case(scheme).then_some(rest.trim())
}

impl Acme {
    /// Lets in whoever proves in one of the ways there are to be somebody.
    pub(super) fn open(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Account, Refusal> {
        if let Some(key) = headers.get("x-api-key") {
            return self.api_key(key.to_str().unwrap_or_default());
        }
        if let Some(key) = query_value(uri, "api_key") {
            return self.api_key(&key);
        }
        if let Some(pair) = credentials(headers, "basic") {
            return self.basic(pair);
        }
        if credentials(headers, "oauth").is_some() {
            return self.signed(method, uri, headers);
        }
        match bearer(headers).and_then(|token| self.sessions.person(token)) {
            Some(person) => self.person(&person),
            None => self.token(headers),
        }
    }

    /// The account of an API key.
    pub(super) fn api_key(&self, key: &str) -> Result<Account, Refusal> {
        if key != self.settings.api_key {
            return Err(Refusal::of("no account has this API key"));
        }
        self.person("ada")
    }

    fn basic(&self, pair: &str) -> Result<Account, Refusal> {
        let decoded = STANDARD.decode(pair).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let (username, password) = decoded
            .as_deref()
            .and_then(|pair| pair.split_once(':'))
            .ok_or_else(|| Refusal::of("the Authorization header is not Basic with base64(user:password)"))?;
        let person = self.settings.person_with(username, password);
        person.map(Account::Person).ok_or_else(|| Refusal::of("nobody has this user name and password"))
    }

    fn signed(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Account, Refusal> {
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let incoming = oauth1::Incoming {
            method: method.as_str(),
            url: &format!("{}{target}", self.settings.origin),
            authorization: authorization(headers),
            form: None,
        };
        let access = self.oauth1.access(&incoming).map_err(|problem| Refusal::of(problem.advice))?;
        self.person(&access.person)
    }

    fn token(&self, headers: &HeaderMap) -> Result<Account, Refusal> {
        let access =
            self.oauth2.bearer(authorization(headers), None).map_err(|error| Refusal::of(error.description))?;
        match &access.person {
            Some(person) => self.person(person),
            None => Ok(Account::Client(access.client_id)),
        }
    }

    fn person(&self, id: &str) -> Result<Account, Refusal> {
        let person = self.settings.people().into_iter().find(|person| person.id == id);
        person.map(Account::Person).ok_or_else(|| Refusal::of("the account is gone"))
    }
}

fn query_value(uri: &Uri, name: &str) -> Option<String> {
    url::form_urlencoded::parse(uri.query()?.as_bytes())
        .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
}
