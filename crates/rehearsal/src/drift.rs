//! Drift: what a provider answers now beside what a fixture recorded of it. Told are shapes (members that are gone, other
//! types, parameters that are asked for now), never values.

mod required;
mod shape;

use std::fmt;

use connspec_exchange::{Fixture, RecordedExchange, RecordedResponse, headers_from_json};
use connspec_runner::callback::CallbackSource;
use connspec_runner::record::reader_of;
use connspec_runner::report::Location;
use connspec_runner::{FlowStep, Inputs, Report, Runner};
use connspec_spec::Definition;
use serde_json::{Map, Value};

use shape::Shape;

/// One place where a provider is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The place in the fixture: below `/exchanges/N/response`, `/callback`, or the exchange itself.
    pub pointer: String,
    /// What has changed.
    pub change: Change,
    /// Where the definition reads it, if it does.
    pub location: Option<Location>,
}

/// What has changed, without a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It was there and is not any more.
    Gone {
        /// What it was.
        recorded: String,
    },
    /// It is of another type.
    Type {
        /// What it was.
        recorded: String,
        /// What it is now.
        now: String,
    },
    /// It was not there.
    New {
        /// What it is.
        now: String,
    },
    /// The answer has another status code.
    Status {
        /// The recorded one; 0: none arrived.
        recorded: u16,
        /// The one of now.
        now: u16,
    },
    /// The provider asks for a parameter that is not sent.
    Required {
        /// Its name.
        parameter: String,
    },
    /// The recorded exchange did not take place.
    NotReached,
    /// An exchange that was not recorded.
    Further,
}

impl Change {
    /// Whether nothing that worked can break of it.
    pub fn is_harmless(&self) -> bool {
        matches!(self, Self::New { .. })
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(formatter, "{location}: ")?;
        }
        write!(formatter, "{}: ", self.pointer)?;
        match &self.change {
            Change::Gone { recorded } => write!(formatter, "gone; it was {recorded}"),
            Change::Type { recorded, now } => write!(formatter, "it was {recorded} and is {now}"),
            Change::New { now } => write!(formatter, "new: {now}"),
            Change::Status { recorded: 0, now } => {
                write!(formatter, "there was no answer, and now one with status {now}")
            }
            Change::Status { recorded, now: 0 } => {
                write!(formatter, "it had status {recorded}, and now no answer comes")
            }
            Change::Status { recorded, now } => write!(formatter, "it had status {recorded} and has {now}"),
            Change::Required { parameter } => {
                write!(formatter, "the provider asks for `{parameter}`, which is not sent")
            }
            Change::NotReached => write!(formatter, "the flow did not come to it"),
            Change::Further => write!(formatter, "an exchange that was not recorded"),
        }
    }
}

/// What a live run of a fixture's flow showed.
#[derive(Debug)]
pub struct Live {
    /// What happened.
    pub report: Report,
    /// What has changed, in the order of the flow.
    pub drifts: Vec<Drift>,
}

/// What is needed to run the flow of `fixture` at the live provider: its inputs with `given` over them, and its steps.
///
/// # Errors
/// Which values are placeholders in the fixture and were not given; or that a step means nothing.
pub fn prepare(fixture: &Fixture, given: &Inputs) -> Result<(Inputs, Vec<FlowStep>), String> {
    let steps = connspec_runner::record::steps_of(fixture)?;
    let object = |name: &str, over: &Map<String, Value>| {
        let mut members = fixture.inputs.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        members.extend(over.clone());
        members
    };
    let scope = fixture.inputs.get("scope").and_then(Value::as_array).into_iter().flatten();
    let scope: Vec<String> = scope.filter_map(Value::as_str).map(str::to_owned).collect();
    let inputs = Inputs {
        parameters: object("parameters", &given.parameters),
        common: object("common", &given.common),
        scope: if given.scope.is_empty() { scope } else { given.scope.clone() },
    };
    let hidden = |members: &Map<String, Value>, option: &str| -> Vec<String> {
        let hidden = members.iter().filter(|(_, value)| value.to_string().contains('«'));
        hidden.map(|(name, _)| option.replace("NAME", name)).collect()
    };
    let mut missing = hidden(&inputs.parameters, "-p NAME=…");
    missing.extend(hidden(&inputs.common, "`NAME` in --common"));
    if !missing.is_empty() {
        return Err(format!(
            "the fixture holds no secrets, and the live provider wants the real ones: give {}",
            missing.join(", ")
        ));
    }
    let hides = |step: &FlowStep| matches!(step, FlowStep::Request(call) if format!("{}{:?}{:?}", call.url, call.headers, call.query).contains('«'));
    if steps.iter().any(hides) {
        return Err("a step `request` of the fixture holds a placeholder, and nothing can stand for it here".to_owned());
    }
    Ok((inputs, steps))
}

/// Runs `steps` with `runner` and compares what is answered with `fixture`.
pub async fn run(
    runner: &Runner,
    fixture: &Fixture,
    definition: &Definition,
    inputs: &Inputs,
    steps: &[FlowStep],
    callbacks: &dyn CallbackSource,
) -> Live {
    let recorded = runner.record(definition, "", inputs, steps, callbacks).await;
    // A fixture that cannot be sealed is not written; here it is not even kept.
    let now = recorded.fixture.unwrap_or_default();
    Live { drifts: compare(fixture, &now, definition), report: recorded.report }
}

/// Compares what was answered: the exchanges of each block in their order, and the browser's query.
pub fn compare(recorded: &Fixture, now: &Fixture, definition: &Definition) -> Vec<Drift> {
    let mut found = Vec::new();
    if let (Some(before), Some(after)) = (&recorded.callback, &now.callback) {
        let shape = |query: &Map<String, Value>| Shape::of(&Value::Object(query.clone()));
        shape(before).compare(&shape(after), "/callback", &mut found);
        if before.get("error").is_none() {
            let sent: Vec<&str> = now.authorize.iter().map(String::as_str).collect();
            require("/callback", &Value::Object(after.clone()), &sent.concat(), &mut found);
        }
    }
    let mut open: Vec<&RecordedExchange> = now.exchanges.iter().collect();
    for (index, exchange) in recorded.exchanges.iter().enumerate() {
        let pointer = format!("/exchanges/{index}");
        let Some(at) = open.iter().position(|other| answers_for(exchange, other)) else {
            found.push(Drift { pointer, change: Change::NotReached, location: None });
            continue;
        };
        compare_exchange(&pointer, exchange, open.remove(at), definition, &mut found);
    }
    for exchange in open {
        let pointer = format!("{} {}", exchange.request.method, address(&exchange.request.url));
        found.push(Drift { pointer, change: Change::Further, location: None });
    }
    found
}

/// Whether an exchange of now is the one that was recorded: of the same block, or where the recording knows none (another
/// tool's), for the same address.
fn answers_for(recorded: &RecordedExchange, now: &RecordedExchange) -> bool {
    match recorded.block.as_str() {
        "" => address(&recorded.request.url) == address(&now.request.url),
        block => block == now.block,
    }
}

fn address(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

fn compare_exchange(
    pointer: &str,
    recorded: &RecordedExchange,
    now: &RecordedExchange,
    definition: &Definition,
    found: &mut Vec<Drift>,
) {
    let (before, after) = (&recorded.response, &now.response);
    let below = format!("{pointer}/response");
    let first = found.len();
    if before.status != after.status {
        let change = Change::Status { recorded: before.status, now: after.status };
        found.push(Drift { pointer: below.clone(), change, location: None });
    }
    if before.failure.is_none() && after.failure.is_none() {
        let (media_before, media_after) = (media_type(before), media_type(after));
        if media_before != media_after {
            let change = Change::Type { recorded: media_before, now: media_after };
            found.push(Drift { pointer: format!("{below}/headers/content-type"), change, location: None });
        }
    }
    let failed = after.status >= 400 || says_error(after) && !says_error(before);
    if failed {
        let sent = serde_json::to_string(&now.request).unwrap_or_default();
        require(&below, &body_of(after).unwrap_or_default(), &sent, found);
    }
    // The body of an error is another anyway.
    if let Some(old) = body_of(before).filter(|_| !failed || before.status == after.status) {
        Shape::of(&old).compare(&Shape::of(&body_of(after).unwrap_or_default()), &format!("{below}/body"), found);
    }
    for drift in &mut found[first..] {
        let path = drift.pointer.strip_prefix(&format!("{below}/body"));
        drift.location = path.and_then(|path| reader_of(definition, &now.block, path));
    }
}

/// Adds the parameters that an error asks for and that are not among what was `sent`.
fn require(pointer: &str, error: &Value, sent: &str, found: &mut Vec<Drift>) {
    let missing = required::parameters(error).into_iter().filter(|name| !sent.contains(name.as_str()));
    found.extend(missing.map(|parameter| Drift {
        pointer: pointer.to_owned(),
        change: Change::Required { parameter },
        location: None,
    }));
}

fn says_error(response: &RecordedResponse) -> bool {
    response.body.as_ref().and_then(|body| body.get("error")).is_some_and(|error| !error.is_null())
}

fn media_type(response: &RecordedResponse) -> String {
    let headers = headers_from_json(&response.headers);
    let declared = headers.get("content-type").unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence.is_empty() { "without a type".to_owned() } else { essence }
}

/// The body; one written as a form (OAuth 1 answers are, whatever they are called) as an object.
fn body_of(response: &RecordedResponse) -> Option<Value> {
    match response.body.as_ref()? {
        Value::String(text) if shape::is_form(text) => {
            let pairs = url::form_urlencoded::parse(text.as_bytes()).into_owned();
            Some(Value::Object(pairs.map(|(name, value)| (name, Value::String(value))).collect()))
        }
        other => Some(other.clone()),
    }
}
