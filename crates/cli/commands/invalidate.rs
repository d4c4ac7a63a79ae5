//! `connspec invalidate NAME`: gives the connection up at the provider; it stays saved, marked invalidated.

use clap::Args;

use crate::commands::info::Named;
use crate::failure::Outcome;
use crate::output;

/// Run the invalidate block of a saved connection and mark it invalidated
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec invalidate 'Jane Black'")]
pub struct Invalidate {
    #[command(flatten)]
    pub(super) named: Named,
}

impl Invalidate {
    pub async fn run(&self) -> Outcome {
        let (session, opened) = self.named.open().await?;
        let report = session.runner.invalidate(&opened.definition, &self.named.name).await;
        let code = session.finish(&report)?;
        if report.succeeded() && report.steps.iter().all(|step| step.request.is_none()) {
            output::say(
                "Nothing was sent: the definition has no `invalidate` to run. The connection is only marked here; the \
                 provider goes on accepting its credentials.",
            );
        }
        Ok(code)
    }
}
