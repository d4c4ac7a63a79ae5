//! `refresh` and `validate`: new tokens when they are due, by one task of one process at a time.

use std::sync::{Arc, Mutex, PoisonError};

use connspec_exchange::{BoxFuture, Clock, TransportErrorKind};
use connspec_spec::Definition;
use connspec_spec::compat::{InfoRuns, ResponseExpires};
use connspec_store::refresh::{
    RefreshClock, RefreshError, RefreshFailure, RefreshFailureKind, RefreshOptions, Refreshed, RefreshedBy, Updated,
};
use connspec_store::{HeldLease, SavedConnection, SingleFlight, reauthorize_command};

use super::{Walk, renewal, saved_report};
use crate::drive::Drive;
use crate::flow::{Event, Flow, access_token_end, can_renew, is_due};
use crate::host::RunHost;
use crate::inputs::{learn, overlay};
use crate::keep::Nowhere;
use crate::observer::{Observer, Timeline};
use crate::report::{ErrorReport, Outcome, Report, Step, moment};
use crate::runner::Runner;
use crate::unanswered::Sent;
use crate::{Decision, ErrorType, RunError};

/// How much a refresh is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urge {
    /// Where the definition's condition, or the caller's margin, asks for it.
    WhenDue,
    /// Whatever the condition says, but not against what an earlier failure forbids: the provider said that the
    /// credentials have ended.
    Now,
    /// Whatever anything says: a person insists.
    Insist,
}

impl Urge {
    /// Whether the condition is not asked.
    fn is_forced(self) -> bool {
        self != Self::WhenDue
    }
}

/// A saved connection after it was seen to.
pub(crate) struct Renewal {
    pub(crate) steps: Vec<Step>,
    pub(crate) result: Result<(SavedConnection, RefreshedBy), Box<Trouble>>,
}

/// Why there is no usable connection.
pub(crate) struct Trouble {
    pub(crate) error: ErrorReport,
    pub(crate) examined: bool,
    /// New tokens that came and could not be saved: the report is the only place they are left in.
    pub(crate) rescued: Option<Box<SavedConnection>>,
}

impl Runner {
    /// Fetches new tokens: as `refresh.condition` says, or, with `force`, whatever it says.
    pub async fn refresh(&self, definition: &Definition, name: &str, force: bool) -> Report {
        let run = self.begin("refresh");
        let host = Arc::new(run.host());
        let urge = if force { Urge::Insist } else { Urge::WhenDue };
        let renewal = run.renew(definition, name, urge, &host).await.refuse_lost();
        let mut report = run.report_renewal(renewal);
        run.foresee(&mut report, definition, name, &host).await;
        run.end(report)
    }

    /// Sees to a saved connection before it is used: refreshes it if that is due (connection.md §6).
    pub async fn validate(&self, definition: &Definition, name: &str) -> Report {
        let run = self.begin("validate");
        let host = Arc::new(run.host());
        let renewal = run.renew(definition, name, Urge::WhenDue, &host).await;
        let mut report = run.report_renewal(renewal);
        if report.succeeded() && run.compat.info_runs == InfoRuns::EveryUse {
            let steps = std::mem::take(&mut report.steps);
            let outcome = report.outcome;
            report = run.test(definition, name, steps, &host).await;
            if let Some(step) = report.steps.iter_mut().rev().find(|step| step.block == "info" && step.index == 0) {
                let text = "runs before every use as well".to_owned();
                let switch = Some(InfoRuns::SWITCH.key);
                step.decisions.insert(0, Decision { directive: "info".to_owned(), text, switch });
            }
            if report.succeeded() {
                report.outcome = outcome;
            }
        }
        run.end(report)
    }

    fn report_renewal(&self, renewal: Renewal) -> Report {
        let mut report = self.report(Outcome::Unchanged);
        report.steps = renewal.steps;
        match renewal.result {
            Ok((connection, by)) => {
                report.outcome = if by == RefreshedBy::Nobody { Outcome::Unchanged } else { Outcome::Refreshed };
                report.connection = Some(saved_report(&connection));
                report
            }
            Err(trouble) => {
                report.examined = trouble.examined;
                report.connection = trouble.rescued.as_deref().map(saved_report);
                report.failed(trouble.error)
            }
        }
    }

    /// Says when the tokens end; too much work for every use, so only where a person asked.
    async fn foresee(&self, report: &mut Report, definition: &Definition, name: &str, host: &RunHost) {
        if report.succeeded()
            && let Ok(connection) = self.store.load(name).await
        {
            report.expiry = self.forecast(definition, self.setup_saved(definition, &connection), host);
        }
    }

    /// Renews connection `name` if that is due (or forced), once among everybody who wants it.
    pub(crate) async fn renew(&self, definition: &Definition, name: &str, urge: Urge, host: &Arc<RunHost>) -> Renewal {
        let force = urge.is_forced();
        let saved = match self.load(definition, name).await {
            Ok(saved) => saved,
            Err(report) => {
                let unknown = || ErrorReport::new(ErrorType::RuntimeError, "the connection cannot be used");
                return Renewal::failed(Vec::new(), report.error.unwrap_or_else(unknown), false);
            }
        };
        if force && !can_renew(definition) {
            let message = "the definition has no `refresh` (and no `token` that works without a browser), so there is \
                           nothing that could fetch new tokens; authorize again instead";
            let error = ErrorReport::new(ErrorType::InvalidConfigurationError, message);
            return Renewal::failed(Vec::new(), error, true);
        }
        let renewable = can_renew(definition);
        let deadline = self.deadline_passed(&saved, renewable).filter(|_| !force);
        let by_expiry = deadline.is_some() && self.compat.response_expires == ResponseExpires::Refresh && renewable;
        if let Some(error) = invalidated(&saved).or(deadline.filter(|_| !by_expiry)) {
            return Renewal::failed(Vec::new(), error, true);
        }
        if by_expiry {
            let mut renewal = self.take_off(definition, name, Urge::Now, host).await;
            renewal.note_expiry();
            return renewal;
        }
        let setup = self.setup_saved(definition, &saved);
        let forced = force || self.is_ahead(definition, &saved);
        match is_due(definition, renewal(forced), setup, host.as_ref()) {
            Err(error) => {
                let error = ErrorReport::of(&error, &definition.sources);
                return Renewal::failed(Vec::new(), error, true);
            }
            Ok(due) if !due.due => {
                return Renewal { steps: due.steps, result: Ok((saved, RefreshedBy::Nobody)) };
            }
            Ok(_) => {}
        }
        self.take_off(definition, name, urge, host).await
    }

    /// Refreshes in a task of its own: a caller that goes away must not take the answer with it.
    async fn take_off(&self, definition: &Definition, name: &str, urge: Urge, host: &Arc<RunHost>) -> Renewal {
        let flight = Flight {
            runner: self.clone(),
            definition: Arc::new(definition.clone()),
            name: name.to_owned(),
            urge,
            host: Arc::clone(host),
            log: Arc::default(),
            sent: Arc::default(),
        };
        match tokio::spawn(flight.fly()).await {
            Ok(renewal) => renewal,
            Err(_) => {
                let message = "the refresh broke down inside connspec; the connection is as it was saved last";
                Renewal::failed(Vec::new(), ErrorReport::new(ErrorType::RuntimeError, message), true)
            }
        }
    }
}

impl Runner {
    /// Past the deadline of `response.expires` a connection is not used any more (connection.md §7); none where
    /// there is no deadline or it is not over.
    fn deadline_passed(&self, saved: &SavedConnection, renewable: bool) -> Option<ErrorReport> {
        let deadline = saved.expires.filter(|deadline| *deadline <= self.clock.now())?;
        let switch = if renewable { format!(" (switch {})", ResponseExpires::SWITCH.key) } else { String::new() };
        let message = format!(
            "the person must authorize the connection again: `response.expires` set the deadline to {}, which is over, \
             so nothing was sent{switch}; run `{}`",
            moment(deadline),
            reauthorize_command(&saved.name)
        );
        let mut error = ErrorReport::new(ErrorType::InvalidAccessTokenError, message);
        error.directive = Some("response.expires".to_owned());
        Some(error)
    }
}

/// What a margin may be at most: half of a lifetime.
const MOST_OF_A_LIFETIME: i64 = 2;

impl Runner {
    /// Whether the access token ends so soon that it is replaced now, whatever the definition's condition says.
    fn is_ahead(&self, definition: &Definition, saved: &SavedConnection) -> bool {
        let margin = self.refresh_ahead.and_then(|margin| i64::try_from(margin.as_millis()).ok());
        let (Some(margin), Some(end)) = (margin, access_token_end(&saved.data)) else { return false };
        let longest = end.saturating_sub(saved.tokens_since()) / MOST_OF_A_LIFETIME;
        let left = end.saturating_sub(self.clock.now());
        can_renew(definition) && left <= margin.min(longest)
    }
}

/// A connection that was given up at the provider is not used any more.
fn invalidated(saved: &SavedConnection) -> Option<ErrorReport> {
    let when = saved.invalidated?;
    let message = format!(
        "the connection was invalidated on {}, so its tokens are worth nothing and nothing was sent; run `{}`",
        moment(when),
        reauthorize_command(&saved.name)
    );
    Some(ErrorReport::new(ErrorType::InvalidAccessTokenError, message))
}

impl Renewal {
    /// Says at the first step that the deadline of `response.expires` made it run.
    fn note_expiry(&mut self) {
        if let Some(step) = self.steps.first_mut() {
            let text = "the time of `response.expires` is over, so new tokens were fetched".to_owned();
            let switch = Some(ResponseExpires::SWITCH.key);
            step.decisions.insert(0, Decision { directive: "response.expires".to_owned(), text, switch });
        }
    }

    /// A connection whose refresh was refused for good is not in order, although its access token may last a while.
    fn refuse_lost(mut self) -> Self {
        if let Ok((SavedConnection { name, needs_reauthorization: Some(reason), .. }, RefreshedBy::Nobody)) =
            &self.result
        {
            let error = RefreshError::NeedsReauthorization { name: name.clone(), reason: reason.clone() };
            let error = ErrorReport::new(ErrorType::InvalidAccessTokenError, error.to_string());
            self.result = Err(Box::new(Trouble { error, examined: true, rescued: None }));
        }
        self
    }

    fn failed(steps: Vec<Step>, error: ErrorReport, examined: bool) -> Self {
        Self { steps, result: Err(Box::new(Trouble { error, examined, rescued: None })) }
    }
}

/// One caller's part in a refresh.
#[derive(Clone)]
struct Flight {
    runner: Runner,
    definition: Arc<Definition>,
    name: String,
    urge: Urge,
    host: Arc<RunHost>,
    /// What our own walk did, if we were the one to send.
    log: Arc<Mutex<Option<Log>>>,
    /// Held from before our own request goes out until its outcome is saved.
    sent: Arc<Mutex<Option<Sent>>>,
}

/// The steps of a walk and why it failed, if it did.
type Log = (Vec<Step>, Option<RunError>);

impl Flight {
    async fn fly(self) -> Renewal {
        let flight = SingleFlight::among(
            self.runner.flights.clone(),
            Arc::clone(&self.runner.store),
            Arc::new(Waiting { clock: Arc::clone(&self.runner.clock), observer: Arc::clone(&self.runner.observer) }),
            RefreshOptions { insist: self.urge == Urge::Insist, ..RefreshOptions::default() },
            self.runner.holder.clone(),
        );
        let (decider, performer) = (self.clone(), self.clone());
        let decide = move |connection: &SavedConnection| decider.is_due(connection);
        let refreshed = flight.refresh(&self.name, decide, |connection| performer.perform(connection)).await;
        drop(self.sent.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.land(refreshed)
    }

    /// Whether the condition is not asked: the caller does not want it asked, or the token ends soon.
    fn is_forced(&self, connection: &SavedConnection) -> bool {
        self.urge.is_forced() || self.runner.is_ahead(&self.definition, connection)
    }

    fn is_due(&self, connection: &SavedConnection) -> Result<bool, RefreshFailure> {
        let setup = self.runner.setup_saved(&self.definition, connection);
        let due = is_due(&self.definition, renewal(self.is_forced(connection)), setup, self.host.as_ref());
        due.map(|due| due.due).map_err(|error| {
            RefreshFailure::new(RefreshFailureKind::NotSent, self.runner.secrets.redact(&error.message))
        })
    }

    /// Sends the refresh and says what it changed.
    async fn perform(self, connection: SavedConnection) -> Result<Updated, RefreshFailure> {
        *self.sent.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.runner.unanswered.one_more());
        let setup = self.runner.setup_saved(&self.definition, &connection);
        let drive =
            Drive { runner: &self.runner, host: &self.host, keeper: &Nowhere, callbacks: None, interruptible: false };
        let flow = Flow::new(&self.definition, renewal(self.is_forced(&connection)), setup);
        let unanswered = connection.refresh.presented.as_ref().and_then(|marker| marker.unanswered_since);
        if let Some(since) = unanswered {
            let event = Timeline::RefreshRepeated { since };
            self.runner.observer.observe(&event);
        }
        let mut walk = drive.walk(flow, Event::Start).await;
        if let (Some(since), Some(step)) = (unanswered, walk.steps.iter_mut().find(|step| step.request.is_some())) {
            step.decisions.insert(0, repeated(since));
        }
        let outcome = match &walk.result {
            Ok(_) => Ok(Updated {
                data: walk.state.data.clone(),
                expires: walk.state.expires,
                without_expiry: connection.expires.is_some() && walk.state.expires.is_none(),
                scope: Some(walk.state.scope.clone()),
                uid: None,
                metadata: None,
            }),
            Err(error) => Err(self.failure(error, &walk)),
        };
        *self.log.lock().unwrap_or_else(PoisonError::into_inner) = Some((walk.steps, walk.result.err()));
        outcome
    }

    fn failure(&self, error: &RunError, walk: &Walk) -> RefreshFailure {
        let message = self.runner.secrets.redact(&error.message);
        let retry_after = error.retry_after.and_then(|millis| i64::try_from(millis).ok());
        RefreshFailure { kind: how_far(error, walk), message, retry_after }
    }

    /// The renewal as everybody may see it.
    fn land(self, refreshed: Result<Refreshed, RefreshError>) -> Renewal {
        let (steps, own_error) = self.log.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
        if let Ok(Refreshed { connection, by: RefreshedBy::Us }) = &refreshed {
            let event = Timeline::Saved { name: &connection.name, version: connection.version };
            self.runner.observer.observe(&event);
        }
        if let Ok(Refreshed { connection, by: RefreshedBy::Another }) = &refreshed {
            // What another's walk brought is as secret as what our own would have.
            let common = overlay(&self.definition, &connection.common);
            learn(&self.runner.secrets, &self.definition, &connection.data, &common);
        }
        match refreshed {
            Ok(Refreshed { connection, by }) => Renewal { steps, result: Ok((connection, by)) },
            Err(error) => {
                let examined = !matches!(error, RefreshError::Store(_) | RefreshError::NotSaved { .. });
                let mut report = self.explain(&error, own_error);
                if let RefreshError::NotSaved { connection, .. } = &error {
                    let way_out = format!("run `{}`", reauthorize_command(&self.name));
                    report.message = format!("{}; {}", report.message, self.runner.rescued(connection, &way_out));
                }
                let rescued = match error {
                    RefreshError::NotSaved { connection, .. } => Some(connection),
                    _ => None,
                };
                Renewal { steps, result: Err(Box::new(Trouble { error: report, examined, rescued })) }
            }
        }
    }

    fn explain(&self, error: &RefreshError, own: Option<RunError>) -> ErrorReport {
        match (error, own) {
            (RefreshError::Failed { failure, by: RefreshedBy::Us, .. }, Some(own)) => {
                let mut report = ErrorReport::of(&own, &self.definition.sources);
                if failure.permanent {
                    report.message = with_way_out(&failure.message, &self.name);
                }
                report
            }
            (RefreshError::Failed { failure, .. }, _) if failure.permanent => {
                ErrorReport::new(ErrorType::InvalidAccessTokenError, with_way_out(&error.to_string(), &self.name))
            }
            (RefreshError::NeedsReauthorization { .. }, _) => {
                ErrorReport::new(ErrorType::InvalidAccessTokenError, error.to_string())
            }
            (RefreshError::BackingOff { .. } | RefreshError::Impatient { .. }, _) => {
                ErrorReport::new(ErrorType::ConnectionError, error.to_string())
            }
            _ => ErrorReport::new(ErrorType::RuntimeError, error.to_string()),
        }
    }
}

/// Why a token that was sent before is sent again (demand.md 3).
fn repeated(since: i64) -> Decision {
    let text = format!(
        "a refresh with this token was sent on {} and its answer was never saved, because the process ended or the answer \
         was lost; it is sent once more, as providers that rotate tokens allow for a short while",
        moment(since)
    );
    Decision { directive: "refresh".to_owned(), text, switch: None }
}

/// What a permanent failure says, and what helps.
fn with_way_out(message: &str, name: &str) -> String {
    format!("{}; run `{}`", message.trim_end_matches('.'), reauthorize_command(name))
}

/// How far a failed refresh came: it decides what is known of the refresh token (demand.md 3, 6).
fn how_far(error: &RunError, walk: &Walk) -> RefreshFailureKind {
    let Some(last) = walk.steps.iter().rev().find(|step| step.request.is_some()) else {
        return RefreshFailureKind::NotSent;
    };
    let Some(response) = &last.response else {
        return match walk.transport {
            Some(
                TransportErrorKind::Refused
                | TransportErrorKind::Dns
                | TransportErrorKind::Tls
                | TransportErrorKind::TlsAlert
                | TransportErrorKind::BlockedAddress
                | TransportErrorKind::InvalidUrl
                | TransportErrorKind::NotRecorded,
            ) => RefreshFailureKind::NotSent,
            _ => RefreshFailureKind::Unanswered,
        };
    };
    if response.status >= 500 || response.status == 429 {
        return RefreshFailureKind::Temporary;
    }
    let named = response.body_json().and_then(|body| body.get("error")?.as_str().map(str::to_owned));
    if named.as_deref() == Some("invalid_grant") || error.kind == ErrorType::InvalidAccessTokenError {
        return RefreshFailureKind::Permanent;
    }
    RefreshFailureKind::Temporary
}

/// The runner's time for the record; waiting for another's refresh is real waiting, and told.
struct Waiting {
    clock: Arc<dyn Clock>,
    observer: Arc<dyn Observer>,
}

impl RefreshClock for Waiting {
    fn now(&self) -> i64 {
        self.clock.now()
    }

    fn sleep<'a>(&'a self, millis: u64) -> BoxFuture<'a, ()> {
        Box::pin(tokio::time::sleep(std::time::Duration::from_millis(millis)))
    }

    fn waits_for(&self, held: &HeldLease) {
        let event = Timeline::WaitingForRefresh { holder: &held.holder, remaining: held.remaining };
        self.observer.observe(&event);
    }
}
