//! The bundled patterns against an authorization server that holds them to the RFCs, without a socket.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::sync::{Arc, Mutex};

use connspec_exchange::{BoxFuture, Request, Response, Transport, TransportError, VirtualClock};
use connspec_provider::{InProcess, SeededRandom, acme, consent};
use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::{ErrorType, Inputs, Outcome, Report, Reveal, Runner, Target};
use connspec_spec::{Definition, bundled::bundled};
use serde_json::{Value, json};

const REDIRECT: &str = "http://127.0.0.1:50123/oauth/cb/app";
const MINUTE: i64 = 60_000;

/// Acme, and which blocks sent something to it.
#[derive(Clone)]
struct Acme {
    server: InProcess,
    sent: Arc<Mutex<Vec<String>>>,
}

impl Transport for Acme {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        self.sent.lock().unwrap().push(request.label.block.clone());
        self.server.send(request)
    }
}

struct World {
    definition: Arc<Definition>,
    runner: Runner,
    clock: VirtualClock,
    acme: Acme,
    parameters: Value,
}

impl World {
    fn new(pattern: &str, parameters: Value) -> Self {
        let clock = VirtualClock::new(1_700_000_000_000);
        let router = acme::router(&acme::Settings::default(), Arc::new(clock.clone()), Arc::new(SeededRandom::new(3)));
        let acme = Acme { server: InProcess(router), sent: Arc::default() };
        let runner = Runner::new(Arc::new(acme.clone())).with_clock(Arc::new(clock.clone()));
        Self { definition: Arc::new(bundled(pattern).unwrap().definition), runner, clock, acme, parameters }
    }

    async fn connect(&self) -> Report {
        let server = self.acme.server.clone();
        let browser = Programmatic::new(Some(REDIRECT.to_owned()), move |url| {
            let server = server.clone();
            Box::pin(async move {
                let end = consent::answer(&server, &url, Some("ada"), true).await.unwrap();
                CallbackQuery::from_pasted(&end)
            })
        });
        let inputs = Inputs { parameters: self.parameters.as_object().cloned().unwrap(), ..Inputs::default() };
        let target = Target { name: Some("mine".to_owned()), ..Target::default() };
        self.runner.connect(&self.definition, &target, &inputs, &browser).await
    }

    fn sent(&self) -> Vec<String> {
        std::mem::take(&mut self.acme.sent.lock().unwrap())
    }
}

fn public() -> World {
    World::new("oauth2-pkce", json!({"clientId": "acme-demo-public"}))
}

#[tokio::test]
async fn rfc7636_a_public_client_connects_with_s256_and_the_issuer_is_right() {
    let world = public();
    let report = world.connect().await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    let authorize = &report.steps[0];
    assert_eq!(authorize.callback.as_ref().unwrap()["iss"], acme::ORIGIN, "RFC 9207");
    assert!(authorize.request.as_ref().unwrap().url.contains("code_challenge_method=S256"));
    assert_eq!(report.connection.as_ref().unwrap().scope, ["profile", "offline_access"]);
    let hidden = report.to_json(Reveal::Nothing).to_string();
    let shown = report.to_json(Reveal::Everything).to_string();
    let token = report.connection.as_ref().unwrap().data["accessToken"].as_str().unwrap();
    assert!(shown.contains(token) && !hidden.contains(token));
}

#[tokio::test]
async fn rfc9700_4_14_2_parallel_callers_do_not_lose_the_token_family() {
    let world = public();
    world.connect().await;
    world.sent();
    for _ in 0..3 {
        world.clock.advance(56 * MINUTE);
        let callers: Vec<_> = (0..8)
            .map(|_| {
                let (runner, definition) = (world.runner.clone(), world.definition.clone());
                tokio::spawn(async move { runner.validate(&definition, "mine").await })
            })
            .collect();
        for caller in callers {
            let report = caller.await.unwrap();
            assert!(report.succeeded(), "{report:?}");
        }
        assert_eq!(world.sent(), ["refresh"], "one refresh for eight callers");
    }
}

#[tokio::test]
async fn rfc7009_revocation_ends_the_family_and_may_be_repeated() {
    let world = public();
    world.connect().await;
    for _ in 0..2 {
        let report = world.runner.invalidate(&world.definition, "mine").await;
        assert_eq!(report.outcome, Outcome::Invalidated, "{report:?}");
    }
    let report = world.runner.refresh(&world.definition, "mine", true).await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::InvalidAccessTokenError, "{report:?}");
}

#[tokio::test]
async fn rfc6749_4_4_client_credentials_with_basic_authentication() {
    let parameters = json!({"clientId": "acme-demo", "clientSecret": "acme-demo-secret"});
    let world = World::new("oauth2-client-credentials", parameters);
    let report = world.connect().await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    assert_eq!(world.sent(), ["token", "info"]);
    assert!(!format!("{report:?}").contains("acme-demo-secret"));
    world.clock.advance(59 * MINUTE + 1);
    assert_eq!(world.runner.validate(&world.definition, "mine").await.outcome, Outcome::Refreshed);
    assert_eq!(world.sent(), ["token"]);

    let wrong = json!({"clientId": "acme-demo", "clientSecret": "not-the-secret"});
    let world = World::new("oauth2-client-credentials", wrong);
    let report = world.connect().await;
    let error = report.error.as_ref().unwrap();
    assert_eq!((error.kind, error.status), (ErrorType::InvalidAccessTokenError, Some(401)), "{report:?}");
    assert_eq!(error.block.as_deref(), Some("token"));
}

#[tokio::test]
async fn rfc6749_4_3_a_user_s_name_and_password() {
    let parameters = |password: &str| json!({"clientId": "acme-demo", "clientSecret": "acme-demo-secret", "username": "ada", "password": password});
    let world = World::new("oauth2-password", parameters("acme-demo-password"));
    let report = world.connect().await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    assert!(!format!("{report:?}").contains("acme-demo-password"));
    let world = World::new("oauth2-password", parameters("looking-glass"));
    let report = world.connect().await;
    assert_eq!(report.error.as_ref().unwrap().kind, ErrorType::InvalidAccessTokenError, "{report:?}");
    assert!(!format!("{report:?}").contains("looking-glass"));
}
