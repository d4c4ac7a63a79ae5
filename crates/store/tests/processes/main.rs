//! Many processes, some of them killed: one refresh at a time, nothing half
//! written, nothing forgotten. The processes are this test binary itself.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a test may panic, and reports what it counted

#[path = "../common/mod.rs"]
mod common;
mod contention;
mod kills;
mod provider;
mod worker;

use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use common::{connection, map, sealing};

/// What a worker process is told, as JSON in this environment variable.
const ORDERS: &str = "CONNSPEC_STORE_TEST_WORKER";

/// Not a test: the entry of the worker processes, idle in an ordinary run.
#[test]
fn worker_process() {
    if let Ok(orders) = std::env::var(ORDERS) {
        worker::work(&serde_json::from_str(&orders).unwrap());
    }
}

/// Starts this test binary as a worker.
fn start_worker(orders: &Value) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "worker_process", "--nocapture", "--test-threads=1"])
        .env(ORDERS, orders.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The stores to run against: each its own file, folder or schema below `folder`.
async fn stores(folder: &Path) -> Vec<(&'static str, String)> {
    let mut stores = vec![("file", format!("file:{}", folder.join("store").display()))];
    #[cfg(feature = "sqlite")]
    stores.push(("sqlite", format!("sqlite:{}", folder.join("store.db").display())));
    #[cfg(feature = "postgres")]
    stores.extend(common::postgres_url().await.map(|url| ("postgres", url)));
    stores
}

/// Saves the connection the workers work on: token 0 of the provider.
async fn save_first(url: &str) {
    let store = connspec_store::open(url, sealing()).await.unwrap();
    let mut first = connection("academy");
    first.data = map(json!({"refreshToken": 0, "accessToken": 0, "padding": "0".repeat(20_000), "edits": 0}));
    store.save(&first).await.unwrap();
}
