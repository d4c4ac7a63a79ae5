//! The OAuth 1 provider over HTTP, one test for each rule of RFC 5849, named after its section.

// clippy.toml's allowance covers test functions, not the helpers they share.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::sync::Arc;

use connspec_exchange::{Clock as _, Request, Response, Transport as _, VirtualClock};
use connspec_provider::authorization::oauth1::signature::{base_string, encode, sign};
use connspec_provider::authorization::oauth1::{Consumer, Server, Settings, SignatureMethod, router};
use connspec_provider::authorization::{Redirects, User};
use connspec_provider::{InProcess, SeededRandom, consent};
use url::Url;

const BASE: &str = "https://provider.example/oauth";
const CALLBACK: &str = "https://app.example/cb?keep=1";

struct Client {
    transport: InProcess,
    clock: VirtualClock,
}

/// Token and secret.
#[derive(Clone, Default)]
struct Credentials {
    token: String,
    secret: String,
}

/// What a test changes in a signed request: parameters set or (by an empty value) left out before
/// signing, and the secret signed with.
struct Changes<'a> {
    before: &'a [(&'a str, &'a str)],
    consumer_secret: &'a str,
    method: SignatureMethod,
}

const AS_IT_SHOULD_BE: Changes<'static> =
    Changes { before: &[], consumer_secret: "s&cret", method: SignatureMethod::HmacSha1 };

impl Client {
    fn new() -> Self {
        let consumer = |key: &str, secret: &str| Consumer {
            key: key.to_owned(),
            secret: secret.to_owned(),
            name: "Printer".to_owned(),
            callbacks: Redirects::Registered(vec![CALLBACK.to_owned()]),
        };
        let settings = Settings {
            origin: Some("https://provider.example".to_owned()),
            consumers: vec![consumer("key", "s&cret"), consumer("other", "other secret")],
            people: vec![User::new("jane", "Jane")],
            ..Settings::default()
        };
        let clock = VirtualClock::new(1_700_000_000_000);
        let server = Server::new(settings, Arc::new(clock.clone()), Arc::new(SeededRandom::new(9)));
        Self { transport: InProcess(router(Arc::new(server))), clock }
    }

    async fn send(&self, request: Request) -> Response {
        self.transport.send(&request).await.unwrap()
    }

    /// A signed request with the parameters in the header.
    fn signed(&self, method: &str, url: &str, token: &Credentials, nonce: &str, changes: &Changes<'_>) -> Request {
        let mut pairs: HashMap<&str, String> = HashMap::from([
            ("oauth_consumer_key", "key".to_owned()),
            ("oauth_signature_method", changes.method.name().to_owned()),
            ("oauth_timestamp", (self.clock.now() / 1000).to_string()),
            ("oauth_nonce", nonce.to_owned()),
            ("oauth_token", token.token.clone()),
        ]);
        pairs.extend(changes.before.iter().map(|(name, value)| (*name, (*value).to_owned())));
        pairs.retain(|_, value| !value.is_empty());
        let parsed = Url::parse(url).unwrap();
        let mut all: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
        all.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let base = base_string(method, &parsed, &all);
        pairs.insert("oauth_signature", sign(changes.method, &base, changes.consumer_secret, &token.secret));
        let header: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}=\"{}\"", encode(value))).collect();
        Request::new(method, url).with_header("authorization", format!("OAuth realm=\"x y\", {}", header.join(", ")))
    }

    async fn request_token(&self, nonce: &str, callback: &str) -> Credentials {
        let changes = Changes { before: &[("oauth_callback", callback)], ..AS_IT_SHOULD_BE };
        let url = format!("{BASE}/request_token");
        let response = self.send(self.signed("POST", &url, &Credentials::default(), nonce, &changes)).await;
        assert_eq!(form(&response)["oauth_callback_confirmed"], "true");
        credentials(&response)
    }

    /// Where Jane is sent, having allowed or refused.
    async fn answered(&self, temporary: &Credentials, allow: bool) -> Url {
        let url = format!("{BASE}/authorize?oauth_token={}", temporary.token);
        consent::answer(&self.transport, &url, Some("jane"), allow).await.unwrap().parse().unwrap()
    }

    async fn access_token(&self, temporary: &Credentials, verifier: &str, nonce: &str) -> Response {
        let changes = Changes { before: &[("oauth_verifier", verifier)], ..AS_IT_SHOULD_BE };
        self.send(self.signed("POST", &format!("{BASE}/access_token"), temporary, nonce, &changes)).await
    }

    async fn connect(&self) -> Credentials {
        let temporary = self.request_token("n1", CALLBACK).await;
        let verifier = parameter(&self.answered(&temporary, true).await, "oauth_verifier").unwrap();
        credentials(&self.access_token(&temporary, &verifier, "n2").await)
    }

    async fn account(&self, token: &Credentials, nonce: &str, changes: &Changes<'_>) -> Response {
        let url = format!("{BASE}/account?b=2&a=%C3%BC%20%2B");
        self.send(self.signed("GET", &url, token, nonce, changes)).await
    }
}

fn form(response: &Response) -> HashMap<String, String> {
    url::form_urlencoded::parse(&response.body).into_owned().collect()
}

fn credentials(response: &Response) -> Credentials {
    assert_eq!(response.status, 200, "{:?}", response.text());
    let form = form(response);
    Credentials { token: form["oauth_token"].clone(), secret: form["oauth_token_secret"].clone() }
}

fn problem(response: &Response) -> (u16, String) {
    (response.status, form(response)["oauth_problem"].clone())
}

fn refused(status: u16, name: &str) -> (u16, String) {
    (status, name.to_owned())
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn rfc5849_section_2_the_whole_dance() {
    let client = Client::new();
    let temporary = client.request_token("n1", CALLBACK).await;
    let location = client.answered(&temporary, true).await;
    assert!(location.as_str().starts_with("https://app.example/cb?keep=1&"), "{location}");
    assert_eq!(parameter(&location, "oauth_token").unwrap(), temporary.token);
    let verifier = parameter(&location, "oauth_verifier").unwrap();
    let token = credentials(&client.access_token(&temporary, &verifier, "n2").await);
    let account = client.account(&token, "n3", &AS_IT_SHOULD_BE).await;
    assert_eq!(account.body_json().unwrap(), serde_json::json!({ "id": "jane" }));
}

#[tokio::test]
async fn rfc5849_section_2_3_temporary_credentials_serve_once_with_their_verifier() {
    let client = Client::new();
    let temporary = client.request_token("n1", CALLBACK).await;
    assert_eq!(problem(&client.access_token(&temporary, "x", "n2").await), refused(401, "permission_unknown"));
    let verifier = parameter(&client.answered(&temporary, true).await, "oauth_verifier").unwrap();
    assert_eq!(problem(&client.access_token(&temporary, "wrong", "n3").await), refused(401, "parameter_rejected"));
    assert_eq!(problem(&client.access_token(&temporary, "", "n4").await), refused(400, "parameter_absent"));
    credentials(&client.access_token(&temporary, &verifier, "n5").await);
    assert_eq!(problem(&client.access_token(&temporary, &verifier, "n6").await), refused(401, "token_rejected"));
}

#[tokio::test]
async fn rfc5849_section_2_1_temporary_credentials_expire() {
    let client = Client::new();
    let temporary = client.request_token("n1", CALLBACK).await;
    let verifier = parameter(&client.answered(&temporary, true).await, "oauth_verifier").unwrap();
    client.clock.advance(900_000);
    assert_eq!(problem(&client.access_token(&temporary, &verifier, "n2").await), refused(401, "token_rejected"));
}

#[tokio::test]
async fn rfc5849_section_2_1_the_callback_must_be_registered_or_oob() {
    let client = Client::new();
    let url = format!("{BASE}/request_token");
    let ask = |callback: &'static str, nonce: &str| {
        let before = [("oauth_callback", callback)];
        let changes = Changes { before: &before, ..AS_IT_SHOULD_BE };
        client.signed("POST", &url, &Credentials::default(), nonce, &changes)
    };
    let evil = client.send(ask("https://evil.example/", "n1")).await;
    assert_eq!(problem(&evil), refused(400, "parameter_rejected"));
    assert_eq!(problem(&client.send(ask("", "n2")).await), refused(400, "parameter_absent"));
    let temporary = client.request_token("n3", "oob").await;
    let url = format!("{BASE}/authorize?oauth_token={}", temporary.token);
    let error = consent::answer(&client.transport, &url, Some("jane"), true).await.unwrap_err().to_string();
    let verifier = error.rsplit(' ').next().unwrap();
    credentials(&client.access_token(&temporary, verifier, "n4").await);
}

#[tokio::test]
async fn refusal_leads_back_with_denied() {
    let client = Client::new();
    let temporary = client.request_token("n1", CALLBACK).await;
    let location = client.answered(&temporary, false).await;
    assert_eq!(parameter(&location, "denied").unwrap(), temporary.token);
    assert_eq!(parameter(&location, "oauth_verifier"), None);
    assert_eq!(problem(&client.access_token(&temporary, "x", "n2").await), refused(401, "token_rejected"));
}

#[tokio::test]
async fn rfc5849_section_3_2_statuses_of_refusals() {
    let client = Client::new();
    let token = client.connect().await;
    type Case<'a> = (&'a [(&'a str, &'a str)], u16, &'a str);
    let table: &[Case<'_>] = &[
        (&[("oauth_consumer_key", "")], 400, "parameter_absent"),
        (&[("oauth_signature_method", "")], 400, "parameter_absent"),
        (&[("oauth_timestamp", "")], 400, "parameter_absent"),
        (&[("oauth_nonce", "")], 400, "parameter_absent"),
        (&[("oauth_signature_method", "HMAC-MD5")], 400, "signature_method_rejected"),
        (&[("oauth_version", "2.0")], 400, "version_rejected"),
        (&[("oauth_timestamp", "yesterday")], 400, "parameter_rejected"),
        (&[("oauth_consumer_key", "nobody")], 401, "consumer_key_unknown"),
        (&[("oauth_token", "made-up")], 401, "token_rejected"),
        (&[("oauth_timestamp", "1699999699")], 401, "timestamp_refused"),
        (&[("oauth_timestamp", "1700000301")], 401, "timestamp_refused"),
    ];
    for (at, (before, status, name)) in table.iter().enumerate() {
        let response = client.account(&token, &format!("t{at}"), &Changes { before, ..AS_IT_SHOULD_BE }).await;
        assert_eq!(problem(&response), refused(*status, name), "{before:?}");
        assert_eq!(response.headers.contains("www-authenticate"), *status == 401);
    }
    for timestamp in ["1699999700", "1700000300"] {
        let before = [("oauth_timestamp", timestamp), ("oauth_version", "1.0")];
        let response = client.account(&token, timestamp, &Changes { before: &before, ..AS_IT_SHOULD_BE }).await;
        assert_eq!(response.status, 200, "{timestamp} is within five minutes");
    }
}

#[tokio::test]
async fn rfc5849_section_3_2_a_wrong_signature_is_refused_and_the_base_string_told() {
    let client = Client::new();
    let token = client.connect().await;
    let wrong = Changes { consumer_secret: "wrong", ..AS_IT_SHOULD_BE };
    let response = client.account(&token, "n3", &wrong).await;
    assert_eq!(problem(&response), refused(401, "signature_invalid"));
    let advice = &form(&response)["oauth_problem_advice"];
    assert!(
        advice.contains("GET&https%3A%2F%2Fprovider.example%2Foauth%2Faccount&a%3D%25C3%25BC%2520%252B"),
        "{advice}"
    );
    assert!(!advice.contains(&token.secret) && !advice.contains("cret"), "{advice}");
    let mut tampered = client.signed("GET", &format!("{BASE}/account?a=1"), &token, "n4", &AS_IT_SHOULD_BE);
    tampered.url = tampered.url.replace("a=1", "a=2");
    assert_eq!(problem(&client.send(tampered).await), refused(401, "signature_invalid"));
    let forged = Credentials { secret: "x".to_owned(), ..token };
    assert_eq!(problem(&client.account(&forged, "n5", &AS_IT_SHOULD_BE).await), refused(401, "signature_invalid"));
}

#[tokio::test]
async fn rfc5849_section_3_3_a_nonce_serves_once() {
    let client = Client::new();
    let token = client.connect().await;
    let wrong = Changes { consumer_secret: "wrong", ..AS_IT_SHOULD_BE };
    client.account(&token, "n", &wrong).await;
    let first = client.account(&token, "n", &AS_IT_SHOULD_BE).await;
    assert_eq!(first.status, 200, "a forged request did not use the nonce up");
    assert_eq!(problem(&client.account(&token, "n", &AS_IT_SHOULD_BE).await), refused(401, "nonce_used"));
    client.clock.advance(1000);
    assert_eq!(client.account(&token, "n", &AS_IT_SHOULD_BE).await.status, 200, "another timestamp");
}

#[tokio::test]
async fn rfc5849_section_3_2_a_token_belongs_to_its_client() {
    let client = Client::new();
    let token = client.connect().await;
    let before = [("oauth_consumer_key", "other")];
    let changes = Changes { before: &before, consumer_secret: "other secret", ..AS_IT_SHOULD_BE };
    assert_eq!(problem(&client.account(&token, "n3", &changes).await), refused(401, "token_rejected"));
    let temporary = client.request_token("n4", CALLBACK).await;
    let verifier = parameter(&client.answered(&temporary, true).await, "oauth_verifier").unwrap();
    let before = [("oauth_consumer_key", "other"), ("oauth_verifier", verifier.as_str())];
    let changes = Changes { before: &before, ..changes };
    let stolen = client.send(client.signed("POST", &format!("{BASE}/access_token"), &temporary, "n5", &changes)).await;
    assert_eq!(problem(&stolen), refused(401, "token_rejected"));
    credentials(&client.access_token(&temporary, &verifier, "n6").await);
}

#[tokio::test]
async fn rfc5849_section_3_1_plaintext_needs_neither_timestamp_nor_nonce() {
    let client = Client::new();
    let token = client.connect().await;
    let before = [("oauth_timestamp", ""), ("oauth_nonce", "")];
    let changes = Changes { before: &before, method: SignatureMethod::Plaintext, ..AS_IT_SHOULD_BE };
    assert_eq!(client.account(&token, "", &changes).await.status, 200);
    let wrong = Changes { consumer_secret: "wrong", ..changes };
    assert_eq!(problem(&client.account(&token, "", &wrong).await), refused(401, "signature_invalid"));
}

#[tokio::test]
async fn rfc5849_section_3_5_parameters_in_body_or_query_instead_of_the_header() {
    let client = Client::new();
    let timestamp = (client.clock.now() / 1000).to_string();
    let pairs = |nonce: &str| -> Vec<(String, String)> {
        [
            ("oauth_consumer_key", "key"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", &timestamp),
            ("oauth_nonce", nonce),
            ("oauth_callback", CALLBACK),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    };
    let url = format!("{BASE}/request_token");
    let with_signature = |nonce: &str| {
        let mut all = pairs(nonce);
        let base = base_string("POST", &Url::parse(&url).unwrap(), &all);
        all.push(("oauth_signature".to_owned(), sign(SignatureMethod::HmacSha1, &base, "s&cret", "")));
        all
    };
    let body = with_signature("n1");
    let in_body =
        Request::new("POST", &url).with_form(body.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    credentials(&client.send(in_body).await);
    let in_query = Request::new("POST", Url::parse_with_params(&url, with_signature("n2")).unwrap());
    credentials(&client.send(in_query.clone()).await);
    let twice = in_query.with_header("authorization", "OAuth oauth_consumer_key=\"key\"");
    assert_eq!(problem(&client.send(twice).await), refused(400, "parameter_rejected"));
}

#[tokio::test]
async fn rfc5849_section_3_1_nonsense_is_refused_without_a_panic() {
    let client = Client::new();
    for header in [
        "OAuth",
        "OAuth x",
        "OAuth a=b",
        "OAuth a=\"%\"",
        "OAuth oauth_nonce=\"1\",oauth_nonce=\"2\"",
        "Bearer x",
        "OAuth ,,,",
    ] {
        let request = Request::get(format!("{BASE}/account")).with_header("authorization", header);
        assert_eq!(client.send(request).await.status, 400, "{header}");
    }
    let unknown = client.send(Request::get(format!("{BASE}/authorize?oauth_token=x"))).await;
    assert_eq!((unknown.status, unknown.media_type().as_deref()), (401, Some("text/html")));
}
