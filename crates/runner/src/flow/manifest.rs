//! Integration manifests in the same machine: `authenticate_url` is `authorize`, `access_token` is `token`, `refresh`
//! is `refresh` (chiefonboarding.md §3).

use connspec_exchange::Response;
use connspec_iml::{Host, Value};
use connspec_spec::Directive;
use connspec_spec::dialect::{Item, Manifest, Template};

use super::authorize::{query_value, random_state};
use super::pending::Waiting;
use super::plan::{ConditionRule, Entry, Stage};
use super::{Action, Flow, InFlight, State};
use crate::manifest::{is_due, page, prepare, read_tokens};
use crate::report::{AuthorizationReport, Step};
use crate::{Decisions, Phase, RunError};

/// What a stage of a manifest does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Call<'d> {
    /// Sends the browser to `authenticate_url`.
    Page(&'d Directive<Template>),
    /// Sends a request.
    Item(&'d Item),
}

/// The stages of each entry. A manifest without `oauth` has nothing to exchange: its answers are the connection.
pub(super) fn stages(manifest: &Manifest, entry: Entry) -> Vec<Stage<'_>> {
    let Some(oauth) = manifest.oauth.as_ref().map(|oauth| &oauth.value) else { return Vec::new() };
    let refresh = oauth.refresh.iter().map(|item| Stage::of_manifest(Phase::Refresh, Call::Item(item)));
    match entry {
        Entry::Connect | Entry::Begin | Entry::Callback => {
            let page = oauth.authenticate_url.iter().map(|url| Stage::of_manifest(Phase::Authorize, Call::Page(url)));
            let token = oauth.access_token.iter().map(|item| Stage::of_manifest(Phase::Token, Call::Item(item)));
            page.chain(token).collect()
        }
        Entry::Validate => refresh.collect(),
        Entry::Refresh => refresh.map(|stage| stage.with_condition(ConditionRule::Forced)).collect(),
        Entry::Test | Entry::Invalidate => Vec::new(),
    }
}

impl<'d> Flow<'d> {
    /// The manifest walked.
    pub(super) fn manifest(&self) -> Option<&'d Manifest> {
        self.definition.manifest()
    }

    /// Begins a stage of a manifest. `None`: nothing is sent, the flow goes on.
    pub(super) fn call(
        &mut self,
        stage: &Stage<'d>,
        call: Call<'d>,
        host: &dyn Host,
    ) -> Result<Option<Vec<Action>>, RunError> {
        match call {
            Call::Page(url) => self.open_page(stage, url, host),
            Call::Item(item) => self.send_item(stage, item, host),
        }
    }

    fn open_page(
        &mut self,
        stage: &Stage<'d>,
        url: &'d Directive<Template>,
        host: &dyn Host,
    ) -> Result<Option<Vec<Action>>, RunError> {
        let now = host.now().millis;
        let key = random_state(host);
        let mut decisions = Decisions::new();
        let mut step = Step::begin(stage.phase().block(), 0, now);
        let address = page(self.definition, url, self.context.variables(), &key, &self.compat, &mut decisions);
        step.decisions = decisions.into_vec();
        let address = match address {
            Ok(address) => address,
            Err(error) => {
                step.skipped = true;
                step.failure = Some(error.message.clone());
                self.steps.push(step);
                return Err(error);
            }
        };
        step.request = Some(connspec_exchange::Request::get(&address).with_label("authorize", 0));
        self.steps.push(step);
        self.secrets.learn("state", &key);
        let redirect_uri = query_value(&address, "redirect_uri").unwrap_or_else(|| self.redirects.local.clone());
        let scope = self.context.oauth().scope.clone();
        self.authorization =
            Some(AuthorizationReport { url: address.clone(), redirect_uri, scope, state: key.clone() });
        let expires = now.saturating_add(connspec_store::PENDING_LIFETIME_MILLIS);
        let waiting = Waiting { key, expires, url: address.clone() };
        Ok(Some(self.wait(waiting, address, now)))
    }

    fn send_item(
        &mut self,
        stage: &Stage<'d>,
        item: &'d Item,
        host: &dyn Host,
    ) -> Result<Option<Vec<Action>>, RunError> {
        let Some(manifest) = self.manifest() else { return Ok(None) };
        let started = host.now().millis;
        let mut decisions = Decisions::new();
        let mut step = Step::begin(stage.phase().block(), stage.index, started);
        if stage.phase() == Phase::Refresh && stage.condition != ConditionRule::Forced {
            if !is_due(&self.context.variables().extra_args, started) {
                decisions.note("oauth.refresh", "not due: the token has not ended, or its answer had no `expires_in`");
                step.skipped = true;
                step.decisions = decisions.into_vec();
                self.steps.push(step);
                return Ok(None);
            }
            decisions.note("oauth.refresh", "due: the seconds of `expires_in` are over");
        }
        let code = self.code_to_append(stage, manifest);
        let variables = self.context.variables();
        let prepared =
            prepare(self.definition, manifest, item, variables, code.as_deref(), &self.compat, &mut decisions);
        step.decisions = decisions.into_vec();
        match prepared {
            Ok(request) => {
                let request = Box::new(request.with_label(stage.phase().block(), stage.index));
                crate::report::learn_by_name(&self.secrets, &self.context.data_json());
                crate::report::learn_sent(&self.secrets, &request);
                step.request = Some((*request).clone());
                self.steps.push(step);
                self.state = State::Requesting(InFlight { runs: 1 });
                Ok(Some(vec![Action::Send(request)]))
            }
            Err(error) => {
                step.skipped = true;
                step.failure = Some(error.message.clone());
                self.steps.push(step);
                Err(error)
            }
        }
    }

    /// The code of the callback, where the exchange appends one.
    fn code_to_append(&self, stage: &Stage<'d>, manifest: &Manifest) -> Option<String> {
        let without = manifest.oauth.as_ref().is_some_and(|oauth| oauth.value.is_without_code());
        if stage.phase() != Phase::Token || without {
            return None;
        }
        let Value::Collection(query) = self.context.query() else { return None };
        query.get("code").and_then(Value::as_text).map(str::to_owned)
    }

    /// The answer to an item is here.
    pub(super) fn item_answered(
        &mut self,
        stage: &Stage<'d>,
        item: &'d Item,
        response: Response,
        duration_ms: u64,
        host: &dyn Host,
    ) -> Vec<Action> {
        let now = host.now().millis;
        let mut decisions = Decisions::new();
        let merge = stage.phase() == Phase::Refresh;
        let compat = self.compat.clone();
        let secrets = self.secrets.clone();
        let variables = self.context.variables_mut();
        let read = read_tokens(item, &response, variables, merge, now, &compat, &secrets, &mut decisions);
        self.close_step(Some(response.clone()), duration_ms, decisions, read.as_ref().err());
        match read {
            Err(error) => {
                let error = self.explain(error, &response);
                self.fail(error)
            }
            Ok(()) => {
                self.outcome = self.entry.outcome_after_answer();
                self.next_request();
                self.advance(host)
            }
        }
    }

    /// An item told instead of sent, with a placeholder for the tokens it would bring.
    pub(super) fn pretend_tokens(&mut self) {
        let tokens = serde_json::json!({"access_token": "«accessToken#1»", "refresh_token": "«refreshToken#1»"});
        self.context.variables_mut().extra_args.insert("oauth".to_owned(), tokens);
    }
}
