//! `connspec store`: the place and the key of the saved connections.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use connspec_store::{ConnectionStore, Rotation, shell_quoted};

use crate::failure::{Failure, Outcome};
use crate::options::{self, is_in_keychain, is_key_handed_in, key_file, rescue_folder};
use crate::output;

/// The saved connections' key and place
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec store rotate-key")]
pub struct Store {
    #[command(subcommand)]
    action: Action,

    /// The saved connections: sqlite:FILE, file:FOLDER or postgres://…; also CONNSPEC_STORE. Default: a SQLite file
    /// in the user's data folder
    #[arg(long, value_name = "URL", global = true)]
    store: Option<String>,
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
        let place = options::Store { store: self.store.clone() };
        match self.action {
            Action::Path => {
                let url = place.url()?;
                if is_in_keychain() {
                    output::print(format_args!("{url}\nkey in the system's keychain"))?;
                } else {
                    output::print(format_args!("{url}\nkey {}", key_file()?.display()))?;
                }
            }
            Action::RotateKey => {
                if is_key_handed_in() {
                    return Err(Failure::unexamined(
                        "the key comes from CONNSPEC_KEY, which this program cannot change",
                    )
                    .help("rotate a key file: unset CONNSPEC_KEY"));
                }
                refuse_with_rescued()?;
                let store = place.open().await?;
                let rotated = rotate(store.as_ref()).await?;
                output::print(format_args!(
                    "{} records are sealed with the new key {} (it was {})",
                    rotated.resealed, rotated.new, rotated.old
                ))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What was rescued is sealed with the key there is, and would not open with the ones to come.
fn refuse_with_rescued() -> Result<(), Failure> {
    let files = connspec_store::rescued_files(&rescue_folder()?).map_err(Failure::unexamined)?;
    let Some(first) = files.first() else { return Ok(()) };
    Err(Failure::unexamined(format!(
        "{} holds secrets that could not be saved, sealed with the key there is; nothing was changed",
        first.display()
    ))
    .help(format!(
        "bring them back with `connspec connections import {}`, or remove the file if you need them no more",
        shell_quoted(&first.display().to_string())
    )))
}

async fn rotate(store: &dyn ConnectionStore) -> Result<Rotation, Failure> {
    #[cfg(feature = "keychain")]
    if is_in_keychain() {
        let lock = options::keychain_lock()?;
        return connspec_store::rotate_keychain(store, &lock).await.map_err(Failure::unexamined);
    }
    connspec_store::rotate_key_file(store, &key_file()?).await.map_err(Failure::unexamined)
}
