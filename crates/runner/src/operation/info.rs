//! `info`: the user's "verify" of a saved connection (connection.md §4.6).

use std::sync::Arc;

use connspec_spec::{Communication, Definition};
use connspec_store::refresh::RefreshedBy;

use super::refresh::Urge;
use super::saved_report;
use crate::Decisions;
use crate::drive::Drive;
use crate::flow::{Entry, Event, Flow};
use crate::host::RunHost;
use crate::keep::Update;
use crate::observer::Timeline;
use crate::report::{ErrorReport, Outcome, Report, Step};
use crate::runner::Runner;

impl Runner {
    /// Verifies connection `name`: new tokens if they are due, then `info` (or a basic connection's own request).
    pub async fn info(&self, definition: &Definition, name: &str) -> Report {
        let run = self.begin("info");
        let host = Arc::new(run.host());
        let renewal = run.renew(definition, name, Urge::WhenDue, &host).await;
        let report = match renewal.result {
            Ok((_, by)) => {
                let renewed = renewal.steps.len();
                let mut report = run.test(definition, name, renewal.steps, &host).await;
                if report.steps[renewed..].iter().all(|step| step.request.is_none()) {
                    run.say_what_is_not_known(definition, &mut report, by, renewed);
                }
                report
            }
            Err(trouble) => {
                let mut report = run.report(Outcome::Failed);
                report.steps = renewal.steps;
                report.examined = trouble.examined;
                report.failed(trouble.error)
            }
        };
        run.end(report)
    }

    /// Nothing asked the provider, so nothing was verified: there is no request for it, as in every manifest, or its
    /// condition was not true, which its own step says. The first `renewed` steps fetched tokens.
    fn say_what_is_not_known(&self, definition: &Definition, report: &mut Report, by: RefreshedBy, renewed: usize) {
        if !report.succeeded() {
            return;
        }
        report.outcome = if by == RefreshedBy::Nobody { Outcome::Unchanged } else { Outcome::Refreshed };
        if report.steps.len() > renewed {
            return;
        }
        let (what, how) = match definition.communication() {
            Communication::Manifest(_) => ("a manifest has", "`connspec request` or `connspec run` shows it"),
            _ => ("the definition has", "`connspec request` shows it"),
        };
        let mut step = Step::begin("info", 0, self.clock.now());
        step.skipped = true;
        let mut decisions = Decisions::new();
        decisions.note(
            "info",
            format!("{what} no request that asks whether the credentials are accepted, so nothing was asked; {how}"),
        );
        step.decisions = decisions.into_vec();
        self.observer.observe(&Timeline::Step(&step));
        report.steps.push(step);
    }

    /// `info` alone, after `steps`.
    pub(super) async fn test(&self, definition: &Definition, name: &str, steps: Vec<Step>, host: &RunHost) -> Report {
        let saved = match self.load(definition, name).await {
            Ok(saved) => saved,
            Err(report) => return *report,
        };
        let setup = self.setup_saved(definition, &saved);
        let keeper = Update { runner: self, seen: saved };
        let drive = Drive { runner: self, host, keeper: &keeper, callbacks: None, interruptible: true };
        let walk = drive.walk(Flow::new(definition, Entry::Test, setup), Event::Start).await;
        let mut report = self.report(Outcome::Valid);
        report.steps = steps;
        let mut report = self.tell_walk(report, walk, Some(name), definition);
        if report.succeeded() {
            match self.store.load(name).await {
                Ok(saved) => {
                    report.expiry = self.forecast(definition, self.setup_saved(definition, &saved), host);
                    report.connection = Some(saved_report(&saved));
                }
                Err(error) => return report.failed(ErrorReport::new(crate::ErrorType::RuntimeError, error.message)),
            }
        }
        report
    }
}
