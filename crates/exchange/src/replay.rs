//! [`Replayer`]: answers requests from a fixture, and says exactly what differs.

mod body;
mod compare;
mod mismatch;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use crate::body::{headers_from_json, value_to_body};
use crate::fixture::{Fixture, RecordedExchange};
use crate::placeholder::{Bindings, Pattern, marked};
use crate::{BoxFuture, Request, Response, Secrets, Transport, TransportError, TransportErrorKind};

pub use mismatch::{Difference, Mismatch, Unused};

use compare::differences;

/// Answers from a fixture, in order within each block; exchanges without a block answer any.
///
/// A request fits a recorded one if method, address, query, headers and body mean the same: the
/// order of JSON members and of different query names, the spelling of escapes, header case and
/// multipart boundaries do not matter. Headers are compared both ways, except for those that are the
/// transport's own; a recorded request without headers leaves them open.
///
/// A placeholder that came in through `inputs`, `callback` or an earlier answer stands for itself:
/// the token answered as `«accessToken#1»` must be sent as `«accessToken#1»`. One that first occurs
/// in a request stands for whatever is sent there, and for the same from then on.
pub struct Replayer {
    exchanges: Vec<RecordedExchange>,
    state: Mutex<State>,
}

struct State {
    used: Vec<bool>,
    bindings: Bindings,
    /// What was bound to something other than itself, so that messages do not show it.
    secrets: Secrets,
}

impl Replayer {
    /// Replays the exchanges of `fixture`.
    pub fn new(fixture: &Fixture) -> Self {
        let mut bindings = Bindings::new();
        for value in fixture.inputs.values().chain(fixture.callback.iter().flat_map(Map::values)) {
            bind_to_themselves(value, &mut bindings);
        }
        let state = State { used: vec![false; fixture.exchanges.len()], bindings, secrets: Secrets::new() };
        Self { exchanges: fixture.exchanges.clone(), state: Mutex::new(state) }
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
            return Err(Mismatch::unexpected(request, nearest, &state.secrets).into_error());
        };
        let mut bindings = state.bindings.clone();
        let found = differences(&self.exchanges[next].request, request, &mut bindings);
        if !found.is_empty() {
            let candidates = (0..self.exchanges.len()).filter(open).filter(in_block);
            let nearest = self.nearest(candidates, request, &state.bindings);
            return Err(Mismatch::new(request, next, found, nearest, &state.secrets).into_error());
        }
        for (name, value) in &bindings {
            if !state.bindings.contains_key(name) && *value != marked(name) {
                state.secrets.learn(name.split('#').next().unwrap_or_default(), value);
            }
        }
        state.bindings = bindings;
        state.used[next] = true;
        self.response(next, request, &mut state.bindings)
    }

    /// The exchange that differs least, and how.
    fn nearest(
        &self,
        candidates: impl Iterator<Item = usize>,
        request: &Request,
        bindings: &Bindings,
    ) -> Option<(usize, Vec<Difference>)> {
        candidates
            .map(|index| (index, differences(&self.exchanges[index].request, request, &mut bindings.clone())))
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
                format!("Exchange {index} of the fixture cannot be replayed: {reason}"),
            )
        })?;
        Ok(Response {
            status: recorded.status,
            headers: headers_from_json(headers.as_object().expect("filling in keeps an object an object")),
            body,
            url: request.url.clone(),
            hops: Vec::new(),
        })
    }
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
    match value {
        Value::String(text) => {
            for name in Pattern::parse(text).names() {
                bindings.entry(name.to_owned()).or_insert_with(|| marked(name));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| bind_to_themselves(item, bindings)),
        Value::Object(members) => members.values().for_each(|member| bind_to_themselves(member, bindings)),
        _ => {}
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
