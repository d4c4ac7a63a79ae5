//! Many processes, some of them killed: one refresh at a time, nothing half
//! written, nothing forgotten. The processes are this test binary itself.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a test may panic, and reports what it counted

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/trials.rs"]
mod trials;

mod contention;
mod kills;
mod provider;
mod worker;

use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};

use serde_json::{Value, json};

use common::{connection, map, sealing};

/// What a worker process is told, as JSON in this environment variable.
const ORDERS: &str = "CONNSPEC_STORE_TEST_WORKER";

/// The stores to run against.
const STORES: &[&str] = &[
    "file",
    #[cfg(feature = "sqlite")]
    "sqlite",
    #[cfg(feature = "postgres")]
    POSTGRES,
];

#[cfg(feature = "postgres")]
const POSTGRES: &str = "postgres";

fn main() -> ExitCode {
    if let Ok(orders) = std::env::var(ORDERS) {
        worker::work(&serde_json::from_str(&orders).unwrap());
        return ExitCode::SUCCESS;
    }
    let trials = STORES.iter().flat_map(|&kind| {
        let trials = [
            trials::trial(format!("{kind}::one_refresh_a_round_among_processes_and_tasks"), move || {
                Box::pin(contention::one_refresh_a_round(kind))
            }),
            trials::trial(
                format!("{kind}::killed_processes_leave_whole_records_and_no_forgotten_refresh"),
                move || Box::pin(kills::whole_records_and_no_forgotten_refresh(kind)),
            ),
        ];
        #[cfg(feature = "postgres")]
        let trials = trials.map(|trial| if kind == POSTGRES { trials::where_there_is_postgres(trial) } else { trial });
        trials
    });
    // One by one: each starts enough processes of its own.
    trials::run(trials.collect(), Some(1))
}

/// Starts this test binary as a worker.
fn start_worker(orders: &Value) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .env(ORDERS, orders.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// A store of `kind` for one test: its own file or folder in `folder`, or its own schema.
async fn store_of(kind: &str, folder: &Path) -> String {
    match kind {
        "file" => format!("file:{}", folder.join("store").display()),
        "sqlite" => format!("sqlite:{}", folder.join("store.db").display()),
        #[cfg(feature = "postgres")]
        POSTGRES => common::postgres_url().await,
        other => panic!("{other} is no store"),
    }
}

/// Saves the connection the workers work on: token 0 of the provider.
async fn save_first(url: &str) {
    let store = connspec_store::open(url, sealing()).await.unwrap();
    let mut first = connection("academy");
    first.data = map(json!({"refreshToken": 0, "accessToken": 0, "padding": "0".repeat(20_000), "edits": 0}));
    store.save(&first).await.unwrap();
}
