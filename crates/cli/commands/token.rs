//! `connspec token NAME`: a fresh access token and nothing else, for `curl -H`.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use connspec_store::reauthorize_command;

use crate::failure::{Failure, Outcome};
use crate::options::{Network, Shown, Store};
use crate::output;
use crate::session::{Session, print_address, saved};

/// Print a fresh access token of a saved connection and nothing else
///
/// Of a connection without tokens the API key is printed. Everything else is said on stderr.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  curl -H \"Authorization: Bearer $(connspec token 'Jane Black')\" https://api.example.com/me"
)]
pub struct Token {
    /// The saved connection
    name: String,

    #[command(flatten)]
    network: Network,

    #[command(flatten)]
    store: Store,
}

impl Token {
    pub async fn run(&self) -> Outcome {
        let store: Arc<dyn connspec_store::ConnectionStore> = self.store.open_existing().await?.into();
        let (connection, opened) = saved(store.as_ref(), &self.name).await?;
        let quiet = Shown { quiet: true, ..Shown::default() };
        let session =
            Session::new(&self.network.recalling(&connection.settings), &quiet, store, &opened, print_address)?
                .rescuing(&self.store)?;
        match session.runner.credential(&opened.definition, &self.name).await {
            Ok(credential) => {
                if let Some(key) = &credential.key {
                    output::say(format_args!(
                        "This is the connection's key (`{key}`): it does not end and is not refreshed."
                    ));
                }
                self.warn_of_the_end(&session).await;
                output::print(credential.value)?;
                Ok(ExitCode::SUCCESS)
            }
            Err(report) => {
                let message = report.message().unwrap_or_default();
                Err(if report.examined { Failure::at_fault(message) } else { Failure::unexamined(message) })
            }
        }
    }

    /// A token that will not be replaced when it ends.
    async fn warn_of_the_end(&self, session: &Session) {
        // Where the store does not answer now, the token is worth printing all the same.
        if let Ok(connection) = session.runner.store().load(&self.name).await
            && connection.needs_reauthorization.is_some()
        {
            output::say(format_args!(
                "The provider refused to refresh this connection, so this token is the last one: run `{}`.",
                reauthorize_command(&self.name)
            ));
        }
    }
}
