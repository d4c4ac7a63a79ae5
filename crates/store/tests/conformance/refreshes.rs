//! One refresh at a time, across handles and tasks, whatever happens on the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use connspec_store::refresh::{
    RefreshClock, RefreshError, RefreshFailure, RefreshFailureKind, RefreshOptions, RefreshRequest, Refreshed,
    RefreshedBy, Updated,
};
use connspec_store::{BoxFuture, ConnectionStore, SavedConnection, SingleFlight, refresh_once};
use serde_json::json;

use crate::common::{NOW, Place, connection, map};

/// Stands still unless told; sleeping is short and real, as the store's lease is.
struct TestClock(AtomicI64);

impl RefreshClock for TestClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn sleep<'a>(&'a self, _millis: u64) -> BoxFuture<'a, ()> {
        Box::pin(tokio::time::sleep(Duration::from_millis(1)))
    }
}

fn clock() -> Arc<TestClock> {
    Arc::new(TestClock(AtomicI64::new(NOW)))
}

fn request<'a>(store: &'a Arc<dyn ConnectionStore>, clock: &'a Arc<TestClock>) -> RefreshRequest<'a> {
    RefreshRequest {
        store: &**store,
        name: "academy",
        holder: "me",
        clock: &**clock,
        options: RefreshOptions::default(),
    }
}

/// Due while the access token is the first one.
fn is_due(connection: &SavedConnection) -> Result<bool, RefreshFailure> {
    Ok(connection.data["accessToken"] == "ACCESS-SECRET")
}

fn fresh(connection: &SavedConnection, token: &str) -> Updated {
    let mut data = connection.data.clone();
    data.insert("accessToken".into(), token.into());
    data.insert("refreshToken".into(), format!("refresh-{token}").into());
    Updated { data, ..Updated::default() }
}

fn failure(kind: RefreshFailureKind) -> Result<Updated, RefreshFailure> {
    Err(RefreshFailure::new(kind, "the provider said no"))
}

pub async fn of_many_who_want_it_one_sends_it_and_all_get_its_tokens(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let tasks = (0..12).map(|number| {
        let store = if number % 2 == 0 { place.first.clone() } else { place.second.clone() };
        let (sent, clock) = (sent.clone(), clock());
        tokio::spawn(async move {
            let perform = |connection| async move {
                sent.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok(fresh(&connection, "new"))
            };
            refresh_once(&request(&store, &clock), is_due, perform).await
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut by_us = 0;
    for task in tasks {
        let refreshed = task.await.unwrap().unwrap();
        assert_eq!(refreshed.connection.data["accessToken"], "new");
        assert_eq!(refreshed.connection.data["refreshToken"], "refresh-new");
        by_us += usize::from(refreshed.by == RefreshedBy::Us);
    }
    assert_eq!((sent.load(Ordering::SeqCst), by_us), (1, 1));
    assert_eq!(place.first.lease_state("academy").await.unwrap().held, None);
}

pub async fn it_is_announced_before_it_is_sent_and_saved_before_it_is_told(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let (clock, other) = (clock(), place.second.clone());
    let perform = |connection: SavedConnection| async move {
        let stored = other.load("academy").await.unwrap();
        assert_eq!(stored, connection, "what is handed over is what is stored");
        let presented = stored.refresh.presented.unwrap();
        assert_eq!((presented.at, presented.holder.as_str(), presented.attempt), (NOW, "me", 1));
        assert_eq!(presented.unanswered_since, None);
        Ok(Updated { expires: Some(7), scope: Some(vec!["less".into()]), ..fresh(&connection, "new") })
    };
    let refreshed = refresh_once(&request(&place.first, &clock), is_due, perform).await.unwrap();
    let stored = place.second.load("academy").await.unwrap();
    assert_eq!(refreshed, Refreshed { connection: stored.clone(), by: RefreshedBy::Us });
    assert_eq!((stored.version, stored.expires, stored.uid.as_deref()), (3, Some(7), Some("42")));
    assert_eq!(stored.scope, ["less"]);
    let record = stored.refresh;
    assert_eq!((record.attempts, record.successes, record.last_success), (1, 1, Some(NOW)));
    assert_eq!((record.presented, record.last_failure), (None, None));
}

pub async fn nothing_is_sent_where_nothing_is_due(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let perform = |_| async { panic!("not due") };
    let clock = clock();
    let refreshed = refresh_once(&request(&place.first, &clock), |_| Ok(false), perform).await.unwrap();
    assert_eq!((refreshed.by, refreshed.connection.version), (RefreshedBy::Nobody, 1));

    let perform = |_| async { panic!("undecided") };
    let undecided = |_: &SavedConnection| Err(RefreshFailure::new(RefreshFailureKind::NotSent, "bad condition"));
    let error = refresh_once(&request(&place.first, &clock), undecided, perform).await.unwrap_err();
    assert!(error.to_string().contains("bad condition"), "{error}");
}

pub async fn a_permanent_failure_is_told_to_all_and_sent_once(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let tasks = (0..6).map(|number| {
        let store = if number % 2 == 0 { place.first.clone() } else { place.second.clone() };
        let (sent, clock) = (sent.clone(), clock());
        tokio::spawn(async move {
            let perform = |_| async move {
                sent.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                failure(RefreshFailureKind::Permanent)
            };
            refresh_once(&request(&store, &clock), is_due, perform).await
        })
    });
    let tasks: Vec<_> = tasks.collect();
    for task in tasks {
        let error = task.await.unwrap().unwrap_err();
        assert!(matches!(error, RefreshError::Failed { .. } | RefreshError::NeedsReauthorization { .. }), "{error}");
        assert!(error.to_string().contains("the provider said no"), "{error}");
    }
    assert_eq!(sent.load(Ordering::SeqCst), 1);

    let clock = clock();
    let again = refresh_once(&request(&place.first, &clock), is_due, |_| async { panic!("hammering") }).await;
    assert!(matches!(again.unwrap_err(), RefreshError::NeedsReauthorization { .. }));

    let mut insisting = request(&place.first, &clock);
    insisting.options.insist = true;
    let perform = |connection| async move { Ok(fresh(&connection, "new")) };
    let refreshed = refresh_once(&insisting, is_due, perform).await.unwrap();
    assert_eq!(refreshed.connection.needs_reauthorization, None);
}

/// Whoever waits for a refresh that fails is told of its failure, and sends nothing of its own.
pub async fn those_who_waited_are_told_of_any_failure(place: Place) {
    use RefreshFailureKind::{NotSent, Permanent, Temporary, Unanswered};
    for kind in [NotSent, Temporary, Unanswered, Permanent] {
        if place.first.load("academy").await.is_ok() {
            place.first.remove("academy").await.unwrap();
        }
        place.first.save(&connection("academy")).await.unwrap();
        let (told, sent) = tokio::sync::oneshot::channel();
        let (release, released) = tokio::sync::oneshot::channel::<()>();
        let winner = tokio::spawn({
            let (store, clock) = (place.first.clone(), clock());
            async move {
                let perform = |_| async move {
                    told.send(()).unwrap();
                    released.await.unwrap();
                    failure(kind)
                };
                refresh_once(&request(&store, &clock), is_due, perform).await
            }
        });
        sent.await.unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let losers = (0..4).map(|_| {
            let (store, clock, asked) = (place.second.clone(), clock(), asked.clone());
            tokio::spawn(async move {
                let decide = move |connection: &SavedConnection| {
                    asked.fetch_add(1, Ordering::SeqCst);
                    is_due(connection)
                };
                refresh_once(&request(&store, &clock), decide, |_| async { panic!("sent as well") }).await
            })
        });
        let losers: Vec<_> = losers.collect();
        while asked.load(Ordering::SeqCst) < 4 {
            tokio::task::yield_now().await;
        }
        release.send(()).unwrap();
        assert!(matches!(winner.await.unwrap(), Err(RefreshError::Failed { by: RefreshedBy::Us, .. })), "{kind:?}");
        for loser in losers {
            let error = loser.await.unwrap().unwrap_err();
            assert!(matches!(error, RefreshError::Failed { by: RefreshedBy::Another, .. }), "{kind:?}: {error}");
            assert!(error.to_string().contains("the provider said no"), "{kind:?}: {error}");
        }
    }
}

pub async fn a_temporary_failure_backs_off_and_then_goes_on(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let clock = clock();
    let perform = |_| async {
        let mut failure = RefreshFailure::new(RefreshFailureKind::Temporary, "busy");
        failure.retry_after = Some(9_000);
        Err(failure)
    };
    let error = refresh_once(&request(&place.first, &clock), is_due, perform).await.unwrap_err();
    assert!(matches!(error, RefreshError::Failed { by: RefreshedBy::Us, .. }), "{error}");

    clock.0.fetch_add(8_999, Ordering::SeqCst);
    let too_early = refresh_once(&request(&place.second, &clock), is_due, |_| async { panic!("hammering") }).await;
    let too_early = too_early.unwrap_err();
    assert!(matches!(too_early, RefreshError::BackingOff { wait_millis: 1, .. }));
    let words = too_early.to_string();
    assert!(words.contains("(busy)") && words.contains("another 1 s"), "{words}");
    assert!(words.contains("`connspec refresh --force 'academy'`"), "{words}");

    clock.0.fetch_add(1, Ordering::SeqCst);
    let perform = |connection| async move { Ok(fresh(&connection, "new")) };
    let refreshed = refresh_once(&request(&place.second, &clock), is_due, perform).await.unwrap();
    assert_eq!((refreshed.connection.refresh.failures, refreshed.connection.refresh.not_before), (0, None));
}

/// A crash, or an answer that was lost: the token is sent again at once, once. What has no answer then waits its turn.
pub async fn an_unanswered_refresh_is_repeated_once_and_then_backs_off(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let clock = clock();
    let unanswered = |_| async { failure(RefreshFailureKind::Unanswered) };
    for _ in 0..2 {
        let error = refresh_once(&request(&place.first, &clock), is_due, unanswered).await.unwrap_err();
        assert!(matches!(error, RefreshError::Failed { .. }), "{error}");
    }
    let never = |_| async { panic!("sent a third time without waiting") };
    let error = refresh_once(&request(&place.second, &clock), is_due, never).await.unwrap_err();
    assert!(matches!(error, RefreshError::BackingOff { .. }), "{error}");
    let stored = place.first.load("academy").await.unwrap();
    assert_eq!(stored.data["refreshToken"], "REFRESH-SECRET", "the old token is kept");
    assert!(stored.refresh.presented.is_some(), "and known to have been sent");
    clock.0.fetch_add(2_000, Ordering::SeqCst);
    let perform = |connection| async move { Ok(fresh(&connection, "new")) };
    let refreshed = refresh_once(&request(&place.second, &clock), is_due, perform).await.unwrap();
    assert_eq!(refreshed.by, RefreshedBy::Us);
}

/// Two machines, one twelve hours ahead of the other: one refresh, and no wait that only exists on the other's clock.
pub async fn clocks_that_disagree_do_no_harm(place: Place) {
    const AHEAD: i64 = 43_200_000;
    place.first.save(&connection("academy")).await.unwrap();
    let skewed = |millis: i64| Arc::new(TestClock(AtomicI64::new(NOW + millis)));
    let sent = Arc::new(AtomicUsize::new(0));
    let tasks = (0..8).map(|number| {
        let (store, clock) = match number % 2 {
            0 => (place.first.clone(), skewed(AHEAD)),
            _ => (place.second.clone(), skewed(-AHEAD)),
        };
        let sent = sent.clone();
        tokio::spawn(async move {
            let perform = |connection| async move {
                sent.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok(fresh(&connection, "new"))
            };
            refresh_once(&request(&store, &clock), is_due, perform).await
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap().unwrap().connection.data["accessToken"], "new");
    }
    assert_eq!(sent.load(Ordering::SeqCst), 1);

    let again = |_: &SavedConnection| Ok(true);
    let busy = |_| async { failure(RefreshFailureKind::Temporary) };
    refresh_once(&request(&place.first, &skewed(AHEAD)), again, busy).await.unwrap_err();
    let perform = |connection| async move { Ok(fresh(&connection, "newer")) };
    let refreshed = refresh_once(&request(&place.second, &skewed(0)), again, perform).await.unwrap();
    assert_eq!(refreshed.connection.data["accessToken"], "newer", "a second's backoff is not half a day's");
    refresh_once(&request(&place.second, &skewed(0)), again, busy).await.unwrap_err();
    let perform = |connection| async move { Ok(fresh(&connection, "newest")) };
    let refreshed = refresh_once(&request(&place.first, &skewed(AHEAD)), again, perform).await.unwrap();
    assert_eq!(refreshed.connection.data["accessToken"], "newest");
}

/// demand.md 3: know "sent, unanswered", retry, never discard.
pub async fn after_a_holder_died_the_next_one_knows_what_was_sent(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let clock = clock();
    let mut dying = request(&place.first, &clock);
    dying.options.lease_millis = 60;
    let (told, sent) = tokio::sync::oneshot::channel();
    let perform = |_| async {
        told.send(()).unwrap();
        std::future::pending().await
    };
    tokio::select! {
        _ = refresh_once(&dying, is_due, perform) => panic!("it never answers"),
        _ = sent => {} // and here it dies
    }
    clock.0.fetch_add(5, Ordering::SeqCst);
    let perform = |connection: SavedConnection| async move {
        let presented = connection.refresh.presented.clone().unwrap();
        assert_eq!((presented.unanswered_since, presented.attempt), (Some(NOW), 2));
        assert_eq!(connection.data["refreshToken"], "REFRESH-SECRET");
        Ok(fresh(&connection, "new"))
    };
    let refreshed = refresh_once(&request(&place.second, &clock), is_due, perform).await.unwrap();
    assert_eq!(refreshed.by, RefreshedBy::Us);
}

/// `refresh --force` twice at once: whoever came while one was under way is served by it.
pub async fn those_who_insist_share_the_refresh_under_way(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let (told, sent) = tokio::sync::oneshot::channel();
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let winner = tokio::spawn({
        let (store, clock) = (place.first.clone(), clock());
        async move {
            let perform = |connection| async move {
                told.send(()).unwrap();
                released.await.unwrap();
                Ok(fresh(&connection, "new"))
            };
            refresh_once(&request(&store, &clock), |_| Ok(true), perform).await
        }
    });
    sent.await.unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let losers = (0..5).map(|_| {
        let (store, clock, asked) = (place.second.clone(), clock(), asked.clone());
        tokio::spawn(async move {
            let decide = move |_: &SavedConnection| {
                asked.fetch_add(1, Ordering::SeqCst);
                Ok(true)
            };
            refresh_once(&request(&store, &clock), decide, |_| async { panic!("sent twice") }).await
        })
    });
    let losers: Vec<_> = losers.collect();
    while asked.load(Ordering::SeqCst) < 5 {
        tokio::task::yield_now().await;
    }
    release.send(()).unwrap();
    assert_eq!(winner.await.unwrap().unwrap().by, RefreshedBy::Us);
    for loser in losers {
        assert_eq!(loser.await.unwrap().unwrap().by, RefreshedBy::Another);
    }
}

/// However long the provider thinks, nobody else gets the lease.
pub async fn the_lease_is_renewed_while_the_refresh_runs(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let (clock, other) = (clock(), place.second.clone());
    let mut short = request(&place.first, &clock);
    short.options.lease_millis = 3_000; // so it is renewed after one second
    let perform = |connection| async move {
        let mut least = i64::MAX;
        loop {
            let held = other.lease_state("academy").await.unwrap().held.expect("it ran out");
            if held.remaining > least {
                return Ok(fresh(&connection, "new"));
            }
            least = held.remaining;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    refresh_once(&short, is_due, perform).await.unwrap();
}

pub async fn patience_has_an_end(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    place.first.acquire_lease("academy", "the other", NOW, 600_000).await.unwrap();
    let clock = clock();
    let mut impatient = request(&place.second, &clock);
    impatient.options.patience_millis = 50;
    let error = refresh_once(&impatient, is_due, |_| async { panic!("not ours") }).await.unwrap_err();
    assert!(matches!(&error, RefreshError::Impatient { holder, .. } if holder == "the other"), "{error}");
}

pub async fn an_edit_during_the_refresh_is_kept(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let (clock, other) = (clock(), place.second.clone());
    let perform = |connection: SavedConnection| async move {
        let mut edited = other.load("academy").await.unwrap();
        edited.data.insert("label".into(), "mine".into());
        other.save(&edited).await.unwrap();
        Ok(fresh(&connection, "new"))
    };
    refresh_once(&request(&place.first, &clock), is_due, perform).await.unwrap();
    let stored = place.first.load("academy").await.unwrap();
    assert_eq!((&stored.data["label"], &stored.data["accessToken"]), (&json!("mine"), &json!("new")));
}

pub async fn a_reauthorization_during_the_refresh_wins(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let (clock, other) = (clock(), place.second.clone());
    let perform = |connection: SavedConnection| async move {
        let mut reauthorized = other.load("academy").await.unwrap();
        reauthorized.data = map(json!({"accessToken": "theirs", "refreshToken": "theirs"}));
        other.save(&reauthorized).await.unwrap();
        Ok(fresh(&connection, "ours"))
    };
    let refreshed = refresh_once(&request(&place.first, &clock), is_due, perform).await.unwrap();
    assert_eq!(refreshed.by, RefreshedBy::Another);
    assert_eq!(refreshed.connection.data["refreshToken"], "theirs");
}

pub async fn tokens_that_cannot_be_saved_are_handed_over(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let (clock, other) = (clock(), place.second.clone());
    let perform = |connection: SavedConnection| async move {
        other.remove("academy").await.unwrap();
        Ok(fresh(&connection, "new"))
    };
    let error = refresh_once(&request(&place.first, &clock), is_due, perform).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("refresh-new"), "{error:?}");
    let RefreshError::NotSaved { connection, error } = error else { panic!("{error}") };
    assert_eq!(connection.data["accessToken"], "new");
    assert!(error.is_not_found());
}

pub async fn one_flight_serves_the_tasks_of_a_process(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let flight = SingleFlight::new(place.first.clone(), clock(), RefreshOptions::default()).unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let tasks = (0..100).map(|_| {
        let (flight, sent) = (flight.clone(), sent.clone());
        tokio::spawn(async move {
            let perform = |connection| async move {
                sent.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(10)).await;
                Ok(fresh(&connection, "new"))
            };
            flight.refresh("academy", is_due, perform).await
        })
    });
    let tasks: Vec<_> = tasks.collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap().connection.data["accessToken"], "new");
    }
    assert_eq!(sent.load(Ordering::SeqCst), 1);
}

pub async fn a_caller_who_leaves_does_not_take_the_answer_along(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let flight = SingleFlight::new(place.first.clone(), clock(), RefreshOptions::default()).unwrap();
    let (told, sent) = tokio::sync::oneshot::channel();
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let leaving = tokio::spawn({
        let flight = flight.clone();
        async move {
            let perform = |connection| async move {
                told.send(()).unwrap();
                released.await.unwrap();
                Ok(fresh(&connection, "new"))
            };
            flight.refresh("academy", is_due, perform).await
        }
    });
    sent.await.unwrap();
    leaving.abort();
    assert!(leaving.await.unwrap_err().is_cancelled());
    release.send(()).unwrap();
    let refreshed = flight.refresh("academy", is_due, |_| async { panic!("sent twice") }).await.unwrap();
    assert_eq!(refreshed.connection.data["accessToken"], "new");
}

pub async fn a_crash_while_refreshing_does_not_block_the_next(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let options = RefreshOptions { lease_millis: 60, ..RefreshOptions::default() };
    let flight = SingleFlight::new(place.first.clone(), clock(), options).unwrap();
    let crashed = flight.refresh("academy", is_due, |_| async { panic!("a bug, on purpose") }).await;
    assert!(crashed.unwrap_err().to_string().contains("crashed"));
    let perform = |connection| async move { Ok(fresh(&connection, "new")) };
    let refreshed = flight.refresh("academy", is_due, perform).await.unwrap();
    assert!(refreshed.by == RefreshedBy::Us);
}
