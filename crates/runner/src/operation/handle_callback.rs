//! `handle_callback`: from the browser's return to the end, in any process that shares the store.

use std::sync::Arc;

use connspec_spec::Definition;
use connspec_store::{DefinitionReference, PendingAuthorization, StoreError, StoreErrorKind};
use serde_json::{Map, Value};

use super::Walk;
use crate::callback::CallbackQuery;
use crate::drive::Drive;
use crate::flow::{ConnectionState, Event, Flow, Redirects, Setup, callback_key};
use crate::inputs::{Target, learn, overlay};
use crate::keep::{Create, Creation};
use crate::report::{ErrorReport, Outcome, Report};
use crate::runner::Runner;
use crate::{ErrorType, RunError};

impl Runner {
    /// Answers the callback of [`Runner::begin_authorization`]. `find` knows the definitions. Each authorization is
    /// answered once; a callback that belongs to none is refused and changes nothing.
    pub async fn handle_callback(
        &self,
        find: impl FnOnce(&DefinitionReference) -> Option<Arc<Definition>>,
        query: &CallbackQuery,
    ) -> Report {
        let run = self.begin("handleCallback");
        let report = match run.claim(query).await {
            Ok(pending) => run.go_on(find, pending, query).await,
            Err(report) => *report,
        };
        run.end(report)
    }

    /// Takes the authorization a callback belongs to.
    async fn claim(&self, query: &CallbackQuery) -> Result<PendingAuthorization, Box<Report>> {
        let refused = |error: RunError| {
            let sources = connspec_diagnostics::SourceMap::new();
            Box::new(self.report(Outcome::Failed).failed(ErrorReport::of(&error, &sources)))
        };
        let key = callback_key(query).map_err(|reason| refused(RunError::new(ErrorType::StateMismatch, reason)))?;
        self.secrets.learn("state", &key);
        match self.store.take_pending(&key, self.clock.now()).await {
            Ok(pending) => Ok(pending),
            Err(error) if matches!(error.kind, StoreErrorKind::NotFound | StoreErrorKind::Expired) => {
                Err(refused(RunError::new(ErrorType::StateMismatch, error.message)))
            }
            Err(error) => Err(Box::new(self.unexamined(&error))),
        }
    }

    async fn go_on(
        &self,
        find: impl FnOnce(&DefinitionReference) -> Option<Arc<Definition>>,
        pending: PendingAuthorization,
        query: &CallbackQuery,
    ) -> Report {
        let Some(definition) = find(&pending.definition) else {
            // The attempt is not at fault: whoever knows the definition may still answer it.
            let spec = pending.definition.spec.clone();
            let returned = self.store.put_pending(&pending).await;
            let error = returned.err().unwrap_or_else(|| {
                let message = format!("the definition `{spec}` this callback belongs to is not known here");
                StoreError::new(StoreErrorKind::NotFound, message)
            });
            return self.unexamined(&error);
        };
        let creation = creation_of(&pending);
        let setup = self.setup_pending(&definition, &pending);
        let host = self.host();
        let flow = match Flow::resume(&definition, &pending, setup.clone()) {
            Ok(flow) => flow,
            Err(error) => {
                // A definition that changed does not spoil the attempt: with the old one it may still be answered.
                if error.kind == ErrorType::DefinitionError
                    && let Err(error) = self.store.put_pending(&pending).await
                {
                    return self.unexamined(&error);
                }
                return self.report(Outcome::Failed).failed(ErrorReport::of(&error, &definition.sources));
            }
        };
        let keeper = Create::new(self, creation, &definition);
        let drive = Drive { runner: self, host: &host, keeper: &keeper, callbacks: None, interruptible: true };
        let walk: Walk = drive.walk(flow, Event::Callback { query: query.clone() }).await;
        let state = walk.state.clone();
        let mut report = self.tell_walk(self.report(Outcome::Connected), walk, keeper.saved_as(), &definition);
        self.tell_unsaved(&mut report, &keeper);
        self.add_future(&mut report, &definition, Setup { data: state.data.clone(), state, ..setup }, &host);
        report
    }

    fn setup_pending(&self, definition: &Definition, pending: &PendingAuthorization) -> Setup {
        let common = overlay(definition, &pending.common);
        learn(&self.secrets, definition, &pending.data, &common);
        crate::report::learn_by_name(&self.secrets, &pending.temp);
        Setup {
            data: pending.data.clone(),
            common,
            scope: pending.scope.clone(),
            redirects: Redirects::same(&pending.redirect_uri),
            state: ConnectionState { scope: pending.scope.clone(), ..ConnectionState::default() },
            compat: self.compat.clone(),
            secrets: self.secrets.clone(),
            issuers: self.known_issuers(),
        }
    }
}

/// What the connection is to be saved as, from what was written beside the flow.
fn creation_of(pending: &PendingAuthorization) -> Creation {
    let flag = |name: &str| pending.flow.get(name).and_then(Value::as_bool).unwrap_or(false);
    let settings = pending.flow.get("settings").and_then(Value::as_object).cloned().unwrap_or_else(Map::new);
    Creation {
        target: Target {
            name: (!pending.name.is_empty()).then(|| pending.name.clone()),
            definition: pending.definition.clone(),
            named_after_account: flag("namedAfterAccount"),
            replace: flag("replace"),
            settings,
        },
        common: pending.common.clone(),
        again: flag("again"),
    }
}
