//! `invalidate`: giving a saved connection up at the provider; the record stays, marked (cli.md).

use connspec_spec::Definition;

use super::saved_report;
use crate::drive::Drive;
use crate::flow::{Entry, Event, Flow};
use crate::keep::Update;
use crate::report::{Outcome, Report};
use crate::runner::Runner;

impl Runner {
    /// Runs `invalidate` on connection `name` and marks it. A definition without the block, or with an empty one,
    /// has nothing to send; the connection is marked all the same.
    pub async fn invalidate(&self, definition: &Definition, name: &str) -> Report {
        let run = self.begin("invalidate");
        let saved = match run.load(definition, name).await {
            Ok(saved) => saved,
            Err(report) => return run.end(*report),
        };
        let host = run.host();
        let setup = run.setup_saved(definition, &saved);
        let keeper = Update { runner: &run, seen: saved };
        let drive = Drive { runner: &run, host: &host, keeper: &keeper, callbacks: None, interruptible: true };
        let walk = drive.walk(Flow::new(definition, Entry::Invalidate, setup), Event::Start).await;
        let mut report = run.tell_walk(run.report(Outcome::Invalidated), walk, Some(name), definition);
        if report.succeeded()
            && let Ok(saved) = run.store.load(name).await
        {
            report.connection = Some(saved_report(&saved));
        }
        run.end(report)
    }
}
