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
//!
//! # Fixtures in tests of your own
//!
//! A folder of fixtures is a test in one line; whatever differs is the panic's message, with the line of the definition:
//!
//! ```
//! # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");
//! // #[test] fn our_connections_do_what_they_did() {
//! connspec::rehearsal::assert_fixtures(folder);
//! // }
//! ```
//!
//! [`exchange::Recorder`] and [`exchange::Replayer`] are [`exchange::Transport`]s: whatever sends through one can be
//! recorded once, without its secrets, and answered from the fixture ever after.
//!
//! ```
//! use connspec::exchange::{Fixture, Recorder, Replayer, Request, Response, Secrets, Transport};
//!
//! /// Code of your own that talks to a provider.
//! async fn log_in(transport: &dyn Transport, secret: &str) -> Result<u16, Box<dyn std::error::Error>> {
//!     let form = [("grant_type", "client_credentials"), ("client_secret", secret)];
//!     let request = Request::new("POST", "https://auth.example.com/token").with_form(form);
//!     Ok(transport.send(&request).await?.status)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Any closure is a transport; here it stands for the provider (elsewhere: `Live::new()`).
//! let provider = |_: &Request| Ok(Response::json(200, &serde_json::json!({ "access_token": "kept-nowhere-1" })));
//! let recorder = Recorder::new(provider, Secrets::new());
//! log_in(&recorder, "a-real-secret").await?;
//! let fixture = recorder.fixture(Fixture::new())?;
//! assert!(!fixture.to_text().contains("a-real-secret") && !fixture.to_text().contains("kept-nowhere-1"));
//!
//! let replayer = Replayer::new(&fixture);
//! assert_eq!(log_in(&replayer, "any-other-secret").await?, 200);
//! assert!(replayer.unused().is_empty());
//! let error = log_in(&replayer, "once too often").await.unwrap_err();
//! assert!(error.to_string().contains("not in the fixture"));
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
