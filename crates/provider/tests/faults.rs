//! Faults of answers (without a socket) and of the wire (on loopback), as a client sees them.

// clippy.toml's allowance covers test functions, not the helpers they share.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use connspec_exchange::{Request, Response, Transport as _, TransportError, TransportErrorKind, VirtualClock};
use connspec_provider::academy::{self, Decision, Person, Settings};
use connspec_provider::faults::{Fault, Misbehaving, misbehave};
use connspec_provider::{InProcess, Running, SeededRandom, ServeError, serve, serve_with_fault};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const REDIRECT: &str = "http://127.0.0.1:9/cb";

fn academy() -> axum::Router {
    let clock = Arc::new(VirtualClock::new(0));
    academy::v2(&Settings::default(), clock, Arc::new(SeededRandom::new(3)))
}

/// A token request with a fresh code of `router`.
async fn token_body(router: &axum::Router) -> String {
    let url = format!(
        "http://a.example/api/v2/authorize?scope=connect&client_id=academy-demo&redirect_uri={REDIRECT}&response_type=code"
    );
    let transport = InProcess(router.clone());
    let location = academy::consent(&transport, &url, Person::JohnDoe, Decision::Allow).await.unwrap();
    let (_, code) = location.split_once("code=").unwrap();
    format!(
        "code={code}&grant_type=authorization_code&client_id=academy-demo&client_secret=academy-demo-secret&redirect_uri={REDIRECT}"
    )
}

async fn answer(name: &str) -> Response {
    let router = misbehave(academy(), Fault::from_name(name).unwrap());
    let request = Request::new("POST", "http://a.example/api/v2/token")
        .with_body("application/x-www-form-urlencoded", token_body(&router).await);
    InProcess(router).send(&request).await.unwrap()
}

#[test]
fn every_fault_has_a_name_of_its_own_and_a_description() {
    let mut names: Vec<_> = Fault::all().map(Fault::name).collect();
    for name in &names {
        assert_eq!(Fault::from_name(name).unwrap().to_string(), *name);
        assert!(!Fault::from_name(name).unwrap().description().is_empty());
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Fault::all().count());
    assert_eq!(Fault::from_name("no-such-fault"), None);
}

#[tokio::test]
async fn faults_of_status_and_content_type() {
    let table = [
        ("html-error-page", 502, Some("text/html")),
        ("empty-400", 400, None),
        ("error-with-200", 200, Some("application/json")),
        ("json-as-text-plain", 200, Some("text/plain")),
        ("rate-limited", 429, Some("application/json")),
    ];
    for (name, status, media_type) in table {
        let response = answer(name).await;
        assert_eq!((response.status, response.media_type().as_deref()), (status, media_type), "{name}");
    }
    assert_eq!(answer("empty-400").await.body.len(), 0);
    assert_eq!(answer("rate-limited").await.headers.get("retry-after"), Some("30"));
    assert!(answer("error-with-200").await.body_json().unwrap()["error"]["message"].is_string());
    assert!(answer("json-as-text-plain").await.body_json().unwrap()["access_token"].is_string());
}

#[tokio::test]
async fn faults_of_content() {
    let body = answer("expires-in-as-text").await.body_json().unwrap();
    assert_eq!((&body["expires_in"], &body["refresh_expires_in"]), (&json!("5"), &json!("5")));
    assert_eq!(answer("invalid-utf8").await.text(), None);
    let twice = answer("duplicate-headers").await;
    assert_eq!(twice.headers.get_all("content-type").collect::<Vec<_>>(), ["application/json", "text/html"]);
    assert_eq!(answer("huge-header").await.headers.get("x-padding").unwrap().len(), 1 << 20);
    let bomb = answer("gzip-bomb").await;
    assert_eq!(bomb.headers.get("content-encoding"), Some("gzip"));
    assert!(bomb.body.len() < 8 << 20, "{}", bomb.body.len());
}

#[tokio::test]
async fn faults_of_redirects() {
    let elsewhere = answer("redirect-to-another-host").await;
    assert_eq!(elsewhere.status, 307);
    assert_eq!(elsewhere.headers.get("location"), Some("https://elsewhere.invalid/api/v2/token"));
    let endless = answer("endless-redirect").await;
    assert_eq!((endless.status, endless.headers.get("location")), (307, Some("/api/v2/token")));
}

#[tokio::test]
async fn a_fault_leaves_everything_but_token_requests_alone() {
    let router = misbehave(academy(), Fault::HtmlErrorPage);
    let info = InProcess(router).send(&Request::get("http://a.example/api/v2/info")).await.unwrap();
    assert_eq!(info.status, 401);
}

/// The bytes of an answer, or how the connection ended without one.
async fn exchange(running: &Running, request: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = connect(running).await;
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    Ok(bytes)
}

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.base_url.strip_prefix("http://").unwrap()).await.unwrap()
}

fn post(body: &str) -> String {
    format!(
        "POST /api/v2/token HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

/// Announced and received length of the body.
fn lengths(answer: &[u8]) -> (usize, usize) {
    let text = String::from_utf8(answer.to_vec()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let announced = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    (announced.parse().unwrap(), body.len())
}

/// A provider with a fault on the wire, and a good token request for it.
async fn served(name: &str) -> (Running, axum::Router, String) {
    let router = academy();
    let running = serve_with_fault(router.clone(), 0, Fault::from_name(name)).await.unwrap();
    let request = post(&token_body(&router).await);
    let healthy = exchange(&running, HEALTH).await.unwrap();
    assert!(healthy.starts_with(b"HTTP/1.1 200 "), "{name}: other requests are answered");
    (running, router, request)
}

#[tokio::test]
async fn body_cut_short_announces_more_than_it_sends() {
    let (running, _, request) = served("body-cut-short").await;
    let (announced, received) = lengths(&exchange(&running, &request).await.unwrap());
    assert!(received > 0 && received < announced, "{received} of {announced}");
}

#[tokio::test]
async fn wrong_content_length_announces_less_than_it_sends() {
    let (running, _, request) = served("wrong-content-length").await;
    let (announced, received) = lengths(&exchange(&running, &request).await.unwrap());
    assert!(announced > 0 && announced < received, "{received} of {announced}");
}

#[tokio::test]
async fn reset_connection_answers_nothing_and_does_nothing() {
    let (running, router, request) = served("reset-connection").await;
    let error = exchange(&running, &request).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(in_process(&router, &request).await.status, 200, "the code is still good");
}

#[tokio::test]
async fn lost_answer_answers_nothing_but_has_done_it() {
    let (running, router, request) = served("lost-answer").await;
    assert_eq!(exchange(&running, &request).await.unwrap(), b"");
    assert_eq!(in_process(&router, &request).await.status, 400, "the code is used up");
}

async fn in_process(router: &axum::Router, raw: &str) -> Response {
    let (_, body) = raw.split_once("\r\n\r\n").unwrap();
    let request =
        Request::new("POST", "http://a.example/api/v2/token").with_body("application/x-www-form-urlencoded", body);
    InProcess(router.clone()).send(&request).await.unwrap()
}

#[tokio::test]
async fn slow_body_sends_its_first_byte_and_makes_one_wait_for_the_second() {
    let (running, _, request) = served("slow-body").await;
    let mut stream = connect(&running).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    while !String::from_utf8_lossy(&bytes).contains("\r\n\r\n{") {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
    }
    let (announced, received) = lengths(&bytes);
    assert!(announced > 100 && received < 3, "{received} of {announced}");
    running.shutdown().await;
}

#[tokio::test]
async fn a_provider_listens_on_loopback_answers_healthz_and_frees_its_port() {
    let running = serve(academy(), 0).await.unwrap();
    let port: u16 = running.base_url.strip_prefix("http://127.0.0.1:").unwrap().parse().unwrap();
    assert!(exchange(&running, HEALTH).await.unwrap().starts_with(b"HTTP/1.1 200 OK\r\n"));
    let taken = serve(academy(), port).await;
    assert!(matches!(taken, Err(ServeError::PortTaken { port: named }) if named == port));
    running.shutdown().await;
    assert!(serve(academy(), port).await.is_ok());
}

/// The outcome of a token request over [`Misbehaving`], and the status of the same request after
/// it without the fault.
async fn without_a_wire(name: &str) -> (Result<Response, TransportError>, u16) {
    let router = academy();
    let request = Request::new("POST", "http://a.example/api/v2/token")
        .with_body("application/x-www-form-urlencoded", token_body(&router).await);
    let outcome = Misbehaving::new(router.clone(), Fault::from_name(name).unwrap()).send(&request).await;
    (outcome, InProcess(router).send(&request).await.unwrap().status)
}

#[tokio::test]
async fn faults_of_the_wire_without_a_wire() {
    let table = [
        ("slow-body", TransportErrorKind::Timeout, 400),
        ("body-cut-short", TransportErrorKind::CutShort, 400),
        ("lost-answer", TransportErrorKind::CutShort, 400),
        ("reset-connection", TransportErrorKind::Reset, 200),
    ];
    for (name, kind, afterwards) in table {
        let (outcome, status) = without_a_wire(name).await;
        assert_eq!((outcome.unwrap_err().kind, status), (kind, afterwards), "{name}");
    }
    let (shortened, _) = without_a_wire("wrong-content-length").await;
    assert_eq!(shortened.unwrap().body_json(), None, "half of the JSON");
    assert_eq!(without_a_wire("empty-400").await.0.unwrap().status, 400);
}

#[tokio::test]
async fn a_provider_with_a_fault_on_the_wire_survives_nonsense() {
    let running = serve_with_fault(academy(), 0, Some(Fault::LostAnswer)).await.unwrap();
    let long = format!("GET / HTTP/1.1\r\nhost: {}\r\n\r\n", "a".repeat(100_000));
    for nonsense in [
        "\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "G@T / HTTP/1.1\r\n\r\n",
        "GET \u{7f} HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
        "POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
    ] {
        let answer = exchange(&running, nonsense).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 400 "), "{nonsense:?}");
    }
    assert!(exchange(&running, &long).await.unwrap().starts_with(b"HTTP/1.1 404 "));
    assert!(exchange(&running, HEALTH).await.unwrap().starts_with(b"HTTP/1.1 200 "));
}
