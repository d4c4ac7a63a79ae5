//! `connspec info NAME`: who a saved connection is, and does it still work.

use std::sync::Arc;

use clap::Args;

use crate::failure::{Failure, Outcome};
use crate::options::{Network, Shown, Store};
use crate::session::{Opened, Session, print_address, saved};

/// Run the info block of a saved connection: who is it, and does it still work
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec info 'Jane Black' --json")]
pub struct Info {
    #[command(flatten)]
    pub(super) named: Named,
}

impl Info {
    pub async fn run(&self) -> Outcome {
        let (session, opened) = self.named.open().await?;
        let report = session.runner.info(&opened.definition, &self.named.name).await;
        session.finish(&report)
    }
}

/// A saved connection and how to reach its provider.
#[derive(Debug, Args)]
pub struct Named {
    /// The saved connection
    pub name: String,

    #[command(flatten)]
    network: Network,

    #[command(flatten)]
    store: Store,

    /// A switch where the evidence about Make is silent or disagrees (docs/compatibility.md)
    #[arg(long, value_name = "KEY=VALUE")]
    compat: Vec<String>,

    #[command(flatten)]
    pub shown: Shown,
}

impl Named {
    /// Finds the connection and its definition, and prepares a run.
    ///
    /// # Errors
    /// When either is not there, or an option does not make sense.
    pub async fn open(&self) -> Result<(Session, Opened), Failure> {
        self.open_with(print_address).await
    }

    /// As [`Named::open`], without a timeline on stdout, to ask for `address`.
    ///
    /// # Errors
    /// As [`Named::open`].
    pub async fn open_quietly(&self, address: &str) -> Result<(Session, Opened), Failure> {
        self.prepare(print_address, Some(address)).await
    }

    /// As [`Named::open`]; `open` is handed the address a person must visit.
    ///
    /// # Errors
    /// As [`Named::open`].
    pub async fn open_with(&self, open: fn(&str)) -> Result<(Session, Opened), Failure> {
        self.prepare(open, None).await
    }

    async fn prepare(&self, open: fn(&str), address: Option<&str>) -> Result<(Session, Opened), Failure> {
        let shown = Shown { quiet: address.is_some(), ..self.shown.clone() };
        let store: Arc<dyn connspec_store::ConnectionStore> = self.store.open_existing().await?.into();
        let (connection, mut opened) = saved(store.as_ref(), &self.name).await?;
        for choice in &self.compat {
            opened.compat.set(choice).map_err(Failure::unexamined)?;
        }
        let network = Network { also: address.map(str::to_owned).into_iter().collect(), ..self.network.clone() };
        let network = network.recalling(&connection.settings);
        let session = Session::new(&network, &shown, store, &opened, open)?.rescuing(&self.store)?;
        Ok((session, opened))
    }
}
