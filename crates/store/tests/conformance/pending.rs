//! Authorizations on their way through the browser.

use connspec_store::StoreErrorKind;

use crate::common::{NOW, Place, pending};

const DAY: i64 = 86_400_000;

pub async fn a_pending_authorization_survives_a_restart_and_is_taken_once(place: Place) {
    place.first.put_pending(&pending("state-1")).await.unwrap();
    place.first.put_pending(&pending("state-2")).await.unwrap();
    let taken = place.second.take_pending("state-1", NOW + 5).await.unwrap();
    assert_eq!(taken, pending("state-1"));
    let error = place.first.take_pending("state-1", NOW + 6).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::NotFound);
    assert!(place.first.take_pending("state-2", NOW + 7).await.is_ok());
}

pub async fn a_forged_state_is_refused_and_spoils_nothing(place: Place) {
    place.first.put_pending(&pending("state-1")).await.unwrap();
    for forged in ["", "state-", "state-11", "STATE-1", "../state-1", "%"] {
        let error = place.second.take_pending(forged, NOW).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::NotFound, "{forged}");
    }
    assert!(place.first.take_pending("state-1", NOW).await.is_ok());
}

/// 900 seconds: connection.md §4.2.
pub async fn after_fifteen_minutes_it_is_expired_and_gone(place: Place) {
    place.first.put_pending(&pending("late")).await.unwrap();
    place.first.put_pending(&pending("just")).await.unwrap();
    assert!(place.first.take_pending("just", NOW + 899_999).await.is_ok());
    let error = place.first.take_pending("late", NOW + 900_000).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Expired);
    let error = place.second.take_pending("late", NOW).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::NotFound);
}

pub async fn expired_ones_are_forgotten_when_the_next_begins(place: Place) {
    place.first.put_pending(&pending("old")).await.unwrap();
    let mut next = pending("new");
    next.created = NOW + 900_000 + DAY;
    next.expires = next.created + 900_000;
    place.first.put_pending(&next).await.unwrap();
    let error = place.first.take_pending("old", NOW).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::NotFound);
    assert!(place.second.take_pending("new", next.created + 1).await.is_ok());
}

/// A process whose clock is hours ahead begins an authorization of its own: those of the others stay.
pub async fn a_clock_that_is_ahead_forgets_nobody_elses(place: Place) {
    place.first.put_pending(&pending("mine")).await.unwrap();
    let mut ahead = pending("theirs");
    ahead.created = NOW + DAY;
    ahead.expires = ahead.created + 900_000;
    place.second.put_pending(&ahead).await.unwrap();
    assert!(place.first.take_pending("mine", NOW + 1).await.is_ok());
}

pub async fn a_state_waits_once(place: Place) {
    place.first.put_pending(&pending("same")).await.unwrap();
    let error = place.second.put_pending(&pending("same")).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Conflict);
}

pub async fn of_many_callbacks_exactly_one_gets_it(place: Place) {
    place.first.put_pending(&pending("state")).await.unwrap();
    let tasks = (0..16).map(|number| {
        let store = if number % 2 == 0 { &place.first } else { &place.second };
        let store = store.clone();
        tokio::spawn(async move { store.take_pending("state", NOW).await })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut taken = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => taken += 1,
            Err(error) => assert_eq!(error.kind, StoreErrorKind::NotFound, "{error}"),
        }
    }
    assert_eq!(taken, 1);
}
