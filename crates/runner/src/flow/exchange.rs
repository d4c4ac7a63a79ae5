//! One request of a block: built, answered, repeated.

use connspec_exchange::{Response, TransportError};
use connspec_iml::Host;
use connspec_spec::RequestBlock;
use connspec_spec::compat::ExpiresUndefined;

use super::manifest::Call;
use super::plan::{ConditionRule, Stage};
use super::{Action, Flow, InFlight, State, invalidate, scope};
use crate::report::Step;
use crate::request::{Prepared, again, prepare};
use crate::response::{Effects, interpret, transport_error};
use crate::secrets::sanitize_paths;
use crate::{Decisions, ErrorType, Phase, RunError};

impl<'d> Flow<'d> {
    /// Builds a request of `stage`. `None`: nothing is sent, the flow goes on.
    pub(super) fn prepare(
        &mut self,
        stage: &Stage<'d>,
        request: &'d RequestBlock,
        runs: u32,
        host: &dyn Host,
    ) -> Result<Option<Vec<Action>>, RunError> {
        let mut decisions = Decisions::new();
        let started = host.now().millis;
        self.note_list(stage, &mut decisions);
        if let Some(reason) = self.withheld(stage, request, &mut decisions) {
            self.note_skipped(stage, request, decisions, started, reason);
            return Ok(None);
        }
        let unconditional;
        let request = if stage.condition == ConditionRule::Forced && request.condition.is_some() {
            decisions.note("condition", "not asked: the run was forced");
            unconditional = RequestBlock { condition: None, ..request.clone() };
            &unconditional
        } else {
            request
        };
        let environment = environment!(self, stage, host);
        let prepared = prepare(request, &mut self.context, &environment, &mut decisions);
        let mut step = Step::begin(stage.phase().block(), stage.index, started);
        step.sanitize = sanitize_paths(request);
        step.decisions = decisions.into_vec();
        match prepared {
            Ok(Prepared::Send(sent)) => {
                if runs == 0 && self.other_is_due(stage, host) {
                    step.decisions.push(self.first_of_both(stage));
                }
                step.request = Some((*sent).clone());
                self.steps.push(step);
                self.state = State::Requesting(InFlight { runs: runs + 1 });
                Ok(Some(vec![Action::Send(sent)]))
            }
            Ok(unsent @ (Prepared::Skipped | Prepared::NoUrl)) => {
                if unsent == Prepared::Skipped && stage.phase() == Phase::Basic {
                    self.unverified = self.unverified.or(request.condition.as_ref().map(|condition| condition.place));
                }
                step.skipped = true;
                self.steps.push(step);
                Ok(None)
            }
            Err(error) => {
                step.skipped = true;
                step.failure = Some(error.message.clone());
                self.steps.push(step);
                Err(error)
            }
        }
    }

    /// Why a block without `condition` does not run, where its absence counts (connection.md §5).
    fn withheld(&self, stage: &Stage<'d>, request: &RequestBlock, decisions: &mut Decisions) -> Option<&'static str> {
        if request.condition.is_some() {
            return None;
        }
        match stage.condition {
            ConditionRule::Required if self.creates() => {
                let text = "`token` without `authorize` needs a `condition`: there is none, so it was not sent and \
                            there is no access token; write \
                            `{{if(data.accessToken, data.expires < addMinutes(now, 1), true)}}`";
                decisions.switched("tokenCondition", "condition", text);
                Some(text)
            }
            ConditionRule::Required => {
                let text = "`token` has no `condition`, so only creating the connection runs it";
                decisions.note("condition", text);
                Some(text)
            }
            ConditionRule::Lenient => {
                let text = "`token` without `authorize` has no `condition`; it was sent once, at creation";
                decisions.switched("tokenCondition", "condition", text);
                None
            }
            ConditionRule::Asked | ConditionRule::Forced => None,
        }
    }

    fn note_skipped(
        &mut self,
        stage: &Stage<'d>,
        request: &RequestBlock,
        decisions: Decisions,
        started: i64,
        _reason: &str,
    ) {
        let mut step = Step::begin(stage.phase().block(), stage.index, started);
        step.sanitize = sanitize_paths(request);
        step.skipped = true;
        step.decisions = decisions.into_vec();
        self.steps.push(step);
    }

    /// The answer is here.
    pub(super) fn answered(
        &mut self,
        sent: InFlight,
        response: Response,
        duration_ms: u64,
        host: &dyn Host,
    ) -> Vec<Action> {
        let Some(stage) = self.stages.front().cloned() else { return self.finish() };
        if let Some(Call::Item(item)) = stage.call() {
            return self.item_answered(&stage, item, response, duration_ms, host);
        }
        let Some(request) = stage.request() else { return self.finish() };
        let mut decisions = Decisions::new();
        if response.repeated {
            decisions.note("url", "the TLS handshake was refused with an alert, so the request was sent once more");
        }
        let environment = environment!(self, stage, host);
        let effects = interpret(request, Ok(&response), &mut self.context, &environment, &mut decisions);
        let repeat = match &effects {
            Ok(_) => again(request, &mut self.context, &environment, sent.runs, &mut decisions),
            Err(_) => Ok(None),
        };
        let gone = effects.is_err() && stage.phase() == Phase::Invalidate && invalidate::is_gone_already(&response);
        if gone {
            decisions.note("response", "the provider does not know this token any more, so nothing is left to give up");
        }
        if let Ok(effects) = &effects {
            self.take(effects, &stage, request, &response, &mut decisions);
        }
        self.close_step(Some(response.clone()), duration_ms, decisions, effects.as_ref().err());
        match (effects, repeat) {
            (Err(error), _) if !gone => {
                let error = self.explain(error, &response);
                self.fail(error)
            }
            (_, Err(error)) => self.fail(error),
            (Ok(_), Ok(Some(millis))) => self.repeat(&stage, request, sent, millis, host),
            _ => {
                self.outcome = self.entry.outcome_after_answer();
                self.next_request();
                self.advance(host)
            }
        }
    }

    /// `repeat` asks for the same request once more.
    fn repeat(
        &mut self,
        stage: &Stage<'d>,
        request: &'d RequestBlock,
        sent: InFlight,
        millis: u64,
        host: &dyn Host,
    ) -> Vec<Action> {
        if millis > 0 {
            self.state = State::Pausing(sent);
            return vec![Action::Sleep { millis }];
        }
        self.run_again(stage, request, sent.runs, host)
    }

    /// The pause before a repetition is over.
    pub(super) fn send_again(&mut self, paused: InFlight, host: &dyn Host) -> Vec<Action> {
        let Some(stage) = self.stages.front().cloned() else { return self.finish() };
        let Some(request) = stage.request() else { return self.finish() };
        self.run_again(&stage, request, paused.runs, host)
    }

    fn run_again(&mut self, stage: &Stage<'d>, request: &'d RequestBlock, runs: u32, host: &dyn Host) -> Vec<Action> {
        match self.prepare(stage, request, runs, host) {
            Ok(Some(actions)) => actions,
            Ok(None) => {
                self.next_request();
                self.advance(host)
            }
            Err(error) => self.fail(error),
        }
    }

    /// There is no answer. The one repetition after a TLS alert is the transport's: only it knows that nothing had been
    /// sent yet (communication.md §8).
    pub(super) fn unanswered(&mut self, error: &TransportError, duration_ms: u64, host: &dyn Host) -> Vec<Action> {
        let mut decisions = Decisions::new();
        let Some(stage) = self.stages.front().cloned() else { return self.finish() };
        if stage.call().is_some() {
            let failed = RunError::new(transport_error(error), error.to_string());
            self.close_step(None, duration_ms, decisions, Some(&failed));
            return self.fail(failed);
        }
        let Some(request) = stage.request() else { return self.finish() };
        let environment = environment!(self, stage, host);
        let failed = match interpret(request, Err(error), &mut self.context, &environment, &mut decisions) {
            Err(failed) => failed,
            Ok(_) => RunError::new(ErrorType::ProviderUnreachable, error.to_string()),
        };
        self.close_step(None, duration_ms, decisions, Some(&failed));
        self.fail(failed)
    }

    pub(super) fn close_step(
        &mut self,
        response: Option<Response>,
        duration_ms: u64,
        decisions: Decisions,
        error: Option<&RunError>,
    ) {
        if let Some(step) = self.steps.last_mut() {
            step.response = response;
            step.duration_ms = Some(duration_ms);
            step.decisions.extend(decisions.into_vec());
            step.failure = error.map(|error| error.message.clone());
        }
    }

    /// Whether a new connection comes out of this flow.
    pub(super) fn creates(&self) -> bool {
        use super::Entry::{Begin, Callback, Connect};
        matches!(self.entry, Connect | Begin | Callback)
    }

    /// What an answer says about the connection record.
    fn take(
        &mut self,
        effects: &Effects,
        stage: &Stage<'d>,
        request: &RequestBlock,
        response: &Response,
        decisions: &mut Decisions,
    ) {
        if let Some(uid) = &effects.uid {
            self.connection.uid = Some(uid.clone());
        }
        if let Some(metadata) = &effects.metadata {
            self.connection.metadata = serde_json::to_value(metadata).ok();
        }
        if let Some(expires) = effects.expires {
            self.connection.expires = Some(expires);
        }
        if effects.expires_undefined && self.connection.expires.is_some() {
            let key = ExpiresUndefined::SWITCH.key;
            match self.compat.expires_undefined {
                ExpiresUndefined::Keep => {
                    decisions.switched(key, "response.expires", "came to nothing, so the deadline set before stays");
                }
                ExpiresUndefined::Remove => {
                    self.connection.expires = None;
                    decisions.switched(key, "response.expires", "came to nothing, so the deadline was removed");
                }
            }
        }
        if stage.phase() == Phase::Token {
            self.grant(effects, request, response, decisions);
        }
    }

    /// The scopes a token answer grants: `response.scope` where the definition reads them (connection.md §8).
    fn grant(&mut self, effects: &Effects, request: &RequestBlock, response: &Response, decisions: &mut Decisions) {
        let requested = self.context.oauth().scope.clone();
        let granted = effects.scope.clone().unwrap_or_default();
        if !granted.is_empty() {
            self.connection.scope.clone_from(&granted);
        }
        let reads = request.response.as_ref().is_some_and(|block| block.scope.is_some());
        let answered = if reads { granted } else { scope::in_answer(response) };
        let missing = scope::missing(&requested, &answered);
        if !answered.is_empty() && !missing.is_empty() {
            let text = format!("granted without {}: asked for, but not given", missing.join(", "));
            decisions.note("response.scope", text);
        }
    }
}
