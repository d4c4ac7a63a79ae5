//! The operations on connections, one file each: every one can be called alone and from another process, and
//! answers a [`Report`] whatever happens.

mod api;
mod begin;
mod connect;
mod handle_callback;
mod info;
mod invalidate;
mod outline;
mod reauthorize;
mod refresh;
mod request;
mod run;
mod token;

use connspec_diagnostics::Severity;
use connspec_exchange::TransportErrorKind;
use connspec_spec::Definition;
use connspec_store::{SavedConnection, StoreError};

use crate::drive::Drive;
use crate::flow::{ConnectionState, Entry, Event, Flow, Issuers, Redirects, Setup};
use crate::host::RunHost;
use crate::inputs::{learn, overlay};
use crate::keep::Create;
use crate::observer::Timeline;
use crate::report::{ConnectionReport, ErrorReport, Outcome, Report, Step};
use crate::runner::Runner;
use crate::{ErrorType, RunError};

pub(crate) use api::pattern_of_calls;
pub use outline::Skeleton;
pub use request::ApiRequest;
pub use run::{Choice, ManifestPart, ManifestRun};
pub use token::Credential;

/// What a walk of a flow came to.
pub(crate) struct Walk {
    pub(crate) result: Result<Outcome, RunError>,
    pub(crate) transport: Option<TransportErrorKind>,
    pub(crate) unsaved: bool,
    pub(crate) state: ConnectionState,
    pub(crate) steps: Vec<Step>,
    pub(crate) authorization: Option<crate::report::AuthorizationReport>,
}

impl Drive<'_> {
    /// Walks `flow` and keeps what it did.
    async fn walk(&self, mut flow: Flow<'_>, first: Event) -> Walk {
        let driven = self.run(&mut flow, first).await;
        let state = flow.connection();
        Walk {
            result: driven.result,
            transport: driven.transport,
            unsaved: driven.unsaved,
            state,
            authorization: flow.authorization().cloned(),
            steps: flow.into_steps(),
        }
    }
}

impl Runner {
    /// The first word of every operation: the runner it is performed with.
    fn begin(&self, operation: &'static str) -> Self {
        self.observer.observe(&Timeline::Started { operation });
        self.for_one_run()
    }

    /// The last word of every operation.
    fn end(&self, mut report: Report) -> Report {
        report.mapped_origins.clone_from(&self.mapped_origins);
        self.observer.observe(&Timeline::Finished(&report));
        report
    }

    pub(crate) fn report(&self, outcome: Outcome) -> Report {
        Report::new(outcome, self.secrets.clone())
    }

    /// A report of something that could not even be looked at.
    fn unexamined(&self, error: &StoreError) -> Report {
        let mut report = self.report(Outcome::Failed).failed(ErrorReport::new(ErrorType::RuntimeError, &error.message));
        report.examined = false;
        report
    }

    /// The connection `name`, to be used with a definition that can be read.
    async fn load(&self, definition: &Definition, name: &str) -> Result<SavedConnection, Box<Report>> {
        if let Err(error) = readable(definition) {
            let mut report = self.report(Outcome::Failed).failed(ErrorReport::of(&error, &definition.sources));
            report.examined = false;
            return Err(Box::new(report));
        }
        self.store.load(name).await.map_err(|error| Box::new(self.unexamined(&error)))
    }

    /// What a flow on a saved connection is given.
    fn setup_saved(&self, definition: &Definition, connection: &SavedConnection) -> Setup {
        let common = overlay(definition, &connection.common);
        learn(&self.secrets, definition, &connection.data, &common);
        Setup {
            data: connection.data.clone(),
            common,
            scope: connection.scope.clone(),
            redirects: self.redirects.clone().unwrap_or_else(|| saved_redirects(connection)),
            state: ConnectionState {
                data: serde_json::Map::new(),
                scope: connection.scope.clone(),
                uid: connection.uid.clone(),
                metadata: connection.metadata.clone(),
                expires: connection.expires,
            },
            compat: self.compat.clone(),
            secrets: self.secrets.clone(),
            issuers: self.known_issuers(),
        }
    }

    /// Issuers that are right besides the page's own: those handed in, and both ends of every mapped origin.
    fn known_issuers(&self) -> Issuers {
        Issuers { known: self.issuers.clone(), mapped: self.mapped_origins.clone() }
    }

    /// Puts a walk into a report; `name` is the name the connection is saved under.
    fn tell_walk(&self, mut report: Report, walk: Walk, name: Option<&str>, definition: &Definition) -> Report {
        report.steps.extend(walk.steps);
        report.authorization = walk.authorization.or(report.authorization);
        match walk.result {
            Ok(outcome) => {
                report.outcome = outcome;
                report.connection = Some(connection_report(name, &walk.state));
                report
            }
            Err(error) => {
                report.examined &= !walk.unsaved;
                report.failed(ErrorReport::of(&error, &definition.sources))
            }
        }
    }

    /// Shows in the report what could not be saved: it may be the only place left.
    fn tell_unsaved(&self, report: &mut Report, keeper: &Create<'_>) {
        if let Some(unsaved) = keeper.unsaved() {
            report.connection = Some(saved_report(unsaved));
        }
        if let Some(apart) = keeper.apart() {
            // The store did its part: the wrong account is at fault.
            report.connection = Some(saved_report(apart));
            report.examined = true;
        }
    }

    /// When the connection's tokens end and are refreshed.
    fn forecast(&self, definition: &Definition, setup: Setup, host: &RunHost) -> Option<crate::report::Expiry> {
        crate::flow::forecast(definition, setup, host)
    }
}

fn connection_report(name: Option<&str>, state: &ConnectionState) -> ConnectionReport {
    ConnectionReport {
        name: name.map(str::to_owned),
        data: state.data.clone(),
        scope: state.scope.clone(),
        uid: state.uid.clone(),
        metadata: state.metadata.clone(),
        expires: state.expires,
        needs_reauthorization: None,
    }
}

/// A saved connection as a report shows it.
pub(crate) fn saved_report(connection: &SavedConnection) -> ConnectionReport {
    ConnectionReport {
        name: Some(connection.name.clone()),
        data: connection.data.clone(),
        scope: connection.scope.clone(),
        uid: connection.uid.clone(),
        metadata: connection.metadata.clone(),
        expires: connection.expires,
        needs_reauthorization: connection.needs_reauthorization.clone(),
    }
}

/// The redirect address a connection was made with: some `refresh` blocks repeat it.
fn saved_redirects(connection: &SavedConnection) -> Redirects {
    connection
        .settings
        .get("redirectUri")
        .and_then(serde_json::Value::as_str)
        .map_or_else(Redirects::default, Redirects::same)
}

/// A communication section that could not be read would run as an empty one and accept any credentials.
fn readable(definition: &Definition) -> Result<(), RunError> {
    let part = &definition.parts.communication;
    if let Some(oauth) = definition.manifest().and_then(|manifest| manifest.oauth.as_ref())
        && (oauth.value.authenticate_url.is_none() || oauth.value.access_token.is_none())
    {
        let message = "`oauth` needs both `authenticate_url` and `access_token`; without them there is no connecting";
        return Err(RunError::new(ErrorType::DefinitionError, message).at(oauth.key));
    }
    if part.node.is_some() {
        return Ok(());
    }
    let broken = definition.findings.iter().find(|finding| finding.severity == Severity::Error);
    let why = broken.map_or_else(|| "its file is missing or empty".to_owned(), |finding| finding.message.clone());
    let message = format!("the communication section `{}` cannot be read: {why}", part.path);
    let error = RunError::new(ErrorType::DefinitionError, message);
    Err(match broken.and_then(|finding| finding.place) {
        Some(place) => error.at(place),
        None => error,
    })
}

/// Which entry renews a connection.
fn renewal(force: bool) -> Entry {
    if force { Entry::Refresh } else { Entry::Validate }
}
