//! A provider as a closure, a browser as a function, a runner between them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use connspec_exchange::{Request, Response, TransportError, TransportErrorKind, VirtualClock};
use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::{Inputs, Randomness, Report, Runner, Target, Timeline};
use connspec_spec::Definition;
use connspec_spec::layout::{LoadOptions, load_text};
use connspec_store::MemoryStore;
use serde_json::{Value, json};

pub const START: i64 = 1_700_000_000_000;
pub const REDIRECT: &str = "http://127.0.0.1:50123/oauth/cb/app";

/// A definition from its sections, or from its communication section alone.
pub fn definition(sections: Value) -> Definition {
    load_text("app.json", &sections.to_string(), &LoadOptions::default()).unwrap().definition
}

/// The usual definition with a browser; `change` may replace parts of it.
pub fn oauth2(change: impl FnOnce(&mut Value)) -> Definition {
    let mut communication = json!({
        "authorize": {
            "url": "https://auth.example.com/authorize",
            "qs": {
                "client_id": "{{parameters.clientId}}",
                "redirect_uri": "{{oauth.localRedirectUri}}",
                "response_type": "code",
                "scope": "{{join(oauth.scope, ' ')}}"
            },
            "response": {"temp": {"code": "{{query.code}}"}}
        },
        "token": {
            "condition": "{{temp.code}}",
            "url": "https://auth.example.com/token",
            "method": "POST",
            "type": "urlencoded",
            "body": {
                "grant_type": "authorization_code",
                "code": "{{temp.code}}",
                "redirect_uri": "{{oauth.localRedirectUri}}"
            },
            "response": {"data": {
                "accessToken": "{{body.access_token}}",
                "refreshToken": "{{body.refresh_token}}",
                "expires": "{{addSeconds(now, body.expires_in)}}"
            }}
        },
        "refresh": {
            "condition": "{{data.expires < addMinutes(now, 1)}}",
            "url": "https://auth.example.com/refresh",
            "method": "POST",
            "type": "urlencoded",
            "body": {"grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}"},
            "response": {"data": {
                "accessToken": "{{body.access_token}}",
                "refreshToken": "{{ifempty(body.refresh_token, data.refreshToken)}}",
                "expires": "{{addSeconds(now, body.expires_in)}}"
            }}
        },
        "info": {
            "url": "https://api.example.com/me",
            "headers": {"authorization": "Bearer {{connection.accessToken}}"},
            "response": {"uid": "{{body.id}}", "metadata": {"type": "text", "value": "{{body.name}}"}}
        },
        "invalidate": {}
    });
    change(&mut communication);
    definition(json!({"communication": communication, "scope": ["read", "write"]}))
}

/// What the usual provider answers.
pub fn usual(request: &Request) -> Response {
    match request.label.block.as_str() {
        "token" => Response::json(
            200,
            &json!({"access_token": "access-1", "token_type": "Bearer", "refresh_token": "refresh-1", "expires_in": 3600}),
        ),
        "refresh" => Response::json(200, &json!({"access_token": "access-2", "expires_in": 3600})),
        "info" => Response::json(200, &json!({"id": "u-1", "name": "Jane"})),
        _ => Response::new(204),
    }
}

pub type Answer = Result<Response, TransportError>;

/// A runner whose provider is `answer`, with everything it was asked and said.
pub struct World {
    pub runner: Runner,
    pub clock: VirtualClock,
    pub sent: Arc<Mutex<Vec<Request>>>,
    pub events: Arc<Mutex<Vec<String>>>,
}

impl World {
    pub fn new(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let clock = VirtualClock::new(START);
        let sent: Arc<Mutex<Vec<Request>>> = Arc::default();
        let events: Arc<Mutex<Vec<String>>> = Arc::default();
        let (log, heard) = (sent.clone(), events.clone());
        let transport = move |request: &Request| {
            log.lock().unwrap().push(request.clone());
            answer(request)
        };
        let observer = move |event: &Timeline<'_>| {
            let word = match event {
                Timeline::CallbackRefused { reason } => format!("refused: {reason}"),
                Timeline::CallbackAccepted => "accepted".to_owned(),
                Timeline::Saved { version, .. } => format!("saved {version}"),
                Timeline::RefreshRepeated { since } => format!("repeated {since}"),
                Timeline::Sleeping { millis, .. } => format!("sleep {millis}"),
                Timeline::Step(step) => format!("step {}", step.block),
                _ => return,
            };
            heard.lock().unwrap().push(word);
        };
        let runner = Runner::new(Arc::new(transport))
            .with_clock(Arc::new(clock.clone()))
            .with_store(Arc::new(MemoryStore::new()))
            .with_observer(Arc::new(observer))
            .with_randomness(Randomness::Seeded(11));
        Self { runner, clock, sent, events }
    }

    /// A world whose provider answers as usual.
    pub fn usual() -> Self {
        Self::new(|request| Ok(usual(request)))
    }

    pub async fn connect(&self, definition: &Definition, browser: &Programmatic) -> Report {
        self.runner.connect(definition, &target(), &inputs(), browser).await
    }

    /// The blocks asked since the last call.
    pub fn blocks(&self) -> Vec<String> {
        self.sent.lock().unwrap().drain(..).map(|request| request.label.block).collect()
    }

    /// The form pairs of the only request of `block`.
    pub fn form(&self, block: &str) -> Vec<(String, String)> {
        let sent = self.sent.lock().unwrap();
        let request = sent.iter().find(|request| request.label.block == block).unwrap();
        url::form_urlencoded::parse(request.body.as_ref().unwrap()).into_owned().collect()
    }
}

pub fn target() -> Target {
    Target { name: Some("mine".to_owned()), ..Target::default() }
}

pub fn inputs() -> Inputs {
    Inputs { parameters: json!({"clientId": "client-1"}).as_object().cloned().unwrap(), ..Inputs::default() }
}

/// One parameter of an address.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// A browser that comes back with each of `queries` in turn; `STATE` stands for the attempt's own state.
pub fn browser(queries: &[&str]) -> Programmatic {
    let queries: VecDeque<String> = queries.iter().map(|query| (*query).to_owned()).collect();
    let queries = Mutex::new(queries);
    Programmatic::new(Some(REDIRECT.to_owned()), move |url| {
        let state = parameter(&url, "state").unwrap_or_default();
        let next = queries.lock().unwrap().pop_front();
        let query = next.map(|query| CallbackQuery::parse(&query.replace("STATE", &state)));
        Box::pin(std::future::ready(query))
    })
}

/// A browser whose person agrees.
pub fn agreeing() -> Programmatic {
    browser(&["code=code-1&state=STATE"])
}

pub fn failure(kind: TransportErrorKind, message: &str) -> Answer {
    Err(TransportError::new(kind, message))
}

/// The report's error message, which every failed report has.
pub fn message(report: &Report) -> String {
    report.error.as_ref().unwrap_or_else(|| panic!("no error: {report:?}")).message.clone()
}
