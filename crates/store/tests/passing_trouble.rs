//! A store that fails for a moment while the answer of a refresh is on its way into it.
#![allow(clippy::unwrap_used)] // a test may panic

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use connspec_store::refresh::{
    RefreshClock, RefreshError, RefreshFailure, RefreshFailureKind, RefreshOptions, RefreshRequest, RefreshedBy,
    Updated,
};
use connspec_store::{
    BoxFuture, ConnectionStore, DefinitionReference, FencingToken, LeaseAttempt, LeaseState, MemoryStore, Page,
    PendingAuthorization, Result, SavedConnection, Sealing, StoreError, StoreErrorKind, refresh_once,
};

/// A memory store whose `load` and `save` fail as told, first come first served.
#[derive(Default)]
struct Troubled {
    inner: MemoryStore,
    loads: Mutex<VecDeque<StoreErrorKind>>,
    saves: Mutex<VecDeque<StoreErrorKind>>,
    renewals: AtomicU64,
}

fn trouble(script: &Mutex<VecDeque<StoreErrorKind>>) -> Result<()> {
    match script.lock().unwrap().pop_front() {
        Some(kind) => Err(StoreError::new(kind, "for a moment")),
        None => Ok(()),
    }
}

impl ConnectionStore for Troubled {
    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SavedConnection>> {
        Box::pin(async move {
            trouble(&self.loads)?;
            self.inner.load(name).await
        })
    }

    fn save<'a>(&'a self, connection: &'a SavedConnection) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            trouble(&self.saves)?;
            self.inner.save(connection).await
        })
    }

    fn save_holding<'a>(&'a self, connection: &'a SavedConnection, token: FencingToken) -> BoxFuture<'a, Result<u64>> {
        self.inner.save_holding(connection, token)
    }

    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>> {
        self.inner.remove(name)
    }

    fn list<'a>(&'a self, after: Option<&'a str>, limit: usize) -> BoxFuture<'a, Result<Page>> {
        self.inner.list(after, limit)
    }

    fn put_pending<'a>(&'a self, pending: &'a PendingAuthorization) -> BoxFuture<'a, Result<()>> {
        self.inner.put_pending(pending)
    }

    fn take_pending<'a>(&'a self, state: &'a str, now: i64) -> BoxFuture<'a, Result<PendingAuthorization>> {
        self.inner.take_pending(state, now)
    }

    fn acquire_lease<'a>(
        &'a self,
        name: &'a str,
        holder: &'a str,
        now: i64,
        length: i64,
    ) -> BoxFuture<'a, Result<LeaseAttempt>> {
        self.inner.acquire_lease(name, holder, now, length)
    }

    fn renew_lease<'a>(&'a self, name: &'a str, token: FencingToken, length: i64) -> BoxFuture<'a, Result<()>> {
        self.renewals.fetch_add(1, Ordering::SeqCst);
        self.inner.renew_lease(name, token, length)
    }

    fn release_lease<'a>(&'a self, name: &'a str, token: FencingToken) -> BoxFuture<'a, Result<()>> {
        self.inner.release_lease(name, token)
    }

    fn lease_state<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<LeaseState>> {
        self.inner.lease_state(name)
    }

    fn rotate_key<'a>(&'a self, old: &'a Sealing, new: &'a Sealing) -> BoxFuture<'a, Result<usize>> {
        self.inner.rotate_key(old, new)
    }
}

/// Sleeping moves it and takes no time, unless `sleeps` are to be waited for.
struct TestClock {
    now: AtomicI64,
    until_renewed: Option<std::sync::Arc<Troubled>>,
}

impl RefreshClock for TestClock {
    fn now(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    fn sleep<'a>(&'a self, millis: u64) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            self.now.fetch_add(i64::try_from(millis).unwrap(), Ordering::SeqCst);
            if let Some(store) = &self.until_renewed {
                let before = store.renewals.load(Ordering::SeqCst);
                while store.renewals.load(Ordering::SeqCst) == before {
                    tokio::task::yield_now().await;
                }
            }
        })
    }
}

const LOCKED: StoreErrorKind = StoreErrorKind::Locked;
const UNREACHABLE: StoreErrorKind = StoreErrorKind::Unreachable;

/// What a refresh comes to whose outcome meets these troubles on its way into the store.
async fn refresh(
    store: &std::sync::Arc<Troubled>,
    options: RefreshOptions,
    waits: bool,
    loads: &[StoreErrorKind],
    saves: &[StoreErrorKind],
    outcome: std::result::Result<&'static str, RefreshFailureKind>,
) -> std::result::Result<RefreshedBy, RefreshError> {
    let mut first = SavedConnection::new("a", DefinitionReference::default(), 0);
    first.data.insert("token".into(), "old".into());
    store.inner.save(&first).await.unwrap();
    let clock = TestClock { now: AtomicI64::new(1_000), until_renewed: waits.then(|| store.clone()) };
    let request = RefreshRequest { store: &**store, name: "a", holder: "me", clock: &clock, options };
    let perform = |connection: SavedConnection| async move {
        // Somebody edits meanwhile, so that the save meets a conflict and loads again.
        let mut edited = store.inner.load("a").await.unwrap();
        edited.data.insert("label".into(), "mine".into());
        store.inner.save(&edited).await.unwrap();
        store.loads.lock().unwrap().extend(loads);
        store.saves.lock().unwrap().extend(saves);
        let token = outcome.map_err(|kind| RefreshFailure::new(kind, "the provider said no"))?;
        let mut data = connection.data;
        data.insert("token".into(), token.into());
        Ok(Updated { data, ..Updated::default() })
    };
    refresh_once(&request, |_| Ok(true), perform).await.map(|refreshed| refreshed.by)
}

#[tokio::test]
async fn new_tokens_survive_a_store_that_is_away_for_a_moment() {
    for (loads, saves) in [
        (vec![LOCKED], vec![]),
        (vec![LOCKED, UNREACHABLE, LOCKED, UNREACHABLE], vec![]),
        (vec![UNREACHABLE], vec![LOCKED, LOCKED]),
    ] {
        let store = std::sync::Arc::new(Troubled::default());
        let by = refresh(&store, RefreshOptions::default(), false, &loads, &saves, Ok("new")).await.unwrap();
        assert_eq!(by, RefreshedBy::Us, "{loads:?} {saves:?}");
        let saved = store.inner.load("a").await.unwrap();
        assert_eq!((&saved.data["token"], &saved.data["label"]), (&"new".into(), &"mine".into()));
        assert_eq!(saved.refresh.presented, None);
    }
}

#[tokio::test]
async fn a_failure_is_written_down_as_patiently() {
    for (loads, saves) in [(vec![LOCKED], vec![]), (vec![], vec![UNREACHABLE]), (vec![LOCKED; 2], vec![LOCKED; 3])] {
        let store = std::sync::Arc::new(Troubled::default());
        let outcome = Err(RefreshFailureKind::Permanent);
        let error = refresh(&store, RefreshOptions::default(), false, &loads, &saves, outcome).await.unwrap_err();
        assert!(!error.to_string().contains("written down"), "{error}");
        let saved = store.inner.load("a").await.unwrap();
        assert_eq!(saved.needs_reauthorization.as_deref(), Some("the provider said no"), "{loads:?} {saves:?}");
        assert_eq!(saved.refresh.presented, None);
    }
}

#[tokio::test]
async fn patience_with_the_store_has_an_end_too() {
    let store = std::sync::Arc::new(Troubled::default());
    let error = refresh(&store, RefreshOptions::default(), false, &[LOCKED; 99], &[], Ok("new")).await.unwrap_err();
    let RefreshError::NotSaved { connection, error } = error else { panic!("{error}") };
    assert_eq!((connection.data["token"].as_str(), error.kind), (Some("new"), LOCKED));
}

/// Else another process would take the lease over and send the old token again.
#[tokio::test]
async fn the_lease_is_kept_until_the_answer_is_saved() {
    let store = std::sync::Arc::new(Troubled::default());
    let options = RefreshOptions { lease_millis: 60, ..RefreshOptions::default() };
    let refreshing = refresh(&store, options, true, &[LOCKED], &[], Ok("new"));
    let patience = std::time::Duration::from_secs(20);
    let by = tokio::time::timeout(patience, refreshing).await.expect("the lease is renewed while saving").unwrap();
    assert_eq!(by, RefreshedBy::Us);
}
