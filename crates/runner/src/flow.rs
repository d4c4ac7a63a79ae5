//! The flow: a pure state machine that walks a definition. No clock, no randomness, no I/O; what time it is and
//! what chance gives comes from the [`Host`] handed to every step.
//!
//! | state | event | next | actions |
//! |---|---|---|---|
//! | `Ready` | `Start` | `Requesting`, `Waiting` or `Finished` | `Send`; or `Redirect`, `AwaitCallback`; or `Finish` |
//! | `Requesting` | `Response` | `Requesting` (next request), `Pausing` (`repeat.delay`), `Waiting`, `Finished` | `Send`, `Sleep`, `Redirect`, `Save`, `Finish` |
//! | `Requesting` | `TransportFailed` | `Finished` | `Finish` |
//! | `Pausing` | `Slept` | `Requesting` | `Send` |
//! | `Waiting` | `Callback` with the right `state` | `Requesting` or `Finished` | `AcceptCallback`, then `Send` or `Finish` |
//! | `Waiting` | `Callback` with any other | `Waiting` | `RefuseCallback`, `AwaitCallback` |
//! | `Waiting` | `CallbackTimeout` | `Finished` | `Finish` |
//! | any but `Finished` | `Cancelled`, `OutOfTime` | `Finished` | `Finish` |
//! | any | `SaveFailed` | `Finished` | `Finish` |
//! | any | an event that does not belong there | unchanged | none |
//!
//! A flow that hands its callback to another process ends in `Finished` after `Save(Pending)`; the other process
//! goes on from `Waiting` with [`Flow::resume`].

/// What one request is worked through with: a macro, so that the context can be borrowed besides.
macro_rules! environment {
    ($flow:expr, $stage:expr, $host:expr) => {
        crate::Environment {
            definition: $flow.definition,
            host: $host,
            compat: &$flow.compat,
            secrets: &$flow.secrets,
            block: $stage.phase().block(),
            index: $stage.index,
        }
    };
}

mod authorize;
mod basic;
mod callback;
mod event;
mod exchange;
mod forecast;
mod invalidate;
mod issuer;
mod lists;
mod manifest;
mod oauth1;
mod oauth2;
mod outline;
mod pending;
mod plan;
mod refresh;
mod scope;

use std::collections::VecDeque;

use connspec_diagnostics::Place;
use connspec_exchange::Secrets;
use connspec_iml::{Collection, Host, Value};
use connspec_spec::{Communication, Compat, Definition, RequestBlock};
use connspec_store::PendingAuthorization;

use crate::report::{AuthorizationReport, Outcome, Step};
use crate::{Context, ErrorType, OAuth, Phase, RunError};

pub use callback::callback_key;
pub use event::{Action, ConnectionState, Event, Save};
pub use forecast::{access_token_end, forecast};
pub use issuer::Issuers;
pub use outline::{Told, outline};
pub use plan::Entry;
pub use refresh::{Due, can_renew, is_due};
pub use scope::requested;

use lists::Listed;
use pending::Waiting;
use plan::Stage;

/// What a flow is given besides its definition.
#[derive(Clone, Default)]
pub struct Setup {
    /// Form input, or the saved store.
    pub data: serde_json::Map<String, serde_json::Value>,
    /// Common data: the definition's own and what was handed in.
    pub common: serde_json::Map<String, serde_json::Value>,
    /// The scopes to ask for: see [`scope::requested`].
    pub scope: Vec<String>,
    /// The three addresses the browser may come back to.
    pub redirects: Redirects,
    /// What the connection record holds besides `data`.
    pub state: ConnectionState,
    /// The switches.
    pub compat: Compat,
    /// Learns what must not be shown.
    pub secrets: Secrets,
    /// Whose `iss` is right besides the origin of the authorization page (RFC 9207).
    pub issuers: Issuers,
}

/// The redirect addresses a definition can name (connection.md §4.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redirects {
    /// `oauth.redirectUri`.
    pub redirect_uri: String,
    /// `oauth.localRedirectUri`.
    pub local: String,
    /// `oauth.makeRedirectUri`.
    pub make: String,
}

impl Redirects {
    /// The same address under all three names, as on an instance without a redirect table.
    pub fn same(uri: &str) -> Self {
        Self { redirect_uri: uri.to_owned(), local: uri.to_owned(), make: uri.to_owned() }
    }

    fn oauth(&self, scope: Vec<String>) -> OAuth {
        OAuth {
            scope,
            redirect_uri: self.redirect_uri.clone(),
            local_redirect_uri: self.local.clone(),
            make_redirect_uri: self.make.clone(),
        }
    }
}

/// A walk through a definition. `Debug` shows where it stands and no value.
pub struct Flow<'d> {
    definition: &'d Definition,
    compat: Compat,
    secrets: Secrets,
    redirects: Redirects,
    issuers: Issuers,
    entry: Entry,
    outcome: Outcome,
    stages: VecDeque<Stage<'d>>,
    state: State,
    context: Context,
    connection: ConnectionState,
    steps: Vec<Step>,
    waiting: Option<Waiting>,
    /// Why the last callback that was not ours was refused.
    refused: Option<String>,
    /// The first `condition` that kept a request of a basic connection from verifying it.
    unverified: Option<Place>,
    authorization: Option<AuthorizationReport>,
}

/// Where the flow stands, see the table above.
#[derive(Debug, Clone, PartialEq)]
enum State {
    Ready,
    Requesting(InFlight),
    Pausing(InFlight),
    Waiting,
    Finished,
}

/// The request under way.
#[derive(Debug, Clone, PartialEq)]
struct InFlight {
    /// Runs of this request so far, for `repeat`.
    runs: u32,
}

impl<'d> Flow<'d> {
    /// A flow that enters `definition` at `entry`.
    pub fn new(definition: &'d Definition, entry: Entry, setup: Setup) -> Self {
        let Setup { data, common, scope, redirects, state, compat, secrets, issuers } = setup;
        let stages = plan::stages(definition, entry, &compat);
        let phase = stages.front().map_or(Phase::Info, Stage::phase);
        let oauth = redirects.oauth(scope);
        let mut context = Context::new(phase, collection(&data), collection(&common), oauth);
        if definition.is_manifest() {
            context.become_manifest(data, &redirects.local);
        }
        Self {
            definition,
            compat,
            secrets,
            redirects,
            issuers,
            entry,
            outcome: entry.outcome(),
            stages,
            state: State::Ready,
            context,
            connection: state,
            steps: Vec::new(),
            waiting: None,
            refused: None,
            unverified: None,
            authorization: None,
        }
    }

    /// A flow that waits for the callback of `pending`, begun perhaps by another process. `setup.data` and
    /// `setup.scope` come from `pending`.
    ///
    /// # Errors
    /// When `pending` was not written by a flow.
    pub fn resume(definition: &'d Definition, pending: &PendingAuthorization, setup: Setup) -> Result<Self, RunError> {
        pending::resume(definition, pending, setup)
    }

    /// Tells the flow what happened; answers what is to be done, in order.
    pub fn step(&mut self, event: Event, host: &dyn Host) -> Vec<Action> {
        let state = std::mem::replace(&mut self.state, State::Finished);
        match (state, event) {
            // Also after the last request: what was to be saved is asked for together with the end.
            (_, Event::SaveFailed { message }) => self.fail(RunError::new(ErrorType::RuntimeError, message)),
            (State::Finished, _) => Vec::new(),
            (_, Event::Cancelled) => {
                let message = "the run was interrupted before it was over, so nothing was saved";
                self.fail(RunError::new(ErrorType::ExecutionInterruptedError, message))
            }
            (_, Event::OutOfTime { limit_ms }) => {
                let message = format!(
                    "the run was stopped because it takes longer than {} s, waiting for the browser not counted; a `repeat` \
                     that never ends, or many slow answers, may be why",
                    limit_ms / 1000
                );
                self.fail(RunError::new(ErrorType::LimitExceeded, message))
            }
            (State::Ready, Event::Start) => self.advance(host),
            (State::Requesting(sent), Event::Response { response, duration_ms }) => {
                self.answered(sent, response, duration_ms, host)
            }
            (State::Requesting(_), Event::TransportFailed { error, duration_ms }) => {
                self.unanswered(&error, duration_ms, host)
            }
            (State::Pausing(next), Event::Slept) => self.send_again(next, host),
            (State::Waiting, Event::Callback { query }) => self.called_back(&query, host),
            (State::Waiting, Event::CallbackTimeout) => {
                let error = self.nobody_came_back();
                self.fail(error)
            }
            (state, _) => {
                self.state = state;
                Vec::new()
            }
        }
    }

    /// What was done so far.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What was done, taken out.
    pub fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// The authorization page, once its address is known.
    pub fn authorization(&self) -> Option<&AuthorizationReport> {
        self.authorization.as_ref()
    }

    /// The connection as it stands: what would be saved now.
    pub fn connection(&self) -> ConnectionState {
        ConnectionState { data: self.context.data_json(), ..self.connection.clone() }
    }

    /// Hands `data` and `temp` to whoever learns secrets.
    pub(crate) fn learn(&self, learn: impl Fn(&serde_json::Map<String, serde_json::Value>)) {
        for value in [self.context.data_json().into(), self.context.temp().to_json()] {
            if let serde_json::Value::Object(members) = value {
                learn(&members);
            }
        }
    }

    /// The definition walked.
    pub fn definition(&self) -> &'d Definition {
        self.definition
    }

    /// Goes on until something has to be waited for.
    fn advance(&mut self, host: &dyn Host) -> Vec<Action> {
        while let Some(stage) = self.stages.front().cloned() {
            if stage.request().is_some() {
                match self.listed(&stage) {
                    Listed::Runs => {}
                    Listed::Refused(error) => return self.fail(*error),
                    Listed::Over => {
                        self.leave();
                        continue;
                    }
                }
            }
            let next = match (stage.request(), stage.call()) {
                (_, Some(call)) => self.call(&stage, call, host),
                (None, None) => {
                    self.leave();
                    continue;
                }
                (Some(request), None) if stage.redirects() => self.redirect(&stage, request, host),
                (Some(request), None) => self.prepare(&stage, request, 0, host),
            };
            match next {
                Ok(Some(actions)) => return actions,
                Ok(None) => self.next_request(),
                Err(error) => return self.fail(error),
            }
        }
        match self.verified() {
            Ok(()) => self.finish(),
            Err(error) => self.fail(error),
        }
    }

    fn next_request(&mut self) {
        if let Some(stage) = self.stages.front_mut() {
            stage.index += 1;
        }
    }

    /// A block is over: the next one begins with the variables its phase may see.
    fn leave(&mut self) {
        self.stages.pop_front();
        if let Some(next) = self.stages.front() {
            self.context.enter(next.phase());
        }
    }

    fn finish(&mut self) -> Vec<Action> {
        self.state = State::Finished;
        let save = match self.entry {
            Entry::Invalidate => Some(Save::Invalidated),
            _ if self.entry.saves(self.outcome) => Some(Save::Connection(Box::new(self.connection()))),
            _ => None,
        };
        save.map(Action::Save).into_iter().chain([Action::Finish(Ok(self.outcome))]).collect()
    }

    /// Ends the flow; an error without a place gets that of the request it happened in.
    fn fail(&mut self, mut error: RunError) -> Vec<Action> {
        self.state = State::Finished;
        if let Some(stage) = self.stages.front() {
            if error.block.is_empty() {
                error = error.in_block(stage.phase().block(), stage.index);
            }
            error.place = error.place.or_else(|| stage_place(stage));
        }
        vec![Action::Finish(Err(Box::new(error)))]
    }
}

/// Where a stage stands.
fn stage_place(stage: &Stage<'_>) -> Option<Place> {
    match stage.call() {
        Some(manifest::Call::Page(url)) => Some(url.place),
        Some(manifest::Call::Item(item)) => Some(item.url.as_ref().map_or(item.place, |url| url.place)),
        None => stage.request().map(request_place),
    }
}

/// Where a request stands: its `url`, which is what a reader looks for, else the object.
fn request_place(request: &RequestBlock) -> Place {
    request.url.as_ref().map_or(request.place, |url| url.place)
}

impl std::fmt::Debug for Flow<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Flow")
            .field("entry", &self.entry)
            .field("state", &std::mem::discriminant(&self.state))
            .field("context", &self.context)
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}

/// Whether a person's browser takes part when a connection is made from `definition`.
pub fn needs_browser(definition: &Definition) -> bool {
    match definition.communication() {
        Communication::Basic(_) => false,
        Communication::OAuth2(blocks) => blocks.authorize.is_some(),
        Communication::OAuth1(_) => true,
        Communication::Manifest(manifest) => manifest.oauth.is_some(),
    }
}

fn collection(members: &serde_json::Map<String, serde_json::Value>) -> Collection {
    members.iter().map(|(name, value)| (name.as_str(), Value::from_json(value))).collect()
}
