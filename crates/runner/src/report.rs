//! The report of a run: every exchange, every decision, the outcome. Everything a user sees comes from one of these.
//!
//! The fields hold what really happened, secrets included; [`Report::to_json`] is the exit door, and it redacts.

mod expiry;
mod json;
mod run;
mod secrets;

use connspec_exchange::{Request, Response, SanitizePaths, Secrets};
use serde_json::{Map, Value};

use crate::{Decision, ErrorType, RunError};

pub use expiry::{Expiry, RefreshForecast};
pub(crate) use json::iso;
pub use json::{moment, parse_iso};
pub use run::RunReport;
pub(crate) use secrets::learn_sent;
pub use secrets::{is_secret_name, learn_answer, learn_by_name, learn_every};

/// What a run achieved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A connection was made (or made again).
    Connected,
    /// The authorization page is waiting for a person; the callback may be handled by another process.
    AwaitingCallback,
    /// The connection was examined and works.
    Valid,
    /// New tokens were fetched and saved.
    Refreshed,
    /// Nothing needed doing.
    Unchanged,
    /// The connection was given up at the provider.
    Invalidated,
    /// The flow was recorded.
    Recorded,
    /// A request was answered.
    Requested,
    /// A manifest's requests were run.
    Ran,
    /// Nothing was sent: a dry run.
    Outlined,
    /// It did not work; `error` says why.
    Failed,
}

impl Outcome {
    /// The word of cli.md's report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::AwaitingCallback => "awaitingCallback",
            Self::Valid => "valid",
            Self::Refreshed => "refreshed",
            Self::Unchanged => "unchanged",
            Self::Invalidated => "invalidated",
            Self::Recorded => "recorded",
            Self::Requested => "requested",
            Self::Ran => "ran",
            Self::Outlined => "outlined",
            Self::Failed => "failed",
        }
    }
}

/// Everything one run did. `Debug` shows no secret.
#[derive(Clone)]
pub struct Report {
    /// What was achieved.
    pub outcome: Outcome,
    /// The connection as it is now; absent where none came to be.
    pub connection: Option<ConnectionReport>,
    /// What was done, in order.
    pub steps: Vec<Step>,
    /// Why it failed, if it did.
    pub error: Option<ErrorReport>,
    /// The authorization page, where one was involved.
    pub authorization: Option<AuthorizationReport>,
    /// When tokens end and refreshes happen, where that can be said.
    pub expiry: Option<Expiry>,
    /// What running a manifest brought.
    pub run: Option<RunReport>,
    /// Origins answered by others (`--map-origin`), as pairs of from and to.
    pub mapped_origins: Vec<(String, String)>,
    /// Whether what was to be examined could be: false for an unknown name, an unreadable store, a taken name.
    pub examined: bool,
    /// What must not be shown.
    pub secrets: Secrets,
}

/// A connection as a report shows it.
#[derive(Clone, Default, PartialEq)]
pub struct ConnectionReport {
    /// The name it is saved under; absent where it is not saved.
    pub name: Option<String>,
    /// The store behind `data`, `parameters` and `connection`.
    pub data: Map<String, Value>,
    /// The scopes granted, or asked for where the provider does not say.
    pub scope: Vec<String>,
    /// The account's id at the provider.
    pub uid: Option<String>,
    /// `{type, value}`.
    pub metadata: Option<Value>,
    /// `response.expires`: when the person must authorize again, Unix milliseconds.
    pub expires: Option<i64>,
    /// Why the person must connect again, if so.
    pub needs_reauthorization: Option<String>,
}

/// The authorization page of a run.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationReport {
    /// Its address with the query: to be opened, not to be logged.
    pub url: String,
    /// Where the browser comes back to: the string to register with the provider.
    pub redirect_uri: String,
    /// The scopes asked for.
    pub scope: Vec<String>,
    /// The key of the waiting authorization: `state` (OAuth 2) or the request token (OAuth 1).
    pub state: String,
}

/// One request of a block: sent, skipped or only built.
#[derive(Clone)]
pub struct Step {
    /// The block of the definition.
    pub block: String,
    /// The request within the block, from 0.
    pub index: usize,
    /// Whether nothing was sent; the decisions say why.
    pub skipped: bool,
    /// What was sent (or would have been).
    pub request: Option<Request>,
    /// What came back.
    pub response: Option<Response>,
    /// The query of the callback, in the step of `authorize`.
    pub callback: Option<Map<String, Value>>,
    /// When it began, Unix milliseconds of the run's clock.
    pub started: i64,
    /// How long the answer took.
    pub duration_ms: Option<u64>,
    /// What was decided, in order.
    pub decisions: Vec<Decision>,
    /// The paths of `log.sanitize`.
    pub sanitize: SanitizePaths,
    /// What went wrong in this step, if it did.
    pub failure: Option<String>,
}

/// Why a run failed, in cli.md's shape.
#[derive(Clone, PartialEq)]
pub struct ErrorReport {
    /// Make's type where Make has one, else ours.
    pub kind: ErrorType,
    /// What the user is told; may quote the provider.
    pub message: String,
    /// The block it happened in.
    pub block: Option<String>,
    /// The directive at fault.
    pub directive: Option<String>,
    /// Where in the definition.
    pub location: Option<Location>,
    /// The status of the provider's answer, if there was one.
    pub status: Option<u16>,
    /// How long the provider asks to wait (`Retry-After`), in milliseconds.
    pub retry_after: Option<u64>,
}

/// A place in a file, as editors count: from 1, columns in UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file as the user named it.
    pub path: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Report {
    /// A report of nothing yet.
    pub fn new(outcome: Outcome, secrets: Secrets) -> Self {
        Self {
            outcome,
            connection: None,
            steps: Vec::new(),
            error: None,
            authorization: None,
            expiry: None,
            run: None,
            mapped_origins: Vec::new(),
            examined: true,
            secrets,
        }
    }

    /// Whether it went well.
    pub fn succeeded(&self) -> bool {
        self.error.is_none() && self.outcome != Outcome::Failed
    }

    /// Turns the report into that of a failure.
    #[must_use]
    pub fn failed(mut self, error: ErrorReport) -> Self {
        self.outcome = Outcome::Failed;
        self.error = Some(error);
        self
    }

    /// The steps of `block`.
    pub fn steps_of<'a>(&'a self, block: &'a str) -> impl Iterator<Item = &'a Step> {
        self.steps.iter().filter(move |step| step.block == block)
    }
}

impl Step {
    /// A step of `block` that began at `started` (Unix milliseconds), with nothing in it yet.
    pub fn begin(block: &str, index: usize, started: i64) -> Self {
        Self {
            block: block.to_owned(),
            index,
            skipped: false,
            request: None,
            response: None,
            callback: None,
            started,
            duration_ms: None,
            decisions: Vec::new(),
            sanitize: SanitizePaths::default(),
            failure: None,
        }
    }
}

impl Location {
    /// Where `place` is in the definition's files.
    pub fn of(place: connspec_diagnostics::Place, sources: &connspec_diagnostics::SourceMap) -> Self {
        let position = sources.position(place);
        Self { path: sources.get(place.source).name().to_owned(), line: position.line, column: position.column }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}:{}", self.path, self.line, self.column)
    }
}

impl ErrorReport {
    /// An error of `kind` about no particular block.
    pub fn new(kind: ErrorType, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            block: None,
            directive: None,
            location: None,
            status: None,
            retry_after: None,
        }
    }

    /// A flow's error with its place looked up in the definition's files.
    pub fn of(error: &RunError, sources: &connspec_diagnostics::SourceMap) -> Self {
        let location = error.place.map(|place| Location::of(place, sources));
        Self {
            kind: error.kind,
            message: error.message.clone(),
            block: (!error.block.is_empty()).then(|| error.block.clone()),
            directive: error.directive.clone(),
            location,
            status: error.status,
            retry_after: error.retry_after,
        }
    }
}

impl std::fmt::Debug for Report {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Report {}", self.to_json(Reveal::Nothing))
    }
}

impl std::fmt::Debug for Step {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Step")
            .field("block", &self.block)
            .field("index", &self.index)
            .field("skipped", &self.skipped)
            .field("status", &self.response.as_ref().map(|response| response.status))
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ErrorReport {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ErrorReport")
            .field("kind", &self.kind)
            .field("block", &self.block)
            .field("directive", &self.directive)
            .field("location", &self.location)
            .finish_non_exhaustive()
    }
}

/// Whether secrets are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reveal {
    /// Every secret reads `«name»`.
    Nothing,
    /// `--reveal`: everything as it is.
    Everything,
}
