//! Processes times tasks that all want the same connection refreshed.

use std::time::Instant;

use connspec_store::open;

use crate::common::sealing;
use crate::worker::{Orders, token};
use crate::{provider, save_first, start_worker, store_of};

const PROCESSES: u32 = 8;
const TASKS: u32 = 4;
const ROUNDS: u64 = 5;

/// demand.md 1: one refresh at a time, across tasks and processes. The
/// provider forgives nothing: one token sent twice revokes the family.
pub async fn one_refresh_a_round(kind: &str) {
    let places = tempfile::tempdir().unwrap();
    let url = store_of(kind, places.path()).await;
    let folder = tempfile::tempdir().unwrap();
    save_first(&url).await;
    let began = Instant::now();
    let workers = (0..PROCESSES).map(|number| {
        let orders = Orders {
            url: url.clone(),
            folder: folder.path().to_owned(),
            number,
            tasks: TASKS,
            rounds: ROUNDS,
            lease_millis: 30_000,
            forgives: false,
            answer_millis: 20,
        };
        start_worker(&serde_json::to_value(orders).unwrap())
    });
    for worker in workers.collect::<Vec<_>>() {
        let output = worker.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("worker: done"), "{kind}: {said}");
    }
    let expected = provider::Provider { current: ROUNDS, repeated: 0, revoked: false };
    assert_eq!(provider::read(folder.path()), expected, "{kind}");
    let saved = open(&url, sealing()).await.unwrap().load("academy").await.unwrap();
    assert_eq!((token(&saved), saved.refresh.attempts, saved.refresh.successes), (ROUNDS, ROUNDS, ROUNDS));
    assert_eq!(saved.refresh.presented, None, "{kind}");
    println!(
        "{kind}: {PROCESSES} processes × {TASKS} tasks, {ROUNDS} rounds, {ROUNDS} refreshes sent, in {:?}",
        began.elapsed()
    );
}
