//! Replaying a fixture: the same flow, answered from the file, compared with what it expects.

use std::fmt;
use std::sync::Arc;

use connspec_exchange::{Fixture, Mismatch, RecordedExchange, RecordingError, Replayer, Secrets, Unused, seal};
use connspec_spec::{Compat, Definition};
use connspec_store::MemoryStore;
use serde_json::{Map, Value};

use super::compare::{Bound, ReplayDifference, compare, renewed};
use super::steps::{Planned, Purpose, planned};
use super::{Standing, expectation, origin};
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
    /// The first request that was not answered because it does not fit.
    pub mismatch: Option<Mismatch>,
    /// What a fixture of now would hold.
    now: Option<Now>,
}

/// What a replay came to, with real values.
struct Now {
    expect: Value,
    /// What its placeholders stand for.
    bound: Bound,
    /// The address of the browser and the exchanges, if these were renewed.
    sent: Option<(Option<String>, Vec<RecordedExchange>)>,
    secrets: Secrets,
}

/// Real values are not shown.
impl fmt::Debug for Now {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Now").finish_non_exhaustive()
    }
}

impl Replayed {
    /// Whether nothing differs.
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }

    /// Whether requests differ, or the address of the browser, and not only how the flow ended.
    pub fn sends_otherwise(&self) -> bool {
        self.mismatch.is_some() || self.differences.iter().any(ReplayDifference::is_of_a_request)
    }

    /// `fixture`, of which this is the replay against `definition`, brought up to date with what really came out, for
    /// `--update`. Of [`replay`] only the expectation is new; where [`Replayed::sends_otherwise`] it is the consequence
    /// of a request that was not answered.
    ///
    /// # Errors
    /// [`RecordingError`] if a secret would remain in it.
    pub fn updated(&self, fixture: &Fixture, definition: &Definition) -> Result<Fixture, RecordingError> {
        let Some(now) = &self.now else { return Ok(fixture.clone()) };
        let expect = renewed(fixture.expect.as_ref(), &now.expect, &now.bound);
        let mut updated = Fixture { expect: Some(expect), ..fixture.clone() };
        updated.spec_hash = Some(definition.hash());
        if let Some((authorize, exchanges)) = &now.sent {
            updated.authorize.clone_from(authorize);
            updated.exchanges.clone_from(exchanges);
        }
        seal(updated, &now.secrets)
    }
}

/// Replays `fixture` against `definition`: no network, no clock, no chance.
pub async fn replay(fixture: &Fixture, definition: &Definition, compat: &Compat) -> Replayed {
    perform(fixture, definition, compat, Replayer::new(fixture), false).await
}

/// As [`replay`], but a request that differs is answered as if it fitted, and `updated` has the requests as they are now,
/// in the order they are sent, with the recorded answers.
pub async fn renew(fixture: &Fixture, definition: &Definition, compat: &Compat) -> Replayed {
    perform(fixture, definition, compat, Replayer::new(fixture).renewing(), true).await
}

async fn perform(
    fixture: &Fixture,
    definition: &Definition,
    compat: &Compat,
    replayer: Replayer,
    renewing: bool,
) -> Replayed {
    let plan = match Plan::read(fixture) {
        Ok(plan) => plan,
        Err(message) => return unusable(message),
    };
    let replayer = Arc::new(replayer);
    let runner = Runner::new(replayer.clone())
        .with_clock(Arc::new(Standing { at: plan.clock, sleeper: None }))
        .with_store(Arc::new(MemoryStore::new()))
        .with_randomness(Randomness::Seeded(plan.seed))
        .with_timezone(plan.timezone)
        .with_compat(compat.clone())
        .with_redirects(Redirects::same(&plan.redirect_uri))
        .with_issuers(plan.issuers)
        .with_secrets(Secrets::new());
    let browser = browser(fixture.callback.clone(), Arc::clone(&replayer));
    let (report, _) = runner.perform(definition, &plan.inputs, &plan.steps, &browser, Purpose::Replaying).await;
    let actual = expectation(&report);
    let bound = Bound::of(fixture.expect.as_ref(), &replayer);
    let mut differences = opened_otherwise(fixture, definition, &replayer);
    differences.extend(match (&replayer.mismatch(), &fixture.expect) {
        (Some(mismatch), _) => mismatched(mismatch, &actual, definition),
        (None, Some(expected)) => compare(expected, &actual, &bound)
            .into_iter()
            .map(|difference| ReplayDifference {
                location: origin::of_outcome(
                    definition,
                    &report.steps,
                    &difference.pointer,
                    difference.expected.as_ref(),
                ),
                ..difference
            })
            .collect(),
        (None, None) if report.succeeded() => Vec::new(),
        (None, None) => vec![ReplayDifference::new("/error", None, actual.get("error").cloned())],
    });
    differences.extend(never_asked_for(&replayer, report.succeeded()).into_iter().map(|unused| {
        let before = fixture.exchanges.iter().take(unused.index);
        let position = before.filter(|exchange| exchange.block == unused.block).count();
        let location = origin::of_missing(definition, &unused.block, position);
        let asked = format!("{} {} {}", unused.block, unused.method, unused.url);
        let difference = ReplayDifference::new(&format!("/exchanges/{}", unused.index), Some(asked.into()), None);
        ReplayDifference { location, ..difference }
    }));
    if differences.is_empty() && fixture.authorize.is_some() && replayer.opened().is_none() {
        let recorded = fixture.authorize.as_deref().map(Value::from);
        differences.push(ReplayDifference::new("/authorize", recorded, None));
    }
    for difference in &mut differences {
        difference.actual = difference.actual.take().map(|actual| runner.secrets().redact_json(&actual));
    }
    let sent = renewing.then(|| {
        let moved =
            fixture.authorize.is_none() || !replayer.opened_otherwise().is_empty() || replayer.opened().is_none();
        let authorize = if moved { replayer.opened() } else { fixture.authorize.clone() };
        (authorize, replayer.renewed())
    });
    let now = Now { expect: actual, bound, sent, secrets: runner.secrets().clone() };
    Replayed { report, differences, mismatch: replayer.mismatch(), now: Some(now) }
}

/// How the address the browser was sent to differs from the recorded one, parameter by parameter.
fn opened_otherwise(fixture: &Fixture, definition: &Definition, replayer: &Replayer) -> Vec<ReplayDifference> {
    if fixture.authorize.is_none() {
        return Vec::new();
    }
    let index = definition.communication().block("authorize").map_or(0, |block| block.len().saturating_sub(1));
    let placed = replayer.opened_otherwise().into_iter().map(|difference| {
        let place = origin::of(definition, "authorize", index, &difference.pointer);
        ReplayDifference::sent("/authorize", difference, place)
    });
    placed.collect()
}

/// The recorded exchanges that are missing: of a flow that ended well all that are left, of one that was stopped by a
/// request those that come before it.
fn never_asked_for(replayer: &Replayer, succeeded: bool) -> Vec<Unused> {
    let end = match replayer.mismatch() {
        _ if succeeded => usize::MAX,
        Some(mismatch) => mismatch.expected.or(mismatch.nearest).unwrap_or_default(),
        None => 0,
    };
    replayer.unused().into_iter().filter(|unused| unused.index < end).collect()
}

/// A request without an answer: the error it ended with, then field by field how it differs from the nearest recorded.
fn mismatched(mismatch: &Mismatch, actual: &Value, definition: &Definition) -> Vec<ReplayDifference> {
    let mut found = vec![ReplayDifference::new("/error", None, actual.get("error").cloned())];
    let place = |pointer: &str| origin::of(definition, &mismatch.block, mismatch.index, pointer);
    if let Some(nearest) = mismatch.nearest {
        let at = format!("/exchanges/{nearest}/request");
        found.extend(
            mismatch
                .differences
                .iter()
                .map(|difference| ReplayDifference::sent(&at, difference.clone(), place(&difference.pointer))),
        );
    }
    found
}

/// What a fixture says about its flow, read.
struct Plan {
    clock: i64,
    seed: u64,
    timezone: String,
    redirect_uri: String,
    inputs: Inputs,
    issuers: Vec<String>,
    steps: Vec<Planned>,
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
            steps: planned(fixture)?,
        })
    }
}

/// The browser of the recording: it brings the recorded query back once. A `state` that was made into a placeholder
/// is the one of this attempt.
fn browser(callback: Option<Map<String, Value>>, replayer: Arc<Replayer>) -> Programmatic {
    let waiting = std::sync::Mutex::new(callback);
    Programmatic::new(None, move |url| {
        replayer.open(&url);
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

fn unusable(message: String) -> Replayed {
    let mut report =
        Report::new(Outcome::Failed, Secrets::new()).failed(ErrorReport::new(ErrorType::DataError, message.clone()));
    report.examined = false;
    let differences = vec![ReplayDifference::new("", None, Some(message.into()))];
    Replayed { report, differences, mismatch: None, now: None }
}
