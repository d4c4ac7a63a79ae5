//! Processes killed at any moment (SIGKILL): 30 in an ordinary run, 500 with
//! `CONNSPEC_LONG`, or as many as `CONNSPEC_KILLS` says, of every store.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use connspec_store::{ConnectionStore, open};

use crate::common::sealing;
use crate::worker::{Orders, token};
use crate::{provider, save_first, start_worker, stores};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_processes_leave_whole_records_and_no_forgotten_refresh() {
    let usual = if std::env::var_os("CONNSPEC_LONG").is_some() { 500 } else { 30 };
    let kills: u32 = std::env::var("CONNSPEC_KILLS").map_or(usual, |text| text.parse().expect("a number"));
    let places = tempfile::tempdir().unwrap();
    for (kind, url) in stores(places.path()).await {
        let folder = tempfile::tempdir().unwrap();
        save_first(&url).await;
        let (mut lost_answers, mut seen) = (0, 0);
        for kill in 0..kills {
            kill_a_worker(&url, folder.path(), kill);
            let store = open(&url, sealing()).await.unwrap();
            lost_answers += u32::from(check(&*store, folder.path(), &mut seen).await);
        }
        let provider = provider::read(folder.path());
        assert!(provider.current > 0, "{kind}: the workers were killed before they did anything");
        println!(
            "{kind}: {kills} kills, {} refreshes; {lost_answers} times the provider was ahead of the store, known as sent each time; {} refreshes repeated; 0 records damaged, 0 saves gone",
            provider.current, provider.repeated
        );
    }
}

/// Starts a worker, lets it work for up to 200 ms and kills it.
fn kill_a_worker(url: &str, folder: &Path, number: u32) {
    let orders = Orders {
        url: url.to_owned(),
        folder: folder.to_owned(),
        number,
        tasks: 2,
        rounds: 0,
        lease_millis: 40,
        forgives: true,
        answer_millis: 1,
    };
    let mut worker = start_worker(&serde_json::to_value(orders).unwrap());
    let mut lines = BufReader::new(worker.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("worker: ready")), "the worker opens the store");
    let mut random = [0];
    getrandom::fill(&mut random).unwrap();
    // The moment of the kill is the point; nothing waits for it.
    std::thread::sleep(Duration::from_millis(u64::from(random[0]) * 200 / 255));
    worker.kill().unwrap();
    worker.wait().unwrap();
}

/// Whole records, versions that only grow, and where the provider is ahead of
/// the store, a record that says so. Answers whether it is ahead.
async fn check(store: &dyn ConnectionStore, folder: &Path, seen: &mut u64) -> bool {
    let page = store.list(None, 10).await.unwrap();
    assert_eq!((page.connections.len(), page.unreadable.len()), (1, 0));
    let saved = store.load("academy").await.unwrap();
    assert!(saved.version >= *seen, "a saved version is gone");
    *seen = saved.version;
    let stored = token(&saved);
    assert_eq!(saved.data["accessToken"], stored);
    assert_eq!(saved.data["padding"], (stored % 10).to_string().repeat(20_000));

    let provider = provider::read(folder);
    assert!(!provider.revoked, "a token older than the provider forgives was sent");
    let ahead = provider.current != stored;
    assert!(!ahead || provider.current == stored + 1, "a saved token is gone");
    assert!(!ahead || saved.refresh.presented.is_some(), "sent, and nobody knows");
    ahead
}
