//! An application that talks to the Academy.

use std::sync::Arc;

use connspec_exchange::{Request, Response, Transport as _, VirtualClock};
use connspec_provider::academy::{self, Decision, Person, Settings};
use connspec_provider::{InProcess, SeededRandom};
use serde_json::Value;
use url::Url;

pub const BASE: &str = "https://app-academy.make.com/api/v2";
pub const REDIRECT: &str = "http://127.0.0.1:50123/oauth/cb/app";
pub const ALL_SCOPES: &str = "connect read write delete";
pub const MINUTE: i64 = 60_000;

/// The Academy, its clock, and what the application was told when it registered.
pub struct Application {
    pub transport: InProcess,
    pub clock: VirtualClock,
    settings: Settings,
}

/// The tokens of one connection.
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

impl Application {
    pub fn new(settings: Settings) -> Self {
        let clock = VirtualClock::new(1_700_000_000_000);
        let router = academy::v2(&settings, Arc::new(clock.clone()), Arc::new(SeededRandom::new(1)));
        Self { transport: InProcess(router), clock, settings }
    }

    pub async fn send(&self, request: Request) -> Response {
        self.transport.send(&request).await.unwrap()
    }

    /// The authorization URL, with some parameters changed or (by an empty value) left out.
    pub fn authorize_url(&self, changes: &[(&str, &str)]) -> String {
        let mut pairs = vec![
            ("scope", ALL_SCOPES),
            ("client_id", self.settings.client_id.as_str()),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("state", "a/b c"),
        ];
        change(&mut pairs, changes);
        Url::parse_with_params(&format!("{BASE}/authorize"), pairs).unwrap().into()
    }

    pub async fn consent(&self, person: Person, decision: Decision) -> Url {
        let url = self.authorize_url(&[]);
        academy::consent(&self.transport, &url, person, decision).await.unwrap().parse().unwrap()
    }

    pub async fn code(&self, person: Person) -> String {
        parameter(&self.consent(person, Decision::Allow).await, "code").unwrap()
    }

    /// POST /token, with some parameters changed or (by an empty value) left out.
    pub async fn token(&self, code: &str, changes: &[(&str, &str)]) -> Response {
        let mut pairs = vec![
            ("code", code),
            ("grant_type", "authorization_code"),
            ("redirect_uri", REDIRECT),
            ("client_id", self.settings.client_id.as_str()),
            ("client_secret", self.settings.client_secret.as_str()),
        ];
        change(&mut pairs, changes);
        self.send(Request::new("POST", format!("{BASE}/token")).with_form(pairs)).await
    }

    /// POST /refresh, with some parameters changed or (by an empty value) left out.
    pub async fn refresh(&self, token: &str, changes: &[(&str, &str)]) -> Response {
        let mut pairs = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", self.settings.client_id.as_str()),
            ("client_secret", self.settings.client_secret.as_str()),
        ];
        change(&mut pairs, changes);
        self.send(Request::new("POST", format!("{BASE}/refresh")).with_form(pairs)).await
    }

    pub async fn connect(&self, person: Person) -> Tokens {
        let code = self.code(person).await;
        Tokens::of(&self.token(&code, &[]).await)
    }

    pub async fn get(&self, path: &str, access_token: &str) -> Response {
        let request = Request::get(format!("{BASE}{path}"));
        self.send(request.with_header("authorization", format!("Bearer {access_token}"))).await
    }
}

impl Tokens {
    pub fn of(response: &Response) -> Self {
        assert_eq!(response.status, 200, "{:?}", response.text());
        let body = response.body_json().unwrap();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }
}

fn change<'a>(pairs: &mut Vec<(&'a str, &'a str)>, changes: &[(&'a str, &'a str)]) {
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
}

pub fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// Status and message of an error in the Academy's shape, which has no other member.
pub fn refusal(response: &Response) -> (u16, String) {
    let body = response.body_json().unwrap_or_else(|| panic!("no JSON: {:?}", response.text()));
    let Value::String(message) = &body["error"]["message"] else { panic!("no message: {body}") };
    assert_eq!(body, serde_json::json!({ "error": { "message": message } }));
    (response.status, message.clone())
}
