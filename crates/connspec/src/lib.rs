//! The library people embed: checks, runs, replays and saved connections in one place.
//!
//! * [`spec`] loads a definition, [`checks`] judges it;
//! * [`runner`] connects, refreshes and invalidates with a [`exchange::Transport`], a clock and a
//!   [`store::ConnectionStore`] of your choice, and answers a report;
//! * [`exchange`] performs, records and replays HTTP; [`rehearsal`] runs suites of fixtures;
//! * [`provider`] plays the other side in your tests;
//! * [`iml`] is the expression language, [`diagnostics`] places and messages.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//!
//! use connspec::exchange::{Following, Live};
//! use connspec::runner::Runner;
//!
//! let loaded = connspec::spec::load("path/to/app", &Default::default())?;
//! let store = connspec::store::open("sqlite:connections.db", connspec::store::Sealing::none()).await?;
//! let runner = Runner::new(Arc::new(Following::new(Live::new()))).with_store(store.into());
//! // Refreshed when the definition says so: once, however many tasks and processes ask.
//! let token = runner.token(&loaded.definition, "Jane Black").await;
//! # drop(token);
//! # Ok(())
//! # }
//! ```

pub use connspec_checks as checks;
pub use connspec_diagnostics as diagnostics;
pub use connspec_exchange as exchange;
pub use connspec_iml as iml;
pub use connspec_provider as provider;
pub use connspec_rehearsal as rehearsal;
pub use connspec_runner as runner;
pub use connspec_spec as spec;
pub use connspec_store as store;
