//! Two machines whose clocks disagree share one store: nobody takes a living lease, a dead one is taken over. (With
//! PostgreSQL there is one clock, the server's; `tests/conformance/leases.rs` shows that nobody else's counts.)

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::clock::MachineClock;
use crate::refresh::{RefreshFailure, RefreshOptions, RefreshRequest, RefreshedBy, SystemRefreshClock, Updated};
use crate::{
    ConnectionStore, DefinitionReference, FileStore, LeaseAttempt, SavedConnection, Sealing, StoreErrorKind,
    refresh_once,
};

const HOUR: i64 = 3_600_000;

/// What the second machine's clock says when the first one's says now.
const AHEAD: [i64; 6] = [0, -30_000, 30_000, 3 * HOUR, -3 * HOUR, 876_000 * HOUR];

type Handle = Arc<dyn ConnectionStore>;

/// One place as two machines open it, the second `ahead` of the first; in every backend without a clock of its own.
async fn two_machines(folder: &Path, ahead: i64) -> Vec<[Handle; 2]> {
    let clocks = || [MachineClock::of_another("first", 0), MachineClock::of_another("second", ahead)];
    let mut files: Vec<Handle> = Vec::new();
    for clock in clocks() {
        let store = FileStore::open(folder.join(format!("store {ahead}")), Sealing::none()).await.unwrap();
        files.push(Arc::new(store.with_clock(clock)));
    }
    let mut places = vec![files];
    #[cfg(feature = "sqlite")]
    {
        let mut databases: Vec<Handle> = Vec::new();
        for clock in clocks() {
            let path = folder.join(format!("store {ahead}.db"));
            let store = crate::SqlStore::open_sqlite(path, Sealing::none()).await.unwrap();
            databases.push(Arc::new(store.with_clock(clock)));
        }
        places.push(databases);
    }
    places.into_iter().map(|handles| handles.try_into().unwrap_or_else(|_| panic!("two handles"))).collect()
}

async fn saved(store: &dyn ConnectionStore) {
    let mut first = SavedConnection::new("academy", DefinitionReference::default(), 0);
    first.data.insert("token".into(), "old".into());
    store.save(&first).await.unwrap();
}

fn is_due(connection: &SavedConnection) -> Result<bool, RefreshFailure> {
    Ok(connection.data["token"] == "old")
}

fn renewed(connection: SavedConnection) -> Updated {
    let mut data = connection.data;
    data.insert("token".into(), "new".into());
    Updated { data, ..Updated::default() }
}

fn request(store: &Handle, lease_millis: i64) -> RefreshRequest<'_> {
    RefreshRequest {
        store: &**store,
        name: "academy",
        holder: "me",
        clock: &SystemRefreshClock,
        options: RefreshOptions { lease_millis, ..RefreshOptions::default() },
    }
}

/// Runs `trial` for every difference and every backend at once: each of them waits most of its time.
async fn for_all<F: Future<Output = ()> + Send + 'static>(trial: fn(i64, Handle, Handle) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let mut running = tokio::task::JoinSet::new();
    for ahead in AHEAD {
        for [first, second] in two_machines(folder.path(), ahead).await {
            running.spawn(trial(ahead, first, second));
        }
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

/// The provider takes longer than the lease was taken for, and the other machine wants the same all the while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_living_lease_is_left_to_its_holder() {
    for_all(|ahead, first, second| async move {
        for (holder, other) in [(&first, &second), (&second, &first)] {
            if holder.load("academy").await.is_ok() {
                holder.remove("academy").await.unwrap();
            }
            saved(&**holder).await;
            let sent = AtomicUsize::new(0);
            let (told, asked) = tokio::sync::oneshot::channel();
            let holding = request(holder, 1_500);
            let holding = refresh_once(&holding, is_due, |connection| async {
                sent.fetch_add(1, Ordering::SeqCst);
                told.send(()).unwrap();
                tokio::time::sleep(Duration::from_millis(1_800)).await;
                Ok(renewed(connection))
            });
            let wanting = request(other, 1_500);
            let wanting = async {
                asked.await.unwrap();
                refresh_once(&wanting, is_due, |_| async { panic!("sent twice, {ahead} ms ahead") }).await
            };
            let (holding, wanting) = tokio::join!(holding, wanting);
            assert_eq!(holding.unwrap().by, RefreshedBy::Us);
            let wanting = wanting.unwrap();
            assert_eq!((wanting.by, &wanting.connection.data["token"]), (RefreshedBy::Another, &"new".into()));
            assert_eq!(sent.load(Ordering::SeqCst), 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_holders_lease_is_taken_over_once_it_has_stood_still() {
    for_all(|ahead, first, second| async move {
        saved(&*first).await;
        let LeaseAttempt::Acquired(dead) = first.acquire_lease("academy", "dead", 0, 200).await.unwrap() else {
            panic!("nobody has it");
        };
        let began = Instant::now();
        let wanting = request(&second, 30_000);
        let refreshed = refresh_once(&wanting, is_due, |connection| async { Ok(renewed(connection)) }).await.unwrap();
        assert_eq!(refreshed.by, RefreshedBy::Us, "{ahead} ms ahead");
        assert!(began.elapsed() >= Duration::from_millis(200), "{ahead} ms ahead: after {:?}", began.elapsed());
        let late = first.load("academy").await.unwrap();
        assert_eq!(first.save_holding(&late, dead).await.unwrap_err().kind, StoreErrorKind::LeaseLost);
    })
    .await;
}

/// Whoever announces a refresh has the lease's whole length from then on: else another could take it between the
/// announcement and the next renewal, and send the same token.
#[tokio::test]
async fn an_announcement_renews_the_lease() {
    let folder = tempfile::tempdir().unwrap();
    for [first, second] in two_machines(folder.path(), 0).await {
        saved(&*first).await;
        let LeaseAttempt::Acquired(token) = first.acquire_lease("academy", "me", 0, 60_000).await.unwrap() else {
            panic!("nobody has it");
        };
        tokio::time::sleep(Duration::from_millis(30)).await;
        let remaining = |state: crate::LeaseState| state.held.expect("it is held").remaining;
        assert!(remaining(first.lease_state("academy").await.unwrap()) <= 59_980);
        let mine = first.load("academy").await.unwrap();
        first.save_holding(&mine, token).await.unwrap();
        assert!(remaining(first.lease_state("academy").await.unwrap()) > 59_980);
        let asked = second.acquire_lease("academy", "other", 0, 60_000).await.unwrap();
        assert!(matches!(asked, LeaseAttempt::Held(_)), "{asked:?}");
    }
}
