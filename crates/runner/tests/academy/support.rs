//! The Academy, a person at a browser, and a runner between them.

use std::sync::{Arc, Mutex};

use connspec_exchange::{BoxFuture, Request, Response, Transport, TransportError, VirtualClock};
use connspec_provider::academy::{self, Decision, Person, Settings};
use connspec_provider::{InProcess, SeededRandom};
use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::{Inputs, Randomness, Report, Runner, Target};
use connspec_spec::{Definition, bundled::bundled};
use connspec_store::MemoryStore;

pub const START: i64 = 1_700_000_000_000;
pub const MINUTE: i64 = 60_000;
pub const REDIRECT: &str = "http://127.0.0.1:50123/oauth/cb/app";

/// Everything the tests of a connection's life need.
pub struct World {
    pub definition: Arc<Definition>,
    pub clock: VirtualClock,
    pub runner: Runner,
    pub academy: InProcess,
    pub sent: Arc<Mutex<Vec<String>>>,
}

/// Counts what is sent.
struct Counted {
    inner: InProcess,
    sent: Arc<Mutex<Vec<String>>>,
}

impl Transport for Counted {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        self.sent.lock().unwrap().push(request.label.block.clone());
        self.inner.send(request)
    }
}

impl World {
    pub fn new() -> Self {
        let clock = VirtualClock::new(START);
        let router = academy::v2(&Settings::default(), Arc::new(clock.clone()), Arc::new(SeededRandom::new(1)));
        let academy = InProcess(router);
        let sent = Arc::new(Mutex::new(Vec::new()));
        let runner = Runner::new(Arc::new(Counted { inner: academy.clone(), sent: sent.clone() }))
            .with_clock(Arc::new(clock.clone()))
            .with_store(Arc::new(MemoryStore::new()))
            .with_randomness(Randomness::Seeded(7));
        Self { definition: Arc::new(bundled("academy-v2").unwrap().definition), clock, runner, academy, sent }
    }

    /// A browser whose person decides so.
    pub fn browser(&self, person: Person, decision: Decision) -> Programmatic {
        let academy = self.academy.clone();
        Programmatic::new(Some(REDIRECT.to_owned()), move |url| {
            let academy = academy.clone();
            Box::pin(async move {
                let end = academy::consent(&academy, &url, person, decision).await.unwrap();
                CallbackQuery::from_pasted(&end)
            })
        })
    }

    pub async fn connect(&self, name: &str) -> Report {
        let browser = self.browser(Person::JaneBlack, Decision::Allow);
        self.runner.connect(&self.definition, &target(name), &Inputs::default(), &browser).await
    }

    pub fn sent(&self) -> Vec<String> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }
}

pub fn target(name: &str) -> Target {
    Target { name: Some(name.to_owned()), ..Target::default() }
}
