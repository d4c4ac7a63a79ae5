//! `connect`: the whole of a new connection, in one process.

use connspec_spec::Definition;

use crate::callback::CallbackSource;
use crate::drive::Drive;
use crate::flow::{ConnectionState, Entry, Event, Flow, Redirects, Setup, needs_browser, requested};
use crate::inputs::{Inputs, Target, learn};
use crate::keep::{Create, Creation, check_free, check_writable};
use crate::report::{ErrorReport, Outcome, Report};
use crate::runner::Runner;
use crate::{ErrorType, RunError};

impl Runner {
    /// Makes a connection: `preauthorize → authorize → (browser) → token → info`, or what the definition has of
    /// it, and saves it under `target.name`.
    pub async fn connect(
        &self,
        definition: &Definition,
        target: &Target,
        inputs: &Inputs,
        callbacks: &dyn CallbackSource,
    ) -> Report {
        let run = self.begin("connect");
        let redirects = run.redirects_with(callbacks.redirect_uri());
        let report = run.make(definition, target, inputs, redirects, Entry::Connect, Some(callbacks)).await;
        run.end(report)
    }

    /// Makes a connection, or begins to.
    pub(super) async fn make(
        &self,
        definition: &Definition,
        target: &Target,
        inputs: &Inputs,
        redirects: Redirects,
        entry: Entry,
        callbacks: Option<&dyn CallbackSource>,
    ) -> Report {
        if let Err(error) = check_free(self.store.as_ref(), target).await {
            return self.unexamined(&error);
        }
        if let Err(error) = super::readable(definition).and_then(|()| needs_address(definition, &redirects)) {
            let mut report = self.report(Outcome::Failed).failed(ErrorReport::of(&error, &definition.sources));
            report.examined = false;
            return report;
        }
        if let Err(error) = check_writable(self, target).await {
            return self.unexamined(&error);
        }
        let host = self.host();
        let mut target = target.clone();
        if needs_browser(definition) {
            target.settings.insert("redirectUri".to_owned(), redirects.local.clone().into());
        }
        let setup = self.setup_new(definition, inputs, redirects);
        let creation = Creation { target: target.clone(), common: inputs.common.clone(), again: false };
        let keeper = Create::new(self, creation, definition);
        let drive = Drive { runner: self, host: &host, keeper: &keeper, callbacks, interruptible: true };
        let walk = drive.walk(Flow::new(definition, entry, setup.clone()), Event::Start).await;
        let state = walk.state.clone();
        let mut report = self.tell_walk(self.report(Outcome::Connected), walk, keeper.saved_as(), definition);
        self.tell_unsaved(&mut report, &keeper);
        self.add_future(&mut report, definition, Setup { data: state.data.clone(), state, ..setup }, &host);
        report
    }

    /// Adds to a successful report when its tokens end.
    pub(super) fn add_future(&self, report: &mut Report, definition: &Definition, setup: Setup, host: &crate::RunHost) {
        if report.outcome == Outcome::AwaitingCallback {
            report.connection = None;
        } else if report.succeeded() {
            report.expiry = self.forecast(definition, setup, host);
        }
    }

    /// What the flow of a new connection is given.
    pub(super) fn setup_new(&self, definition: &Definition, inputs: &Inputs, redirects: Redirects) -> Setup {
        let (data, common) = (inputs.data(definition), inputs.common(definition));
        learn(&self.secrets, definition, &data, &common);
        let own: Vec<String> = definition.default_scope.iter().map(|scope| scope.name.clone()).collect();
        let scope = requested([own.as_slice(), inputs.scope.as_slice()]);
        let state = ConnectionState { scope: scope.clone(), ..ConnectionState::default() };
        Setup {
            data,
            common,
            scope,
            redirects,
            state,
            compat: self.compat.clone(),
            secrets: self.secrets.clone(),
            issuers: self.known_issuers(),
        }
    }

    /// The redirect addresses: those set on the runner, else the callback source's own.
    pub(crate) fn redirects_with(&self, source: Option<String>) -> Redirects {
        let own = || source.as_deref().map(Redirects::same).unwrap_or_default();
        self.redirects.clone().unwrap_or_else(own)
    }
}

/// A browser needs an address to come back to.
pub(super) fn needs_address(definition: &Definition, redirects: &Redirects) -> Result<(), RunError> {
    if !needs_browser(definition) || !redirects.local.is_empty() {
        return Ok(());
    }
    Err(RunError::new(
        ErrorType::InvalidConfigurationError,
        "this definition needs a browser, and there is no redirect URI it could come back to; listen for the callback, \
         or name the address registered with the provider (`--redirect-uri`)",
    ))
}
