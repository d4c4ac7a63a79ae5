//! `authorize`: sending the person to the provider's page (connection.md §4.2, §11).

use connspec_iml::Host;
use connspec_spec::compat::CallbackPath;
use connspec_spec::{Communication, RequestBlock};
use connspec_store::PENDING_LIFETIME_MILLIS;

use super::pending::{self, Waiting};
use super::plan::Stage;
use super::{Action, Entry, Flow, Save, State};
use crate::callback::{CALLBACK_PATH, callback_path};
use crate::report::{AuthorizationReport, Outcome, Step};
use crate::request::address;
use crate::secrets::sanitize_paths;
use crate::{Decisions, ErrorType, RunError};

impl<'d> Flow<'d> {
    /// Builds the address and waits, or leaves the waiting to another process.
    pub(super) fn redirect(
        &mut self,
        stage: &Stage<'d>,
        request: &'d RequestBlock,
        host: &dyn Host,
    ) -> Result<Option<Vec<Action>>, RunError> {
        let now = host.now().millis;
        let state = self.is_oauth2().then(|| random_state(host));
        let mut decisions = Decisions::new();
        self.note_list(stage, &mut decisions);
        self.note_callback_path(&mut decisions);
        let environment = environment!(self, stage, host);
        let built = address(request, &mut self.context, &environment, state.as_deref(), &mut decisions);
        let mut step = Step::begin(stage.phase().block(), stage.index, now);
        step.sanitize = sanitize_paths(request);
        step.decisions = decisions.into_vec();
        let redirect = match built {
            Ok(redirect) => redirect,
            Err(error) => {
                step.skipped = true;
                step.failure = Some(error.message.clone());
                self.steps.push(step);
                return Err(error);
            }
        };
        step.request = Some(connspec_exchange::Request::get(&redirect.url).with_label("authorize", stage.index));
        self.steps.push(step);
        let key = match redirect.state {
            Some(state) => state,
            None => query_value(&redirect.url, "oauth_token").ok_or_else(|| no_request_token(stage))?,
        };
        self.secrets.learn("state", &key);
        let redirect_uri = query_value(&redirect.url, "redirect_uri").unwrap_or_else(|| self.redirects.local.clone());
        let scope = self.context.oauth().scope.clone();
        self.connection.scope.clone_from(&scope);
        self.authorization =
            Some(AuthorizationReport { url: redirect.url.clone(), redirect_uri, scope, state: key.clone() });
        let waiting = Waiting { key, expires: now.saturating_add(PENDING_LIFETIME_MILLIS), url: redirect.url.clone() };
        Ok(Some(self.wait(waiting, redirect.url, now)))
    }

    pub(super) fn wait(&mut self, waiting: Waiting, url: String, now: i64) -> Vec<Action> {
        if self.entry == Entry::Begin {
            self.state = State::Finished;
            let pending = pending::write(self, &waiting, now);
            let save = Action::Save(Save::Pending(Box::new(pending)));
            return vec![save, Action::Redirect { url }, Action::Finish(Ok(Outcome::AwaitingCallback))];
        }
        self.state = State::Waiting;
        self.waiting = Some(waiting);
        vec![Action::Redirect { url }, Action::AwaitCallback]
    }

    /// Says where the browser comes back to when that is not the usual path.
    fn note_callback_path(&self, decisions: &mut Decisions) {
        let path = callback_path(self.definition, &self.compat);
        if path != CALLBACK_PATH && self.redirects.local.ends_with(&path) {
            decisions.switched(CallbackPath::SWITCH.key, "oauth.localRedirectUri", format!("ends in {path}"));
        }
    }

    pub(super) fn is_oauth2(&self) -> bool {
        matches!(self.definition.communication(), Communication::OAuth2(_) | Communication::Manifest(_))
    }
}

/// 12 random bytes as 24 hexadecimal digits (connection.md §4.2).
pub(super) fn random_state(host: &dyn Host) -> String {
    (0..12).map(|_| format!("{:02x}", (host.random() * 256.0) as u8)).collect()
}

fn no_request_token(stage: &Stage<'_>) -> RunError {
    RunError::new(
        ErrorType::DefinitionError,
        "the authorization address has no `oauth_token`, so the provider cannot tell which request it answers; give \
         `authorize` an `oauth` with `token`, such as `{{temp.token}}`",
    )
    .in_block(stage.phase().block(), stage.index)
}

/// The first value of `name` in the query of `url`.
pub(super) fn query_value(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
