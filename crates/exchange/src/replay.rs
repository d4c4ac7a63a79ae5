//! [`Replayer`]: answers requests from a fixture, and says exactly what differs.

mod body;
mod compare;
mod hidden;
mod mismatch;
mod parts;

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use crate::body::{headers_from_json, value_to_body};
use crate::fixture::{Fixture, RecordedExchange, RecordedRequest};
use crate::placeholder::{Bindings, Pattern, forms, marked};
use crate::record::recorded_request;
use crate::{BoxFuture, Request, Response, Secrets, Transport, TransportError, TransportErrorKind};

pub use hidden::HIDDEN;
pub use mismatch::{Difference, Mismatch, Unused};

use compare::{compare_url, differences};

/// Answers from a fixture, in order within each block; exchanges without a block answer any.
///
/// A request fits a recorded one if method, address, query, headers and body mean the same: the
/// order of JSON members and of different query names, the spelling of escapes, header case and
/// multipart boundaries do not matter. Headers are compared both ways, except for those that are the
/// transport's own; a recorded request without headers leaves them open.
///
/// A placeholder that came in through `inputs`, a step's request, `callback` or an answer stands for itself:
/// the token answered as `«accessToken#1»` must be sent as `«accessToken#1»`. One that first occurs
/// in a request stands for whatever is sent there, and for the same from then on.
///
/// The `state` of the callback is the flow's own, so its placeholder stands for whatever the flow sends.
pub struct Replayer {
    authorize: Option<String>,
    exchanges: Vec<RecordedExchange>,
    renewing: bool,
    state: Mutex<State>,
}

struct State {
    used: Vec<bool>,
    bindings: Bindings,
    /// Where the browser was sent.
    opened: Option<String>,
    /// How that differs from the recorded address.
    opened_otherwise: Vec<Difference>,
    /// The first request that did not fit and was not answered.
    mismatch: Option<Mismatch>,
    /// The exchanges in the order they were asked for, as they would be recorded now.
    renewed: Vec<RecordedExchange>,
    /// What was bound to something other than itself, so that messages do not show it.
    secrets: Secrets,
}

impl Replayer {
    /// Replays the exchanges of `fixture`.
    pub fn new(fixture: &Fixture) -> Self {
        let mut bindings = Bindings::new();
        let brought = fixture.callback.iter().flatten().filter(|(name, _)| *name != "state");
        for value in fixture.inputs.values().chain(brought.map(|(_, value)| value)) {
            bind_to_themselves(value, &mut bindings);
        }
        for call in fixture.steps.iter().filter_map(|step| step.request.as_ref()) {
            let parts = [call.url.as_str().into(), call.query.clone().into(), call.headers.clone().into()];
            parts.iter().chain(&call.body).for_each(|part| bind_to_themselves(part, &mut bindings));
        }
        bind_what_is_answered(fixture, &mut bindings);
        let state = State {
            used: vec![false; fixture.exchanges.len()],
            bindings,
            opened: None,
            opened_otherwise: Vec::new(),
            mismatch: None,
            renewed: Vec::new(),
            secrets: Secrets::new(),
        };
        Self {
            authorize: fixture.authorize.clone(),
            exchanges: fixture.exchanges.clone(),
            renewing: false,
            state: Mutex::new(state),
        }
    }

    /// The same, but answering a request that differs as if it fitted, as long as its block has an exchange left:
    /// [`Replayer::renewed`] then has the requests as they are now.
    #[must_use]
    pub fn renewing(self) -> Self {
        Self { renewing: true, ..self }
    }

    /// Takes note of where the browser is sent and compares it with the recorded address, if there is one. Only the
    /// first address counts.
    pub fn open(&self, url: &str) {
        let mut state = self.lock();
        if state.opened.is_some() {
            return;
        }
        state.opened = Some(url.to_owned());
        let Some(recorded) = &self.authorize else { return };
        let (mut bindings, mut found) = (state.bindings.clone(), Vec::new());
        compare_url(recorded, url, &mut bindings, &mut found);
        state.adopt(bindings);
        state.opened_otherwise =
            found.into_iter().map(|difference| difference.without_secrets(&state.secrets)).collect();
    }

    /// Where the browser was sent, with real values.
    pub fn opened(&self) -> Option<String> {
        let state = self.lock();
        state.opened.as_ref().map(|url| readable(url, &state.bindings))
    }

    /// How the address the browser was sent to differs from the recorded one.
    pub fn opened_otherwise(&self) -> Vec<Difference> {
        self.lock().opened_otherwise.clone()
    }

    /// The first request that was not answered because it does not fit.
    pub fn mismatch(&self) -> Option<Mismatch> {
        self.lock().mismatch.clone()
    }

    /// The exchanges that were asked for, in that order: those that fitted as they were recorded, the others of a
    /// [`Replayer::renewing`] with the request that was sent, real values and all.
    pub fn renewed(&self) -> Vec<RecordedExchange> {
        self.lock().renewed.clone()
    }

    /// Lets a placeholder (`clientSecret#1`, without its marks) stand for `value`, where the flow is
    /// given real values instead of the fixture's.
    pub fn bind(&self, placeholder: &str, value: &str) {
        let mut state = self.lock();
        state.secrets.learn(placeholder.split('#').next().unwrap_or_default(), value);
        state.bindings.insert(placeholder.to_owned(), value.to_owned());
    }

    /// What a placeholder (without its marks) stands for by now.
    pub fn bound(&self, placeholder: &str) -> Option<String> {
        self.lock().bindings.get(placeholder).cloned()
    }

    /// The recorded exchanges that nothing asked for.
    pub fn unused(&self) -> Vec<Unused> {
        let state = self.lock();
        let open = self.exchanges.iter().enumerate().filter(|(index, _)| !state.used[*index]);
        open.map(|(index, exchange)| Unused {
            index,
            block: exchange.block.clone(),
            method: exchange.request.method.clone(),
            url: exchange.request.url.clone(),
        })
        .collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, request: &Request) -> Result<Response, TransportError> {
        let mut state = self.lock();
        let open = |index: &usize| !state.used[*index];
        // Other tools' recordings do not know blocks.
        let in_block = |index: &usize| {
            let block = &self.exchanges[*index].block;
            block.is_empty() || *block == request.label.block
        };
        let next = (0..self.exchanges.len()).filter(open).find(in_block);
        let Some(next) = next else {
            let nearest = self.nearest((0..self.exchanges.len()).filter(open), request, &state.bindings);
            let mismatch = Mismatch::unexpected(request, nearest, &state.secrets);
            return Err(state.refuse(mismatch));
        };
        let mut bindings = state.bindings.clone();
        let found = differences(&self.exchanges[next], request, &mut bindings);
        if !found.is_empty() {
            let candidates = (0..self.exchanges.len()).filter(open).filter(in_block);
            let nearest = self.nearest(candidates, request, &state.bindings);
            if !self.renewing {
                let mismatch = Mismatch::new(request, next, found, nearest, &state.secrets);
                return Err(state.refuse(mismatch));
            }
            // One that fits and only comes out of turn moves with its answer.
            if let Some((moved, _)) = nearest.filter(|(_, found)| found.is_empty()) {
                let mut bindings = state.bindings.clone();
                differences(&self.exchanges[moved], request, &mut bindings);
                state.adopt(bindings);
                return self.take(moved, self.exchanges[moved].clone(), request, &mut state);
            }
        }
        state.adopt(bindings);
        let recorded = &self.exchanges[next];
        let now = match found.is_empty() {
            true => recorded.clone(),
            false => RecordedExchange {
                request: sent_instead(&recorded.request, request, &found, &state.bindings),
                ..recorded.clone()
            },
        };
        self.take(next, now, request, &mut state)
    }

    /// Answers with the exchange at `index`, which would now be recorded as `now`.
    fn take(
        &self,
        index: usize,
        now: RecordedExchange,
        request: &Request,
        state: &mut State,
    ) -> Result<Response, TransportError> {
        state.used[index] = true;
        state.renewed.push(now);
        self.response(index, request, &mut state.bindings)
    }

    /// The exchange that differs least, and how.
    fn nearest(
        &self,
        candidates: impl Iterator<Item = usize>,
        request: &Request,
        bindings: &Bindings,
    ) -> Option<(usize, Vec<Difference>)> {
        candidates
            .map(|index| (index, differences(&self.exchanges[index], request, &mut bindings.clone())))
            .min_by_key(|(_, found)| found.len())
    }

    fn response(&self, index: usize, request: &Request, bindings: &mut Bindings) -> Result<Response, TransportError> {
        let recorded = &self.exchanges[index].response;
        if let Some(failure) = &recorded.failure {
            let kind = TransportErrorKind::from_name(failure);
            return Err(TransportError::new(
                kind,
                format!("The recorded exchange failed ({failure}), and so does its replay"),
            ));
        }
        bind_to_themselves(&Value::Object(recorded.headers.clone()), bindings);
        let headers = fill(&Value::Object(recorded.headers.clone()), bindings);
        let body = recorded.body.as_ref().map(|body| {
            bind_to_themselves(body, bindings);
            fill(body, bindings)
        });
        let body = value_to_body(body.as_ref()).map_err(|reason| {
            TransportError::new(
                TransportErrorKind::NotRecorded,
                format!("Exchange {} of the fixture cannot be replayed: {reason}", index + 1),
            )
        })?;
        Ok(Response {
            status: recorded.status,
            headers: headers_from_json(headers.as_object().expect("filling in keeps an object an object")),
            body,
            url: request.url.clone(),
            hops: Vec::new(),
            repeated: false,
        })
    }
}

impl State {
    /// Goes on with `bindings`; what they newly hold is not shown.
    fn adopt(&mut self, bindings: Bindings) {
        for (name, value) in &bindings {
            if !self.bindings.contains_key(name) && *value != marked(name) {
                self.secrets.learn(name.split('#').next().unwrap_or_default(), value);
            }
        }
        self.bindings = bindings;
    }

    fn refuse(&mut self, mismatch: Mismatch) -> TransportError {
        self.mismatch.get_or_insert_with(|| mismatch.clone());
        mismatch.into_error()
    }
}

/// `request` as it is recorded in the place of `recorded`: what does not differ stays as it was written.
fn sent_instead(
    recorded: &RecordedRequest,
    request: &Request,
    found: &[Difference],
    bindings: &Bindings,
) -> RecordedRequest {
    let differs = |part: &str| found.iter().any(|difference| difference.pointer.starts_with(part));
    let mut now = recorded_request(request);
    now.url = if differs("/url") || differs("/query") { readable(&now.url, bindings) } else { recorded.url.clone() };
    now.body = match now.body {
        _ if !differs("/body") => recorded.body.clone(),
        Some(Value::String(text)) => Some(readable(&text, bindings).into()),
        other => other,
    };
    for (name, value) in &mut now.headers {
        let kept = recorded.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        if let Some((_, kept)) = kept.filter(|_| !differs(&format!("/headers/{}", name.to_ascii_lowercase()))) {
            value.clone_from(kept);
        }
    }
    if recorded.headers.is_empty() {
        now.headers.clear();
    }
    now
}

/// `text` with the placeholders that stand for themselves as they are written, not escaped as they were sent.
fn readable(text: &str, bindings: &Bindings) -> String {
    let own = bindings.iter().map(|(name, value)| (marked(name), value)).filter(|(mark, value)| mark == *value);
    own.fold(text.to_owned(), |text, (mark, _)| forms(&mark).iter().fold(text, |text, form| text.replace(form, &mark)))
}

impl Transport for Replayer {
    fn send<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Response, TransportError>> {
        Box::pin(std::future::ready(self.answer(request)))
    }
}

impl std::fmt::Debug for Replayer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Replayer").field("unused", &self.unused()).finish_non_exhaustive()
    }
}

/// Binds every placeholder below `value` that is not bound yet to itself.
fn bind_to_themselves(value: &Value, bindings: &mut Bindings) {
    names_in(value, &mut |name| {
        bindings.entry(name.to_owned()).or_insert_with(|| marked(name));
    });
}

/// Binds to themselves the placeholders that occur in an answer before any request: nothing can send them earlier.
fn bind_what_is_answered(fixture: &Fixture, bindings: &mut Bindings) {
    let mut sent: HashSet<String> = HashSet::new();
    names_in_text(fixture.authorize.as_deref().unwrap_or_default(), &mut |name| sent.extend([name.to_owned()]));
    for RecordedExchange { request, response, .. } in &fixture.exchanges {
        let mut note = |name: &str| sent.extend([name.to_owned()]);
        names_in_text(&request.url, &mut note);
        request.headers.values().chain(&request.body).for_each(|value| names_in(value, &mut note));
        for value in response.headers.values().chain(&response.body) {
            names_in(value, &mut |name| {
                if !sent.contains(name) {
                    bindings.entry(name.to_owned()).or_insert_with(|| marked(name));
                }
            });
        }
    }
}

/// Hands `found` every placeholder below `value`.
fn names_in(value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => names_in_text(text, found),
        Value::Array(items) => items.iter().for_each(|item| names_in(item, found)),
        Value::Object(members) => members.values().for_each(|member| names_in(member, found)),
        _ => {}
    }
}

fn names_in_text(text: &str, found: &mut dyn FnMut(&str)) {
    if text.contains('«') {
        Pattern::parse(text).names().into_iter().for_each(found);
    }
}

/// `value` with every placeholder replaced by what it stands for.
fn fill(value: &Value, bindings: &Bindings) -> Value {
    match value {
        Value::String(text) => Value::String(Pattern::parse(text).fill(bindings)),
        Value::Array(items) => items.iter().map(|item| fill(item, bindings)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| (Pattern::parse(key).fill(bindings), fill(member, bindings)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests;
