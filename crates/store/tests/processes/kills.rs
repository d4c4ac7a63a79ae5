//! Processes killed at any moment (SIGKILL): 30 in an ordinary run, 500 with
//! `CONNSPEC_LONG`, or as many as `CONNSPEC_KILLS` says, of every store.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use connspec_store::{ConnectionStore, open};

use crate::common::sealing;
use crate::worker::{Orders, token};
use crate::{provider, save_first, start_worker, store_of};

/// Milliseconds a worker lives at most, while workers get something done and where they do not.
const SHORTEST_LIFE: u64 = 200;
const LONGEST_LIFE: u64 = 3_200;

pub async fn whole_records_and_no_forgotten_refresh(kind: &str) {
    let usual = if std::env::var_os("CONNSPEC_LONG").is_some() { 500 } else { 30 };
    let kills: u32 = std::env::var("CONNSPEC_KILLS").map_or(usual, |text| text.parse().expect("a number"));
    let places = tempfile::tempdir().unwrap();
    let url = store_of(kind, places.path()).await;
    let folder = tempfile::tempdir().unwrap();
    save_first(&url).await;
    let (mut lost_answers, mut seen) = (0, 1);
    let mut window = SHORTEST_LIFE;
    for kill in 0..kills {
        let before = seen;
        kill_a_worker(&url, folder.path(), kill, window);
        let store = open(&url, sealing()).await.unwrap();
        lost_answers += u32::from(check(&*store, folder.path(), &mut seen).await);
        // On a busy machine a worker needs longer to come to anything.
        window = if seen > before { SHORTEST_LIFE } else { (window * 2).min(LONGEST_LIFE) };
    }
    assert!(seen > 1, "{kind}: the workers were killed before they did anything");
    refresh_once_more(&url, folder.path(), kills).await;
    let provider = provider::read(folder.path());
    println!(
        "{kind}: {kills} kills, {} refreshes; {lost_answers} times the provider was ahead of the store, known as sent each time; {} refreshes repeated; 0 records damaged, 0 saves gone",
        provider.current, provider.repeated
    );
}

/// Starts a worker, lets it work for up to `window` milliseconds and kills it.
fn kill_a_worker(url: &str, folder: &Path, number: u32, window: u64) {
    let mut worker = start_worker(&serde_json::to_value(orders(url, folder, number)).unwrap());
    let mut lines = BufReader::new(worker.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("worker: ready")), "the worker opens the store");
    let mut random = [0];
    getrandom::fill(&mut random).unwrap();
    // The moment of the kill is the point; nothing waits for it.
    std::thread::sleep(Duration::from_millis(u64::from(random[0]) * window / 255));
    worker.kill().unwrap();
    worker.wait().unwrap();
}

/// After all that a process nobody kills still gets new tokens.
async fn refresh_once_more(url: &str, folder: &Path, number: u32) {
    let stored = token(&open(url, sealing()).await.unwrap().load("academy").await.unwrap());
    let orders = Orders { rounds: stored + 1, ..orders(url, folder, number) };
    let output = start_worker(&serde_json::to_value(orders).unwrap()).wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("worker: done"), "{said}");
    let saved = open(url, sealing()).await.unwrap().load("academy").await.unwrap();
    assert_eq!((token(&saved), saved.refresh.presented), (stored + 1, None));
}

fn orders(url: &str, folder: &Path, number: u32) -> Orders {
    Orders {
        url: url.to_owned(),
        folder: folder.to_owned(),
        number,
        tasks: 2,
        rounds: 0,
        lease_millis: 40,
        forgives: true,
        answer_millis: 1,
    }
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
