//! `connspec refresh NAME`: new tokens for old, as `refresh.condition` says.

use clap::Args;

use crate::commands::info::Named;
use crate::failure::Outcome;

/// Refresh a saved connection as its refresh.condition says
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec refresh 'Jane Black' --force")]
pub struct Refresh {
    #[command(flatten)]
    pub(super) named: Named,

    /// Refresh now, whatever refresh.condition says
    #[arg(long)]
    force: bool,
}

impl Refresh {
    pub async fn run(&self) -> Outcome {
        let (session, opened) = self.named.open().await?;
        let report = session.runner.refresh(&opened.definition, &self.named.name, self.force).await;
        if report.outcome == connspec_runner::Outcome::Unchanged {
            session.tell(&report, false);
        }
        session.finish(&report)
    }
}
