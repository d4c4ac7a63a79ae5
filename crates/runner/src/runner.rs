//! `Runner`: what a run is performed with. Each operation on a connection is a method, usable alone and from
//! another process; the methods live in `operation/`, one file each.

use std::sync::Arc;
use std::time::Duration;

use connspec_exchange::{Clock, Secrets, SystemClock, Transport};
use connspec_spec::Compat;
use connspec_store::{ConnectionStore, Flights, MemoryStore};

use crate::cancel::CancelHandle;
use crate::flow::Redirects;
use crate::host::{CustomFunctions, Randomness, RunHost};
use crate::observer::{Observer, Silent};
use crate::unanswered::Unanswered;

/// How long the browser is waited for unless said otherwise (cli.md `--timeout`).
pub const CALLBACK_PATIENCE: Duration = Duration::from_secs(300);

/// How long a run may take, the waiting for the browser not counted: as long as Make lets a scenario run.
pub const TIME_LIMIT: Duration = Duration::from_secs(40 * 60);

/// From the address a definition wants the browser to open to the one that is really opened (`--map-origin`).
pub type BrowserAddress = dyn Fn(&str) -> String + Send + Sync;

/// Keeps new tokens that could not be saved somewhere else, and answers in words where, and what brings them back.
pub type Rescue = dyn Fn(&connspec_store::SavedConnection) -> Result<String, connspec_store::StoreError> + Send + Sync;

/// Transport, clock, store and settings of any number of runs. Cheap to clone.
#[derive(Clone)]
pub struct Runner {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Arc<dyn ConnectionStore>,
    /// Refreshes of `store` under way in this process, shared by all clones.
    pub(crate) flights: Flights,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) randomness: Randomness,
    pub(crate) timezone: String,
    pub(crate) functions: Option<Arc<CustomFunctions>>,
    pub(crate) compat: Compat,
    pub(crate) redirects: Option<Redirects>,
    pub(crate) patience: Duration,
    pub(crate) time_limit: Duration,
    pub(crate) browser_address: Option<Arc<BrowserAddress>>,
    pub(crate) issuers: Vec<String>,
    pub(crate) mapped_origins: Vec<(String, String)>,
    pub(crate) secrets: Secrets,
    /// Whether `secrets` are the caller's, for any number of runs.
    shares_secrets: bool,
    pub(crate) holder: String,
    pub(crate) rescue: Option<Arc<Rescue>>,
    pub(crate) refresh_ahead: Option<Duration>,
    pub(crate) any_account: bool,
    pub(crate) unanswered: Unanswered,
    pub(crate) cancel: CancelHandle,
}

impl Runner {
    /// A runner that sends through `transport`, by the machine's clock, with nothing saved beyond its own life.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            clock: Arc::new(SystemClock),
            store: Arc::new(MemoryStore::new()),
            flights: Flights::default(),
            observer: Arc::new(Silent),
            randomness: Randomness::System,
            timezone: "UTC".to_owned(),
            functions: None,
            compat: Compat::default(),
            redirects: None,
            patience: CALLBACK_PATIENCE,
            time_limit: TIME_LIMIT,
            browser_address: None,
            issuers: Vec::new(),
            mapped_origins: Vec::new(),
            secrets: Secrets::new(),
            shares_secrets: false,
            holder: format!("process {}", std::process::id()),
            rescue: None,
            refresh_ahead: None,
            any_account: false,
            unanswered: Unanswered::default(),
            cancel: CancelHandle::default(),
        }
    }

    /// The same runner by another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The same runner with another place for saved connections and pending authorizations.
    #[must_use]
    pub fn with_store(mut self, store: Arc<dyn ConnectionStore>) -> Self {
        self.store = store;
        self.flights = Flights::default();
        self
    }

    /// The same runner, watched.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = observer;
        self
    }

    /// The same runner with another source of `uuid`, `random` and `state`.
    #[must_use]
    pub fn with_randomness(mut self, randomness: Randomness) -> Self {
        self.randomness = randomness;
        self
    }

    /// The same runner in another time zone (`environment.timezone`, date functions).
    #[must_use]
    pub fn with_timezone(mut self, timezone: impl Into<String>) -> Self {
        self.timezone = timezone.into();
        self
    }

    /// The same runner with the app's own IML functions.
    #[must_use]
    pub fn with_functions(mut self, functions: Arc<CustomFunctions>) -> Self {
        self.functions = Some(functions);
        self
    }

    /// The same runner with other switches.
    #[must_use]
    pub fn with_compat(mut self, compat: Compat) -> Self {
        self.compat = compat;
        self
    }

    /// The same runner with these redirect addresses instead of the callback source's own (`--redirect-uri`).
    #[must_use]
    pub fn with_redirects(mut self, redirects: Redirects) -> Self {
        self.redirects = Some(redirects);
        self
    }

    /// The same runner, waiting this long for the browser.
    #[must_use]
    pub fn with_callback_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// The same runner, each run of which may take this long, the waiting for the browser not counted: nothing is sent and
    /// no pause begun after that. What is on its way then is ended by its own timeout.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// The same runner, whose browser addresses go through `map`; `pairs` (from, to) are noted in reports. The
    /// transport has to be mapped likewise.
    #[must_use]
    pub fn with_mapped_origins(mut self, pairs: Vec<(String, String)>, map: Arc<BrowserAddress>) -> Self {
        self.mapped_origins = pairs;
        self.browser_address = Some(map);
        self
    }

    /// The same runner, accepting these issuers in a callback's `iss` besides the authorization page's own origin
    /// (RFC 9207).
    #[must_use]
    pub fn with_issuers(mut self, issuers: Vec<String>) -> Self {
        self.issuers = issuers;
        self
    }

    /// The same runner, with a place for new tokens that come and cannot be saved: the store is full or gone by then,
    /// and the old refresh token may be worth nothing any more. Without it they are in the report only.
    #[must_use]
    pub fn with_rescue(mut self, rescue: Arc<Rescue>) -> Self {
        self.rescue = Some(rescue);
        self
    }

    /// The same runner, counting in `unanswered` the refreshes whose answers are not saved yet: a program that is to end
    /// waits for them first.
    #[must_use]
    pub fn with_unanswered(mut self, unanswered: Unanswered) -> Self {
        self.unanswered = unanswered;
        self
    }

    /// The same runner, fetching new tokens this long before the access token ends, where the definition's
    /// `refresh.condition` does not ask for it earlier. Never longer before than half the token's lifetime: a margin
    /// longer than that would refresh at nearly every use. The lifetime is counted from when the tokens were saved; a
    /// connection that says nothing about its token's end, or has no `refresh`, is left to its condition.
    #[must_use]
    pub fn with_refresh_ahead(mut self, margin: Duration) -> Self {
        self.refresh_ahead = Some(margin);
        self
    }

    /// The same runner, whose reauthorizations may put another account in a saved connection's place. Without it what
    /// another account gave is saved as a connection of its own.
    #[must_use]
    pub fn with_any_account(mut self, allowed: bool) -> Self {
        self.any_account = allowed;
        self
    }

    /// The same runner, learning the secrets of all its runs into `secrets`, so that a log can redact with them too.
    /// Without it every run learns its own, found in its report, and forgets them with it: a runner that lives long
    /// does not grow.
    #[must_use]
    pub fn with_secrets(mut self, secrets: Secrets) -> Self {
        self.secrets = secrets;
        self.shares_secrets = true;
        self
    }

    /// What of [`Runner::with_secrets`] was learnt so far.
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// This runner for one run, with secrets of its own unless the caller shares them.
    pub(crate) fn for_one_run(&self) -> Self {
        let secrets = if self.shares_secrets { self.secrets.clone() } else { Secrets::new() };
        Self { secrets, ..self.clone() }
    }

    /// This runner for several operations that belong together.
    pub(crate) fn for_related_runs(&self) -> Self {
        let run = self.for_one_run();
        let secrets = run.secrets.clone();
        run.with_secrets(secrets)
    }

    /// Stops this runner's runs cleanly, for Ctrl-C.
    pub fn cancel_handle(&self) -> CancelHandle {
        self.cancel.clone()
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn ConnectionStore> {
        &self.store
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub(crate) fn host(&self) -> RunHost {
        RunHost::new(Arc::clone(&self.clock), &self.timezone, self.randomness).with_functions(self.functions.clone())
    }
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Runner")
            .field("timezone", &self.timezone)
            .field("randomness", &self.randomness)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
