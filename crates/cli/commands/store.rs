//! `connspec store`: the place and the key of the saved connections.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::failure::{Failure, Outcome};
use crate::options::{self, key_file};
use crate::output;

/// The saved connections' key and place
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec store rotate-key")]
pub struct Store {
    #[command(subcommand)]
    action: Action,

    #[command(flatten)]
    store: options::Store,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print where the saved connections and their key are
    Path,
    /// Seal everything anew with a new key
    RotateKey,
}

impl Store {
    pub async fn run(&self) -> Outcome {
        match self.action {
            Action::Path => {
                output::print(format_args!("{}\nkey {}", self.store.url()?, key_file()?.display()))?;
            }
            Action::RotateKey => {
                if std::env::var_os("CONNSPEC_KEY").is_some_and(|key| !key.is_empty()) {
                    return Err(Failure::unexamined(
                        "the key comes from CONNSPEC_KEY, which this program cannot change",
                    )
                    .help("rotate a key file: unset CONNSPEC_KEY"));
                }
                let path = key_file()?;
                let store = self.store.open().await?;
                let rotated =
                    connspec_store::rotate_key_file(store.as_ref(), &path).await.map_err(Failure::unexamined)?;
                output::print(format_args!(
                    "{} records are sealed with the new key {} (it was {})",
                    rotated.resealed, rotated.new, rotated.old
                ))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
