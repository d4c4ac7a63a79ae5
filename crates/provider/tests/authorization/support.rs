//! A provider with one client, and a client that can be told what to send.

use std::sync::Arc;

use base64::Engine as _;
use connspec_exchange::{Request, Response, Transport as _, VirtualClock};
use connspec_provider::authorization::{AuthorizationServer, Client, Redirects, Settings, User, router};
use connspec_provider::{InProcess, SeededRandom, consent};
use url::Url;

pub const BASE: &str = "https://provider.example";
pub const REDIRECT: &str = "https://app.example/cb";

/// RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub struct Provider {
    pub transport: InProcess,
    pub server: Arc<AuthorizationServer>,
    pub clock: VirtualClock,
}

/// A client called `app` with the secret `secret`, the scopes a, b, c, and no default scope.
pub fn client() -> Client {
    let redirects = Redirects::Registered(vec![REDIRECT.to_owned()]);
    Client { scopes: ["a", "b", "c"].map(str::to_owned).to_vec(), ..Client::confidential("app", "secret", redirects) }
}

/// A provider for these clients; alice (password wonderland) and bob live there.
pub fn provider_with(clients: Vec<Client>, change: impl FnOnce(&mut Settings)) -> Provider {
    let alice = User { password: Some("wonderland".to_owned()), ..User::new("alice", "Alice") };
    let mut settings = Settings { clients, people: vec![alice, User::new("bob", "Bob")], ..Settings::default() };
    change(&mut settings);
    let clock = VirtualClock::new(1_700_000_000_000);
    let random = Arc::new(SeededRandom::new(5));
    let server = Arc::new(AuthorizationServer::new(settings, Arc::new(clock.clone()), random));
    Provider { transport: InProcess(router(server.clone())), server, clock }
}

pub fn provider(change: impl FnOnce(&mut Client)) -> Provider {
    let mut app = client();
    change(&mut app);
    provider_with(vec![app], |_| {})
}

impl Provider {
    pub async fn send(&self, request: Request) -> Response {
        self.transport.send(&request).await.unwrap()
    }

    /// The authorization URL for `app`, with some parameters changed or (by an empty value) left out.
    pub fn authorize_url(&self, changes: &[(&str, &str)]) -> String {
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", "app"),
            ("redirect_uri", REDIRECT),
            ("scope", "a b"),
            ("state", "xyz"),
        ];
        change(&mut pairs, changes);
        Url::parse_with_params(&format!("{BASE}/authorize"), pairs).unwrap().into()
    }

    /// Where alice is sent after allowing.
    pub async fn allowed(&self, changes: &[(&str, &str)]) -> Url {
        let url = self.authorize_url(changes);
        consent::answer(&self.transport, &url, Some("alice"), true).await.unwrap().parse().unwrap()
    }

    pub async fn code(&self, changes: &[(&str, &str)]) -> String {
        parameter(&self.allowed(changes).await, "code").unwrap()
    }

    /// POST /token as `app` by Basic.
    pub async fn token(&self, pairs: &[(&str, &str)]) -> Response {
        self.token_as(Some("app:secret"), pairs).await
    }

    pub async fn token_as(&self, basic: Option<&str>, pairs: &[(&str, &str)]) -> Response {
        self.post("/token", basic, pairs).await
    }

    pub async fn post(&self, path: &str, basic: Option<&str>, pairs: &[(&str, &str)]) -> Response {
        let mut request = Request::new("POST", format!("{BASE}{path}")).with_form(pairs.iter().copied());
        if let Some(credentials) = basic {
            let encoded = base64::engine::general_purpose::STANDARD.encode(credentials);
            request = request.with_header("authorization", format!("Basic {encoded}"));
        }
        self.send(request).await
    }

    /// Redeems a code, with some parameters changed or left out.
    pub async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> Response {
        let mut pairs = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT)];
        change(&mut pairs, changes);
        self.token(&pairs).await
    }

    pub async fn refresh(&self, token: &str) -> Response {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// The access and refresh token of a fresh grant by alice.
    pub async fn connect(&self) -> (String, String) {
        tokens(&self.redeem(&self.code(&[]).await, &[]).await)
    }

    /// Whether an access token opens anything.
    pub fn accepts(&self, access_token: &str) -> bool {
        self.server.bearer(Some(&format!("Bearer {access_token}")), None).is_ok()
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

pub fn member(response: &Response, name: &str) -> Option<String> {
    response.body_json()?[name].as_str().map(str::to_owned)
}

pub fn tokens(response: &Response) -> (String, String) {
    assert_eq!(response.status, 200, "{:?}", response.text());
    (member(response, "access_token").unwrap(), member(response, "refresh_token").unwrap())
}

/// Status and `error` of a refusal as RFC 6749 section 5.2 has it.
pub fn refusal(response: &Response) -> (u16, String) {
    assert_eq!(response.media_type().as_deref(), Some("application/json"));
    assert!(member(response, "error_description").is_some());
    (response.status, member(response, "error").unwrap())
}
