//! `outline`: what would be sent, without sending it (`--dry-run`, `record --skeleton`).

use std::sync::Arc;

use connspec_exchange::{
    Fixture, FixtureStep, RecordedExchange, RecordedResponse, RecordingError, recorded_request, seal,
};
use connspec_iml::Host;
use connspec_spec::{Communication, Definition};
use serde_json::{Value, json};

use super::api::Api;
use super::request::ApiRequest;
use crate::callback::callback_path;
use crate::flow::{Entry, Redirects, Setup, outline};
use crate::host::Randomness;
use crate::inputs::Inputs;
use crate::record::{FlowStep, Standing, written_compat, written_inputs};
use crate::report::{Outcome, Report, Step, iso};
use crate::runner::Runner;

/// What a skeleton holds as its expectation until a person has written one.
const UNFILLED: &str = "to be filled in";

/// The seed of what a skeleton's requests hold of randomness.
const SEED: u64 = 1;

/// A fixture to fill in by hand.
#[derive(Debug)]
pub struct Skeleton {
    /// The requests, and answers with a placeholder wherever the definition reads one. `expect` holds a text, which no
    /// replay takes for an expectation.
    pub fixture: Fixture,
    /// The requests that are not in it, since they cannot be built before there are answers, each with the reason.
    pub untold: Vec<String>,
}

impl Runner {
    /// Every request of `steps`, with placeholders for what answers would bring. Nothing is sent, nothing saved.
    pub fn outline(&self, definition: &Definition, inputs: &Inputs, steps: &[FlowStep]) -> Report {
        let run = self.begin("outline");
        let told = run.tell_outline(definition, inputs, steps);
        let mut report = run.report(Outcome::Outlined);
        report.steps = told.into_iter().map(|(step, _)| step).collect();
        run.end(report)
    }

    /// A fixture of `steps` to fill in by hand. `spec` names the definition in it.
    ///
    /// # Errors
    /// [`RecordingError`] if a secret of `inputs` would remain in it.
    pub fn skeleton(
        &self,
        definition: &Definition,
        spec: &str,
        inputs: &Inputs,
        steps: &[FlowStep],
    ) -> Result<Skeleton, RecordingError> {
        let mut run = self.for_one_run();
        let start = self.clock.now();
        run.clock = Arc::new(Standing { at: start, sleeper: None });
        run.randomness = Randomness::Seeded(SEED);
        let told = run.tell_outline(definition, inputs, steps);
        let untold = told.iter().filter_map(|(step, _)| {
            let failure = step.failure.as_ref()?;
            Some(format!("request {} of `{}`: {}", step.index + 1, step.block, run.secrets.redact(failure)))
        });
        let authorize = told.iter().find(|(step, _)| step.block == "authorize").map(|(step, _)| step);
        let sent = told.iter().filter(|(step, _)| !step.skipped && step.block != "authorize");
        let exchanges = sent.filter_map(|(step, body)| {
            Some(RecordedExchange {
                block: step.block.clone(),
                request: recorded_request(step.request.as_ref()?),
                response: placeholder_answer(body),
            })
        });
        let frame = Fixture {
            spec: Some(spec.to_owned()),
            spec_hash: Some(definition.hash()),
            steps: steps.iter().map(without_condition).collect(),
            clock: Some(iso(start)),
            seed: Some(SEED),
            compat: written_compat(&self.compat),
            inputs: written_inputs(inputs, &self.outline_redirects(definition).local, self),
            authorize: authorize.and_then(|step| Some(step.request.as_ref()?.url.clone())),
            callback: authorize.and_then(|_| callback_of(definition).as_object().cloned()),
            exchanges: exchanges.collect(),
            expect: Some(UNFILLED.into()),
            ..Fixture::new()
        };
        Ok(Skeleton { fixture: seal(frame, &run.secrets)?, untold: untold.collect() })
    }

    fn tell_outline(&self, definition: &Definition, inputs: &Inputs, steps: &[FlowStep]) -> Vec<(Step, Value)> {
        let entry = |step: &FlowStep| match step {
            FlowStep::Connect => Some(Entry::Connect),
            FlowStep::Info => Some(Entry::Test),
            FlowStep::Refresh | FlowStep::ForcedRefresh => Some(Entry::Refresh),
            FlowStep::Invalidate => Some(Entry::Invalidate),
            FlowStep::Request(_) => None,
        };
        let entries: Vec<Entry> = steps.iter().filter_map(entry).collect();
        let mut connection = self.setup_new(definition, inputs, self.outline_redirects(definition));
        let mut flows = outline(definition, &entries, connection.clone(), || self.host()).into_iter();
        let mut told = Vec::new();
        for step in steps {
            match step {
                FlowStep::Request(call) => {
                    told.push((tell_call(definition, call, &connection, &self.host()), Value::Null))
                }
                _ => {
                    if let Some(flow) = flows.next() {
                        told.extend(flow.requests);
                        connection.data = flow.data;
                    }
                }
            }
        }
        told
    }

    fn outline_redirects(&self, definition: &Definition) -> Redirects {
        self.redirects_with(Some(format!("http://127.0.0.1{}", callback_path(definition, &self.compat))))
    }
}

/// A call of the API, with the credentials of the connection as it stands.
fn tell_call(definition: &Definition, call: &ApiRequest, connection: &Setup, host: &dyn Host) -> Step {
    let api = Api::of(definition);
    let mut step = Step::begin("request", 0, host.now().millis);
    step.sanitize = api.sanitize();
    match api.build(call, connection, host, &mut step.decisions) {
        Ok(request) => step.request = Some(request),
        Err(error) => {
            step.skipped = true;
            step.failure = Some(error.message);
        }
    }
    step
}

/// An outline does not ask conditions, so that its refresh is a forced one.
fn without_condition(step: &FlowStep) -> FixtureStep {
    match step {
        FlowStep::Refresh => FixtureStep::from(&FlowStep::ForcedRefresh),
        other => FixtureStep::from(other),
    }
}

/// What the browser brings (RFC 6749 §4.1.2, RFC 5849 §2.2).
fn callback_of(definition: &Definition) -> Value {
    match definition.communication() {
        Communication::OAuth1(_) => json!({"oauth_token": "«oauthToken#1»", "oauth_verifier": "«oauthVerifier#1»"}),
        _ => json!({"code": "«code#1»", "state": "«state#1»"}),
    }
}

fn placeholder_answer(body: &Value) -> RecordedResponse {
    let headers = match body {
        Value::Null => return RecordedResponse { status: 200, ..RecordedResponse::default() },
        Value::String(_) => json!({"content-type": "application/x-www-form-urlencoded"}),
        _ => json!({"content-type": "application/json"}),
    };
    RecordedResponse {
        status: 200,
        headers: headers.as_object().cloned().unwrap_or_default(),
        body: Some(body.clone()),
        failure: None,
    }
}
