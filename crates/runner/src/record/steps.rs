//! What a recorded flow does: the steps, how a fixture writes them, and performing them one after the other.

use std::sync::Arc;

use connspec_exchange::{
    Fixture, FixtureStep, Headers, StepRequest, body_to_value, headers_from_json, headers_to_json, value_to_body,
};
use connspec_spec::Definition;
use serde_json::{Map, Value, json};

use super::{NAME, Standing};
use crate::callback::CallbackSource;
use crate::inputs::{Inputs, Target};
use crate::operation::ApiRequest;
use crate::report::{Outcome, Report, parse_iso};
use crate::runner::Runner;

/// One thing a recorded flow does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowStep {
    /// Makes the connection.
    Connect,
    /// Verifies it.
    Info,
    /// Fetches new tokens if `refresh.condition` asks for it.
    Refresh,
    /// Fetches new tokens, whatever `refresh.condition` says.
    ForcedRefresh,
    /// Gives it up.
    Invalidate,
    /// Calls the provider's API.
    Request(ApiRequest),
}

impl FlowStep {
    /// Every step that needs no more than its name, in the order of a connection's life.
    pub const ALL: [Self; 4] = [Self::Connect, Self::Info, Self::Refresh, Self::Invalidate];

    /// Its name in `--steps` and in fixtures.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Info => "info",
            Self::Refresh | Self::ForcedRefresh => "refresh",
            Self::Invalidate => "invalidate",
            Self::Request(_) => "request",
        }
    }

    /// The step of this name, of those that need no more.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }
}

/// As a fixture writes it, with real values.
impl From<&FlowStep> for FixtureStep {
    fn from(step: &FlowStep) -> Self {
        let request = match step {
            FlowStep::Request(call) => {
                let headers: Headers = call.headers.iter().cloned().collect();
                Some(StepRequest {
                    method: call.method.clone(),
                    url: call.url.clone(),
                    query: members(&call.query),
                    body: call.body.as_deref().and_then(|body| body_to_value(&headers, body)),
                    headers: headers_to_json(&headers),
                })
            }
            _ => None,
        };
        Self { force: *step == FlowStep::ForcedRefresh, request, ..Self::named(step.name()) }
    }
}

/// Parameters in their order; a name that occurs more than once holds an array.
fn members(pairs: &[(String, String)]) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, value) in pairs {
        match members.get_mut(name) {
            Some(Value::Array(values)) => values.push(value.as_str().into()),
            Some(first) => *first = json!([first.take(), value]),
            None => drop(members.insert(name.clone(), value.as_str().into())),
        }
    }
    members
}

/// A step with the moment it is done at, where that is another than before.
pub(super) struct Planned {
    pub(super) step: FlowStep,
    pub(super) at: Option<i64>,
}

impl From<&FlowStep> for Planned {
    fn from(step: &FlowStep) -> Self {
        Self { step: step.clone(), at: None }
    }
}

/// The steps of `fixture`; `connect` where it names none.
///
/// # Errors
/// Which step means nothing, and why, in words.
pub fn steps_of(fixture: &Fixture) -> Result<Vec<FlowStep>, String> {
    Ok(planned(fixture)?.into_iter().map(|planned| planned.step).collect())
}

/// As [`steps_of`], with the moments they are done at.
pub(super) fn planned(fixture: &Fixture) -> Result<Vec<Planned>, String> {
    if fixture.steps.is_empty() {
        return Ok(vec![Planned::from(&FlowStep::Connect)]);
    }
    fixture.steps.iter().map(plan).collect()
}

fn plan(written: &FixtureStep) -> Result<Planned, String> {
    let name = &written.step;
    let known = FlowStep::from_name(name);
    let step = match (known, &written.request) {
        (Some(FlowStep::Refresh), None) if written.force => FlowStep::ForcedRefresh,
        (Some(_), _) if written.force => {
            return Err(format!("`force` of the step `{name}` means nothing: only a refresh can be forced"));
        }
        (Some(step), None) => step,
        (Some(_), Some(_)) => {
            return Err(format!("the step `{name}` has a `request`, which only a step `request` has"));
        }
        (None, Some(call)) if name == "request" => FlowStep::Request(call_of(call)?),
        (None, None) if name == "request" => {
            return Err("the step `request` does not say which: give it a `request` with `method` and `url`".to_owned());
        }
        (None, _) => {
            let known: Vec<&str> = FlowStep::ALL.iter().map(FlowStep::name).chain(["request"]).collect();
            return Err(format!("`steps` of the fixture names `{name}`; there are: {}", known.join(", ")));
        }
    };
    let moment = |text: &String| {
        parse_iso(text).ok_or_else(|| format!("`clock` of the step `{name}` is no moment as ISO 8601 writes it"))
    };
    Ok(Planned { step, at: written.clock.as_ref().map(moment).transpose()? })
}

fn call_of(call: &StepRequest) -> Result<ApiRequest, String> {
    let body = call.body.as_ref().map(|body| value_to_body(Some(body))).transpose();
    Ok(ApiRequest {
        method: call.method.clone(),
        url: call.url.clone(),
        headers: headers_from_json(&call.headers).into_iter().collect(),
        query: headers_from_json(&call.query).into_iter().collect(),
        body: body.map_err(|reason| format!("the step `request`: {reason}"))?,
    })
}

/// Whether a flow is performed to be written down or as it was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A refresh that is not due is forced: otherwise there would be none to record.
    Recording,
    /// A refresh that is not due is none.
    Replaying,
}

impl Runner {
    /// Performs `steps` one after the other on one connection, until one fails; one report of all.
    pub async fn perform_steps(
        &self,
        definition: &Definition,
        inputs: &Inputs,
        steps: &[FlowStep],
        callbacks: &dyn CallbackSource,
    ) -> Report {
        let steps: Vec<Planned> = steps.iter().map(Planned::from).collect();
        self.perform(definition, inputs, &steps, callbacks, Purpose::Replaying).await.0
    }

    /// As [`Runner::perform_steps`], with what was really done: a refresh may have been forced.
    pub(super) async fn perform(
        &self,
        definition: &Definition,
        inputs: &Inputs,
        steps: &[Planned],
        callbacks: &dyn CallbackSource,
        purpose: Purpose,
    ) -> (Report, Vec<FlowStep>) {
        let mut run = self.for_related_runs();
        let mut whole = run.report(Outcome::Unchanged);
        let mut done: Vec<FlowStep> = steps.iter().map(|planned| planned.step.clone()).collect();
        for (step, planned) in done.iter_mut().zip(steps) {
            if let Some(at) = planned.at {
                run = run.with_clock(Arc::new(Standing { at, sleeper: None }));
            }
            let mut report = run.one(definition, inputs, step, callbacks).await;
            let idle = *step == FlowStep::Refresh && report.succeeded() && report.outcome == Outcome::Unchanged;
            if idle && purpose == Purpose::Recording {
                *step = FlowStep::ForcedRefresh;
                report = run.one(definition, inputs, step, callbacks).await;
            }
            whole.outcome = report.outcome;
            whole.connection = report.connection.or(whole.connection);
            whole.authorization = report.authorization.or(whole.authorization);
            whole.expiry = report.expiry.or(whole.expiry);
            whole.mapped_origins = report.mapped_origins;
            whole.steps.extend(report.steps);
            if let Some(error) = report.error {
                return (whole.failed(error), done);
            }
        }
        if let Some(connection) = &mut whole.connection {
            connection.name = None;
        }
        (whole, done)
    }

    async fn one(
        &self,
        definition: &Definition,
        inputs: &Inputs,
        step: &FlowStep,
        callbacks: &dyn CallbackSource,
    ) -> Report {
        match step {
            FlowStep::Connect => {
                let target = Target { name: Some(NAME.to_owned()), ..Target::default() };
                self.connect(definition, &target, inputs, callbacks).await
            }
            FlowStep::Info => self.info(definition, NAME).await,
            FlowStep::Refresh => self.refresh(definition, NAME, false).await,
            FlowStep::ForcedRefresh => self.refresh(definition, NAME, true).await,
            FlowStep::Invalidate => self.invalidate(definition, NAME).await,
            FlowStep::Request(call) => self.request(definition, NAME, call).await,
        }
    }
}
