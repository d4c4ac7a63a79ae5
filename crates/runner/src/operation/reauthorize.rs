//! `reauthorize` and `extend_scope`: the person authorizes a saved connection again (connection.md §8, §9).

use connspec_spec::Definition;
use connspec_store::SavedConnection;

use super::connect::needs_address;
use crate::callback::CallbackSource;
use crate::drive::Drive;
use crate::flow::{Entry, Event, Flow, Setup, needs_browser, requested};
use crate::inputs::Target;
use crate::keep::{Create, Creation, check_writable};
use crate::report::{ErrorReport, Outcome, Report};
use crate::runner::Runner;

impl Runner {
    /// Authorizes the saved connection `name` again with the scopes it has; the record stays the same one.
    pub async fn reauthorize(&self, definition: &Definition, name: &str, callbacks: &dyn CallbackSource) -> Report {
        let run = self.begin("reauthorize");
        let report = run.authorize_again(definition, name, &[], Some(callbacks)).await;
        run.end(report)
    }

    /// As [`Runner::reauthorize`], asking for `scope` besides.
    pub async fn extend_scope(
        &self,
        definition: &Definition,
        name: &str,
        scope: &[String],
        callbacks: &dyn CallbackSource,
    ) -> Report {
        let run = self.begin("extendScope");
        let report = run.authorize_again(definition, name, scope, Some(callbacks)).await;
        run.end(report)
    }

    /// As [`Runner::extend_scope`], leaving the callback to [`Runner::handle_callback`], perhaps in another process.
    /// The runner must know its redirect URI ([`Runner::with_redirects`]).
    pub async fn begin_reauthorization(&self, definition: &Definition, name: &str, scope: &[String]) -> Report {
        let run = self.begin("beginReauthorization");
        let report = run.authorize_again(definition, name, scope, None).await;
        run.end(report)
    }

    async fn authorize_again(
        &self,
        definition: &Definition,
        name: &str,
        further: &[String],
        callbacks: Option<&dyn CallbackSource>,
    ) -> Report {
        let saved = match self.load(definition, name).await {
            Ok(saved) => saved,
            Err(report) => return *report,
        };
        let redirects = self.redirects_with(callbacks.and_then(CallbackSource::redirect_uri));
        if let Err(error) = needs_address(definition, &redirects) {
            return self.report(Outcome::Failed).failed(ErrorReport::of(&error, &definition.sources));
        }
        let again = again(&saved);
        if let Err(error) = check_writable(self, &again.target).await {
            return self.unexamined(&error);
        }
        let host = self.host();
        let own: Vec<String> = definition.default_scope.iter().map(|scope| scope.name.clone()).collect();
        let stored = if saved.scope.is_empty() { own } else { saved.scope.clone() };
        let scope = requested([stored.as_slice(), further]);
        let setup = Setup { scope, redirects, ..self.setup_saved(definition, &saved) };
        let keeper = Create::new(self, again, definition);
        let drive = Drive { runner: self, host: &host, keeper: &keeper, callbacks, interruptible: true };
        let entry = if callbacks.is_none() && needs_browser(definition) { Entry::Begin } else { Entry::Connect };
        let walk = drive.walk(Flow::new(definition, entry, setup.clone()), Event::Start).await;
        let state = walk.state.clone();
        let mut report = self.tell_walk(self.report(Outcome::Connected), walk, Some(name), definition);
        self.tell_unsaved(&mut report, &keeper);
        self.add_future(&mut report, definition, Setup { data: state.data.clone(), state, ..setup }, &host);
        report
    }
}

fn again(saved: &SavedConnection) -> Creation {
    let target = Target {
        name: Some(saved.name.clone()),
        definition: saved.definition.clone(),
        settings: saved.settings.clone(),
        ..Target::default()
    };
    Creation { target, common: saved.common.clone(), again: true }
}
