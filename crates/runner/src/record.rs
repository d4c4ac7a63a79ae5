//! Recording a flow into a fixture, and replaying a fixture without a network.
//!
//! Both go by a clock that stands still at the fixture's moment and by randomness from its seed, so that a replay
//! sends what was sent, to the byte.

mod addresses;
mod compare;
mod origin;
mod reader;
mod replay;
mod settle;
mod steps;

use std::sync::Arc;

use connspec_exchange::{BoxFuture, Clock, Fixture, FixtureStep, Recorder, RecordingError, Transport};
use connspec_spec::{Compat, Definition};
use connspec_store::MemoryStore;
use serde_json::{Map, Value, json};

use crate::ErrorType;
use crate::callback::CallbackSource;
use crate::host::Randomness;
use crate::inputs::{Inputs, Target};
use crate::report::{ErrorReport, Outcome, Report, iso};
use crate::runner::Runner;

use settle::settle;
use steps::{Planned, Purpose};

pub use addresses::{addresses, addresses_before};
pub use compare::ReplayDifference;
pub use reader::reader_of;
pub use replay::{Replayed, renew, replay};
pub use steps::{FlowStep, steps_of};

/// The name of the connection while it is recorded or replayed.
const NAME: &str = "recorded";

/// A flow that was recorded.
#[derive(Debug)]
pub struct Recorded {
    /// What happened. Its outcome is [`Outcome::Recorded`] where all went well.
    pub report: Report,
    /// The fixture: also of a flow that failed, since a failure is worth a test too.
    pub fixture: Result<Fixture, RecordingError>,
    /// Where the fixture's replay differs from it. Empty, unless the definition makes something short or irregular of a
    /// secret, which the fixture then does not hold.
    pub unsettled: Vec<ReplayDifference>,
}

impl Runner {
    /// Performs `steps` and records them. Nothing is saved in the runner's store. `spec` names the definition in the
    /// fixture. A refresh that `refresh.condition` does not ask for is forced, and the fixture says so.
    pub async fn record(
        &self,
        definition: &Definition,
        spec: &str,
        inputs: &Inputs,
        steps: &[FlowStep],
        callbacks: &dyn CallbackSource,
    ) -> Recorded {
        let recording = match self.recording(Some(Arc::new(MemoryStore::new()))) {
            Ok(recording) => recording,
            Err(reason) => return self.without_randomness(&reason),
        };
        let planned: Vec<Planned> = steps.iter().map(Planned::from).collect();
        let (report, steps) =
            recording.runner.perform(definition, inputs, &planned, callbacks, Purpose::Recording).await;
        let redirects = self.redirects_with(callbacks.redirect_uri());
        let named = Named { spec, hash: &definition.hash() };
        recording.close(report, named, &steps, written_inputs(inputs, &redirects.local, self), definition).await
    }

    /// As [`Runner::connect`], saving included, and recorded. The clock of the run stands still, so moments in the
    /// saved connection count from its beginning: tokens seem to end a little earlier than they do.
    pub async fn record_connect(
        &self,
        definition: &Definition,
        spec: &str,
        target: &Target,
        inputs: &Inputs,
        callbacks: &dyn CallbackSource,
    ) -> Recorded {
        let recording = match self.recording(None) {
            Ok(recording) => recording,
            Err(reason) => return self.without_randomness(&reason),
        };
        let report = recording.runner.connect(definition, target, inputs, callbacks).await;
        let outcome = report.outcome;
        let redirects = self.redirects_with(callbacks.redirect_uri());
        let written = written_inputs(inputs, &redirects.local, self);
        let named = Named { spec, hash: &definition.hash() };
        let mut recorded = recording.close(report, named, &[FlowStep::Connect], written, definition).await;
        recorded.report.outcome = outcome;
        recorded
    }

    /// This runner with its exchanges watched, its clock standing still, its randomness from a seed.
    fn recording(&self, store: Option<Arc<MemoryStore>>) -> Result<Recording, String> {
        let start = self.clock.now();
        let seed = match self.randomness {
            Randomness::Seeded(seed) => seed,
            Randomness::System => Randomness::fresh_seed()?,
        };
        let mut runner = self.for_related_runs();
        let recorder = Arc::new(Recorder::new(Arc::clone(&self.transport), runner.secrets.clone()));
        runner.transport = recorder.clone();
        runner.clock = Arc::new(Standing { at: start, sleeper: Some(Arc::clone(&self.clock)) });
        runner.randomness = Randomness::Seeded(seed);
        if let Some(store) = store {
            runner.store = store;
        }
        Ok(Recording { runner, recorder, start, seed })
    }

    fn without_randomness(&self, reason: &str) -> Recorded {
        let message = format!("the operating system has no randomness to seed the recording with: {reason}");
        let report = self.report(Outcome::Failed).failed(ErrorReport::new(ErrorType::RuntimeError, message));
        Recorded { report, fixture: Ok(Fixture::new()), unsettled: Vec::new() }
    }
}

/// How a fixture names its definition.
struct Named<'a> {
    spec: &'a str,
    hash: &'a str,
}

/// A runner that records.
struct Recording {
    runner: Runner,
    recorder: Arc<Recorder<Arc<dyn Transport>>>,
    start: i64,
    seed: u64,
}

impl Recording {
    /// Makes the fixture of what was recorded.
    async fn close(
        self,
        mut report: Report,
        named: Named<'_>,
        steps: &[FlowStep],
        inputs: Map<String, Value>,
        definition: &Definition,
    ) -> Recorded {
        let frame = Fixture {
            spec: Some(named.spec.to_owned()),
            spec_hash: Some(named.hash.to_owned()),
            steps: steps.iter().map(FixtureStep::from).collect(),
            clock: Some(iso(self.start)),
            seed: Some(self.seed),
            compat: written_compat(&self.runner.compat),
            inputs,
            authorize: report.authorization.as_ref().map(|page| page.url.clone()),
            callback: report.steps.iter().find_map(|step| step.callback.clone()),
            expect: Some(without_transport_words(expectation(&report), &report)),
            ..Fixture::new()
        };
        let seal = || self.recorder.fixture(frame.clone());
        let (fixture, unsettled) = settle(seal, definition, &self.runner.compat, &self.runner.secrets).await;
        if report.succeeded() {
            report.outcome = Outcome::Recorded;
        }
        Recorded { report, fixture, unsettled }
    }
}

pub(crate) fn written_inputs(inputs: &Inputs, redirect_uri: &str, runner: &Runner) -> Map<String, Value> {
    let mut written = Map::new();
    if !inputs.parameters.is_empty() {
        written.insert("parameters".to_owned(), Value::Object(inputs.parameters.clone()));
    }
    if !inputs.common.is_empty() {
        written.insert("common".to_owned(), Value::Object(inputs.common.clone()));
    }
    if !inputs.scope.is_empty() {
        written.insert("scope".to_owned(), json!(inputs.scope));
    }
    if !redirect_uri.is_empty() {
        written.insert("redirectUri".to_owned(), redirect_uri.into());
    }
    if runner.timezone != "UTC" {
        written.insert("timezone".to_owned(), runner.timezone.as_str().into());
    }
    if !runner.issuers.is_empty() {
        written.insert("issuers".to_owned(), json!(runner.issuers));
    }
    written
}

/// The switches that were turned, as a fixture keeps them: those away from their defaults, and those turned on purpose.
pub(crate) fn written_compat(compat: &Compat) -> Map<String, Value> {
    let turned = compat.settings().into_iter().filter(|setting| {
        setting.value != setting.switch.default_value() || setting.origin != connspec_spec::compat::Origin::Default
    });
    turned.map(|setting| (setting.switch.key.to_owned(), setting.value.into())).collect()
}

/// How a flow ended, as a fixture expects it.
pub(crate) fn expectation(report: &Report) -> Value {
    if let Some(error) = &report.error {
        return json!({"error": {
            "type": error.kind.name(),
            "message": error.message,
            "block": error.block,
            "directive": error.directive,
        }});
    }
    match &report.connection {
        None => json!({}),
        Some(connection) => json!({
            "data": connection.data,
            "scope": connection.scope,
            "uid": connection.uid,
            "metadata": connection.metadata,
            "expires": connection.expires.map(iso),
        }),
    }
}

/// Why no answer came is told in the words of a network, which a replay has none of: they are left open.
fn without_transport_words(mut expected: Value, report: &Report) -> Value {
    let last = report.steps.last();
    let unanswered =
        last.is_some_and(|step| step.request.is_some() && step.response.is_none() && step.failure.is_some());
    if unanswered && let Some(error) = expected.get_mut("error").and_then(Value::as_object_mut) {
        error.remove("message");
    }
    expected
}

/// A clock that stands still; sleeping on it takes real time, or none at all.
pub(crate) struct Standing {
    pub(crate) at: i64,
    pub(crate) sleeper: Option<Arc<dyn Clock>>,
}

impl Clock for Standing {
    fn now(&self) -> i64 {
        self.at
    }

    fn sleep(&self, millis: u64) -> BoxFuture<'_, ()> {
        match &self.sleeper {
            Some(clock) => clock.sleep(millis),
            None => Box::pin(std::future::ready(())),
        }
    }
}
