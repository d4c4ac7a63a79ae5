//! `connspec reauthorize NAME`: asks the person again; the saved connection keeps its name.

use clap::Args;

use crate::commands::connect::Browser;
use crate::commands::info::Named;
use crate::failure::Outcome;

/// Ask the person again for a saved connection; its name stays
///
/// Where another account authorizes than the saved one, the saved one stays, and what came is saved under a name of its own.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec reauthorize 'Jane Black'")]
pub struct Reauthorize {
    #[command(flatten)]
    pub(super) named: Named,

    #[command(flatten)]
    browser: Browser,

    /// Put the account that authorizes in the saved one's place, whoever it is
    #[arg(long)]
    any_account: bool,
}

impl Reauthorize {
    pub async fn run(&self) -> Outcome {
        let (session, opened) = self.named.open_with(self.browser.opener()).await?;
        let source = self.browser.source(&opened).await?;
        let runner = self.browser.prepare(session.runner.clone()).with_any_account(self.any_account);
        let report = runner.reauthorize(&opened.definition, &self.named.name, source.as_ref()).await;
        session.finish(&report)
    }
}
