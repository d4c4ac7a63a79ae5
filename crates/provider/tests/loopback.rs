//! The Academy on a real socket, met by the transport that connspec itself uses.

// clippy.toml's allowance covers test functions, not the helpers they share.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use connspec_exchange::{
    Following, Live, LiveOptions, ProxySettings, Request, Response, Transport as _, TransportError, TransportErrorKind,
    VirtualClock,
};
use connspec_provider::academy::{self, Decision, Person, Settings};
use connspec_provider::faults::Fault;
use connspec_provider::{Running, SeededRandom, serve_with_fault};
use serde_json::json;

const REDIRECT: &str = "http://127.0.0.1:9/cb";

struct Loopback {
    running: Running,
    fault: Option<Fault>,
    transport: Following<Live>,
}

impl Loopback {
    async fn new(fault: Option<Fault>) -> Self {
        let clock = Arc::new(VirtualClock::new(0));
        let settings = Settings { fault, ..Settings::default() };
        let router = academy::v2(&settings, clock, Arc::new(SeededRandom::new(3)));
        let options = LiveOptions { proxy: ProxySettings::none(), ..LiveOptions::default() };
        Self {
            running: serve_with_fault(router, 0, fault).await.unwrap(),
            fault,
            transport: Following::new(Live::with_options(options)),
        }
    }

    async fn token(&self) -> Result<Response, TransportError> {
        let base = &self.running.base_url;
        let url = format!(
            "{base}/api/v2/authorize?scope=connect&client_id=academy-demo&redirect_uri={REDIRECT}&response_type=code"
        );
        let location = academy::consent(&self.transport, &url, Person::JaneBlack, Decision::Allow).await.unwrap();
        let (_, code) = location.split_once("code=").unwrap();
        let mut request = Request::new("POST", format!("{base}/api/v2/token")).with_form([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", "academy-demo"),
            ("client_secret", "academy-demo-secret"),
            ("redirect_uri", REDIRECT),
        ]);
        request.options.gzip = true;
        if self.fault == Some(Fault::SlowBody) {
            request.options.timeout = Duration::from_millis(300);
        }
        self.transport.send(&request).await
    }
}

#[tokio::test]
async fn a_connection_over_a_socket() {
    let provider = Loopback::new(None).await;
    let tokens = provider.token().await.unwrap().body_json().unwrap();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let get = |path: &str| {
        Request::get(format!("{}/api/v2{path}", provider.running.base_url)).with_header("authorization", &bearer)
    };
    let info = provider.transport.send(&get("/info")).await.unwrap();
    assert_eq!(info.body_json().unwrap()["user"], json!("Jane Black"));
    assert_eq!(provider.transport.send(&get("/invalidate")).await.unwrap().status, 204);
    assert_eq!(provider.transport.send(&get("/info")).await.unwrap().status, 401);
}

#[tokio::test]
async fn faults_that_leave_no_answer() {
    use TransportErrorKind::{CutShort, Reset, Timeout, TooLarge, TooManyRedirects, UnsafeRedirect};
    let table = [
        (Fault::GzipBomb, TooLarge),
        (Fault::HugeHeader, TooLarge),
        (Fault::RedirectToAnotherHost, UnsafeRedirect),
        (Fault::EndlessRedirect, TooManyRedirects),
        (Fault::BodyCutShort, CutShort),
        (Fault::LostAnswer, CutShort),
        (Fault::ResetConnection, Reset),
        (Fault::SlowBody, Timeout),
    ];
    for (fault, kind) in table {
        let outcome = Loopback::new(Some(fault)).await.token().await;
        assert_eq!(outcome.map(|answer| answer.status).map_err(|error| error.kind), Err(kind), "{fault}");
    }
}

#[tokio::test]
async fn faults_that_leave_an_answer() {
    for (fault, status) in [
        (Fault::HtmlErrorPage, 502),
        (Fault::EmptyBadRequest, 400),
        (Fault::ErrorWith200, 200),
        (Fault::JsonAsTextPlain, 200),
        (Fault::ExpiresInAsText, 200),
        (Fault::RateLimited, 429),
        (Fault::InvalidUtf8, 200),
        (Fault::DuplicateHeaders, 200),
        (Fault::WrongContentLength, 200),
    ] {
        let outcome = Loopback::new(Some(fault)).await.token().await;
        assert_eq!(outcome.map(|answer| answer.status).map_err(|error| error.kind), Ok(status), "{fault}");
    }
}
