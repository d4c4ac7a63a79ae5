//! What a worker process does.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use connspec_store::refresh::{
    RefreshFailure, RefreshFailureKind, RefreshOptions, RefreshRequest, SystemRefreshClock, Updated,
};
use connspec_store::{ConnectionStore, SavedConnection, open, refresh_once};
use serde::{Deserialize, Serialize};

use crate::common::{NOW, pending, sealing};
use crate::provider;

/// The work of one process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Orders {
    pub url: String,
    pub folder: PathBuf,
    pub number: u32,
    pub tasks: u32,
    /// Refreshes to see; 0: go on until killed.
    pub rounds: u64,
    pub lease_millis: i64,
    pub forgives: bool,
    /// How long the provider thinks.
    pub answer_millis: u64,
}

pub fn work(orders: &Orders) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let store: Arc<dyn ConnectionStore> = Arc::from(open(&orders.url, sealing()).await.unwrap());
        tell("ready");
        let tasks = (0..orders.tasks).map(|task| {
            let (store, orders) = (store.clone(), orders.clone());
            tokio::spawn(async move {
                match orders.rounds {
                    0 => work_for_ever(&*store, &orders, task).await,
                    rounds => work_rounds(&*store, &orders, rounds).await,
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
    tell("done");
}

/// On stdout, at once.
fn tell(word: &str) {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "worker: {word}").unwrap();
    stdout.flush().unwrap();
}

/// Wants the connection refreshed to token 1, then 2, and so on.
async fn work_rounds(store: &dyn ConnectionStore, orders: &Orders, rounds: u64) {
    for round in 1..=rounds {
        let decide = |connection: &SavedConnection| Ok(token(connection) < round);
        let refreshed = refresh(store, orders, decide).await.unwrap();
        assert!(token(&refreshed) >= round, "told of a refresh that is not there");
    }
}

/// Refreshes, edits and authorizes until killed.
async fn work_for_ever(store: &dyn ConnectionStore, orders: &Orders, task: u32) {
    for turn in 0_u64.. {
        // Another's failure and a lease still held by a killed process are no news here.
        let _ = refresh(store, orders, |_| Ok(true)).await;
        let mut edited = store.load("academy").await.unwrap();
        let edits = edited.data["edits"].as_u64().unwrap();
        edited.data.insert("edits".into(), (edits + 1).into());
        let _ = store.save(&edited).await; // a conflict is somebody else's success
        let state = format!("{}-{task}-{turn}-{}", orders.number, std::process::id());
        store.put_pending(&pending(&state)).await.unwrap();
        store.take_pending(&state, NOW).await.unwrap();
    }
}

async fn refresh(
    store: &dyn ConnectionStore,
    orders: &Orders,
    decide: impl Fn(&SavedConnection) -> Result<bool, RefreshFailure> + Send,
) -> Result<SavedConnection, connspec_store::refresh::RefreshError> {
    let holder = format!("worker {}", orders.number);
    let request = RefreshRequest {
        store,
        name: "academy",
        holder: &holder,
        clock: &SystemRefreshClock,
        options: RefreshOptions { lease_millis: orders.lease_millis, insist: true, ..RefreshOptions::default() },
    };
    let perform = |connection: SavedConnection| async move {
        assert!(connection.refresh.presented.is_some(), "announced before it is sent");
        let answer = present(&orders.folder, token(&connection), orders.forgives);
        tokio::time::sleep(Duration::from_millis(orders.answer_millis)).await;
        let token = answer.ok_or_else(|| RefreshFailure::new(RefreshFailureKind::Permanent, "revoked"))?;
        let mut data = connection.data.clone();
        data.insert("refreshToken".into(), token.into());
        data.insert("accessToken".into(), token.into());
        data.insert("padding".into(), (token % 10).to_string().repeat(20_000).into());
        Ok(Updated { data, ..Updated::default() })
    };
    Ok(refresh_once(&request, decide, perform).await?.connection)
}

fn present(folder: &Path, token: u64, forgives: bool) -> Option<u64> {
    provider::refresh(folder, token, forgives)
}

pub fn token(connection: &SavedConnection) -> u64 {
    connection.data["refreshToken"].as_u64().unwrap()
}
