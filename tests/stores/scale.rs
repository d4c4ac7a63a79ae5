//! One connection among few and among very many: what showing it, refreshing it and a page of the list cost, and how
//! much memory that takes. The two stores take turns, so that both see the same machine; the fastest of many turns
//! counts, as everything that comes on top is somebody else's.
//!
//! 100 and 3,000 connections in an ordinary run, 100 and 100,000 with `CONNSPEC_LONG`.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use connspec_store::refresh::{RefreshOptions, RefreshRequest, SystemRefreshClock, Updated};
use connspec_store::{ConnectionStore, DefinitionReference, KeySource, SavedConnection, Sealing, open, refresh_once};
use serde::{Deserialize, Serialize};

use crate::is_long;
use crate::place::{Kind, Place};
use crate::support::{Sandbox, block_on};
use crate::worker::ORDERS;

const FEW: u32 = 100;

/// The connection that is looked for: in the middle, and at the end of a page.
const NAMED: &str = "c000050";

/// What a cost among many may be of that among few.
const MOST: f64 = 2.0;

/// What a process that measures memory is told.
#[derive(Debug, Serialize, Deserialize)]
pub struct Orders {
    pub url: String,
    pub key: String,
}

pub fn costs_do_not_grow(kind: Kind) {
    let (many, turns) = if is_long() { (100_000, 200) } else { (3_000, 60) };
    let sandboxes = [Sandbox::new(), Sandbox::new()];
    let places = [Place::new(kind, &sandboxes[0]), Place::new(kind, &sandboxes[1])];
    let counts = [FEW, many];
    for (place, count) in places.iter().zip(counts) {
        fill(place, count);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut stores = Vec::new();
        for place in &places {
            stores.push(open(&place.url, sealing()).await.unwrap());
        }
        let after = format!("c{:06}", many / 2);
        let pages = [None, Some(after.as_str())];
        let mut best = [[Duration::MAX; 2]; 3];
        for _ in 0..turns {
            for (number, store) in stores.iter().enumerate() {
                let costs = [
                    cost(async { drop(store.load(NAMED).await.unwrap()) }).await,
                    cost(refresh(&**store)).await,
                    cost(async { assert_eq!(store.list(pages[number], 50).await.unwrap().connections.len(), 50) })
                        .await,
                ];
                for (best, cost) in best.iter_mut().zip(costs) {
                    best[number] = best[number].min(cost);
                }
            }
        }
        for (what, [few, many]) in ["show", "refresh", "a page of 50"].iter().zip(best) {
            let ratio = many.as_secs_f64() / few.as_secs_f64();
            println!(
                "{kind}: {what} among {} costs {ratio:.2} × what it costs among {FEW} ({:.0} µs, {:.0} µs)",
                counts[1],
                many.as_secs_f64() * 1e6,
                few.as_secs_f64() * 1e6
            );
            assert!(ratio <= MOST, "{kind}: {what} grows with the number of connections");
        }
    });
    let [few, many_kib] = places.each_ref().map(least_peak_memory);
    println!(
        "{kind}: peak memory {:.1} MiB among {}, {:.1} MiB among {FEW}",
        many_kib as f64 / 1024.0,
        counts[1],
        few as f64 / 1024.0
    );
    assert!(many_kib <= few + 4 * 1024, "{kind}: memory grows with the number of connections");
}

async fn cost(work: impl Future<Output = ()>) -> Duration {
    let began = Instant::now();
    work.await;
    began.elapsed()
}

async fn refresh(store: &dyn ConnectionStore) {
    let request = RefreshRequest {
        store,
        name: NAMED,
        holder: "scale",
        clock: &SystemRefreshClock,
        options: RefreshOptions::default(),
    };
    let answer =
        |connection: SavedConnection| async move { Ok(Updated { data: connection.data, ..Updated::default() }) };
    refresh_once(&request, |_| Ok(true), answer).await.unwrap();
}

/// A store of `count` connections: one is saved as usual, the rest are copies of it under other names, made by the
/// database. They are sealed with nothing, which no list looks at.
fn fill(place: &Place, count: u32) {
    let template = "c000000";
    block_on(async {
        let store = open(&place.url, Sealing::none()).await.unwrap();
        let mut connection = SavedConnection::new(template, DefinitionReference::default(), 1_700_000_000_000);
        connection.data.insert("accessToken".to_owned(), "a".repeat(700).into());
        connection.data.insert("refreshToken".to_owned(), "r".repeat(300).into());
        store.save(&connection).await.unwrap();
        store.close().await;
    });
    let (numbers, name) = match place.kind {
        Kind::Sqlite => (
            format!(
                "(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {}) SELECT n FROM n)",
                count - 1
            ),
            "printf('c%06d', n.n)",
        ),
        Kind::Postgres => (format!("generate_series(1, {})", count - 1), "('c' || lpad(n.n::text, 6, '0'))"),
    };
    place.execute(&format!(
        "INSERT INTO connspec_connections (name, version, body, lease_token)
         SELECT {name}, version, replace(body, '{template}', {name}), lease_token
         FROM connspec_connections, {numbers} AS n{} WHERE name = '{template}'",
        if place.kind == Kind::Postgres { "(n)" } else { "" }
    ));
    if place.kind == Kind::Postgres {
        place.execute("ANALYZE connspec_connections");
    }
}

fn sealing() -> Sealing {
    KeySource::text(KEY).resolve().unwrap()
}

/// Any key will do.
const KEY: &str = "0101010101010101010101010101010101010101010101010101010101010101";

/// The least of several peaks: as with time, what comes on top (an arena of memory for one more thread) is not the store's.
fn least_peak_memory(place: &Place) -> u64 {
    (0..3).map(|_| peak_memory(place)).min().unwrap()
}

/// The most memory, in KiB, of a process that shows, refreshes and lists all of the store page by page.
fn peak_memory(place: &Place) -> u64 {
    let orders = Orders { url: place.url.clone(), key: KEY.to_owned() };
    let output = Command::new(std::env::current_exe().unwrap())
        .env(ORDERS, serde_json::to_string(&orders).unwrap())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// What such a process does.
pub fn work(orders: &Orders) {
    block_on(async {
        let sealing = KeySource::text(orders.key.clone()).resolve().unwrap();
        let store: Arc<dyn ConnectionStore> = Arc::from(open(&orders.url, sealing).await.unwrap());
        store.load(NAMED).await.unwrap();
        refresh(&*store).await;
        let mut after = None;
        loop {
            let page = store.list(after.as_deref(), 100).await.unwrap();
            assert!(page.unreadable.is_empty());
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    });
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("{}", peak.trim().trim_end_matches("kB").trim());
}
