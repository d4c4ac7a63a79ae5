//! Replaying a fixture: the same flow, answered from the file, compared with what it expects.

use std::sync::Arc;

use connspec_exchange::{Fixture, Replayer, Secrets, seal};
use connspec_spec::{Compat, Definition};
use connspec_store::MemoryStore;
use serde_json::{Map, Value};

use super::compare::{ReplayDifference, compare};
use super::{FlowStep, Standing, expectation};
use crate::ErrorType;
use crate::callback::{CallbackQuery, Programmatic};
use crate::flow::Redirects;
use crate::host::Randomness;
use crate::inputs::Inputs;
use crate::report::{ErrorReport, Outcome, Report, parse_iso};
use crate::runner::Runner;

/// What a replay showed.
#[derive(Debug)]
pub struct Replayed {
    /// What happened.
    pub report: Report,
    /// Where it differs from what the fixture expects; empty: it passed.
    pub differences: Vec<ReplayDifference>,
    /// The fixture with what really came out as its expectation, for `--update`.
    pub updated: Fixture,
}

impl Replayed {
    /// Whether nothing differs.
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Replays `fixture` against `definition`: no network, no clock, no chance.
pub async fn replay(fixture: &Fixture, definition: &Definition, compat: &Compat) -> Replayed {
    let plan = match Plan::read(fixture) {
        Ok(plan) => plan,
        Err(message) => return unusable(fixture, message),
    };
    let replayer = Arc::new(Replayer::new(fixture));
    let runner = Runner::new(replayer.clone())
        .with_clock(Arc::new(Standing { at: plan.clock, sleeper: None }))
        .with_store(Arc::new(MemoryStore::new()))
        .with_randomness(Randomness::Seeded(plan.seed))
        .with_timezone(plan.timezone)
        .with_compat(compat.clone())
        .with_redirects(Redirects::same(&plan.redirect_uri))
        .with_issuers(plan.issuers)
        .with_secrets(Secrets::new());
    let browser = browser(fixture.callback.clone());
    let report = runner.perform_steps(definition, &plan.inputs, &plan.steps, &browser).await;
    let actual = expectation(&report);
    let mut differences = match &fixture.expect {
        Some(expected) => compare(expected, &actual),
        None if report.succeeded() => Vec::new(),
        None => vec![ReplayDifference::new("/error", None, actual.get("error").cloned())],
    };
    if report.succeeded() {
        differences.extend(replayer.unused().into_iter().map(|unused| {
            let asked = format!("{} {} {}", unused.block, unused.method, unused.url);
            ReplayDifference::new(&format!("/exchanges/{}", unused.index), Some(asked.into()), None)
        }));
    }
    let updated = Fixture { expect: Some(actual), ..fixture.clone() };
    let updated = seal(updated, runner.secrets()).unwrap_or_else(|_| fixture.clone());
    Replayed { report, differences, updated }
}

/// What a fixture says about its flow, read.
struct Plan {
    clock: i64,
    seed: u64,
    timezone: String,
    redirect_uri: String,
    inputs: Inputs,
    issuers: Vec<String>,
    steps: Vec<FlowStep>,
}

impl Plan {
    fn read(fixture: &Fixture) -> Result<Self, String> {
        if fixture.expect.as_ref().is_some_and(|expected| !expected.is_object()) {
            return Err("the fixture is not filled in: write what the provider answers into `exchanges`, and an object with what the flow ends with into `expect` ({} leaves the end open)".to_owned());
        }
        let clock = match &fixture.clock {
            None => 0,
            Some(text) => parse_iso(text).ok_or("`clock` of the fixture is no moment as ISO 8601 writes it")?,
        };
        let step = |name: &String| {
            FlowStep::from_name(name).ok_or_else(|| {
                let known: Vec<&str> = FlowStep::ALL.into_iter().map(FlowStep::name).collect();
                format!("`steps` of the fixture names `{name}`; there are: {}", known.join(", "))
            })
        };
        let mut steps = fixture.steps.iter().map(step).collect::<Result<Vec<_>, _>>()?;
        if steps.is_empty() {
            steps.push(FlowStep::Connect);
        }
        let object = |name: &str| fixture.inputs.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        let text = |name: &str| fixture.inputs.get(name).and_then(Value::as_str).map(str::to_owned);
        let texts = |name: &str| -> Vec<String> {
            let values = fixture.inputs.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
            values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Ok(Self {
            clock,
            seed: fixture.seed.unwrap_or_default(),
            timezone: text("timezone").unwrap_or_else(|| "UTC".to_owned()),
            redirect_uri: text("redirectUri").unwrap_or_else(|| "http://127.0.0.1/oauth/cb/app".to_owned()),
            inputs: Inputs { parameters: object("parameters"), common: object("common"), scope: texts("scope") },
            issuers: texts("issuers"),
            steps,
        })
    }
}

/// The browser of the recording: it brings the recorded query back once. A `state` that was made into a placeholder
/// is the one of this attempt.
fn browser(callback: Option<Map<String, Value>>) -> Programmatic {
    let waiting = std::sync::Mutex::new(callback);
    Programmatic::new(None, move |url| {
        let taken = waiting.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let query = taken.map(|mut query| {
            let state = url::Url::parse(&url).ok().and_then(|url| {
                url.query_pairs().find(|(name, _)| name == "state").map(|(_, value)| value.into_owned())
            });
            let placeholder = query.get("state").and_then(Value::as_str).is_some_and(|state| state.starts_with('«'));
            if let (true, Some(state)) = (placeholder, state) {
                query.insert("state".to_owned(), state.into());
            }
            CallbackQuery::from_json(&query)
        });
        Box::pin(std::future::ready(query))
    })
}

fn unusable(fixture: &Fixture, message: String) -> Replayed {
    let mut report =
        Report::new(Outcome::Failed, Secrets::new()).failed(ErrorReport::new(ErrorType::DataError, message.clone()));
    report.examined = false;
    let differences = vec![ReplayDifference::new("", None, Some(message.into()))];
    Replayed { report, differences, updated: fixture.clone() }
}
