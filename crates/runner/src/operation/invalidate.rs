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
        self.begin("invalidate");
        let saved = match self.load(definition, name).await {
            Ok(saved) => saved,
            Err(report) => return self.end(*report),
        };
        let host = self.host();
        let setup = self.setup_saved(definition, &saved);
        let keeper = Update { runner: self, seen: saved };
        let drive = Drive { runner: self, host: &host, keeper: &keeper, callbacks: None, interruptible: true };
        let walk = drive.walk(Flow::new(definition, Entry::Invalidate, setup), Event::Start).await;
        let mut report = self.tell_walk(self.report(Outcome::Invalidated), walk, Some(name), definition);
        if report.succeeded()
            && let Ok(saved) = self.store.load(name).await
        {
            report.connection = Some(saved_report(&saved));
        }
        self.end(report)
    }
}
