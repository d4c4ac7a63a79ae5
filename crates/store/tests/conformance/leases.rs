//! The refresh lease: one holder, dead holders replaced, clocks that disagree.

use connspec_store::{FencingToken, LeaseAttempt, StoreErrorKind};

use crate::common::{NOW, Place, connection};

const MINUTE: i64 = 60_000;

async fn acquire(place: &Place, holder: &str, length: i64) -> Option<FencingToken> {
    let asked = place.second.acquire_lease("academy", holder, NOW, length);
    match asked.await.unwrap() {
        LeaseAttempt::Acquired(token) => Some(token),
        LeaseAttempt::Held(_) => None,
    }
}

async fn saved(place: &Place) {
    place.first.save(&connection("academy")).await.unwrap();
}

pub async fn a_lease_has_one_holder_until_it_is_given_back(place: Place) {
    saved(&place).await;
    let token = acquire(&place, "a", MINUTE).await.unwrap();
    assert_eq!(acquire(&place, "b", MINUTE).await, None);
    assert_eq!(acquire(&place, "a", MINUTE).await, None, "not even the holder again");

    let state = place.first.lease_state("academy").await.unwrap();
    let held = state.held.unwrap();
    assert_eq!((state.version, held.holder.as_str(), held.since), (1, "a", NOW));
    assert!(held.remaining > MINUTE - 30_000 && held.remaining <= MINUTE);

    place.first.release_lease("academy", token).await.unwrap();
    assert_eq!(place.first.lease_state("academy").await.unwrap().held, None);
    assert!(acquire(&place, "b", MINUTE).await.unwrap() > token);
}

pub async fn a_dead_holders_lease_is_taken_over_and_it_can_do_no_more_harm(place: Place) {
    saved(&place).await;
    let dead = acquire(&place, "dead", 0).await.unwrap(); // ran out at once
    let heir = acquire(&place, "heir", MINUTE).await.unwrap();
    assert!(heir > dead);

    let mut mine = place.first.load("academy").await.unwrap();
    let error = place.first.save_holding(&mine, dead).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::LeaseLost);
    let error = place.first.renew_lease("academy", dead, MINUTE).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::LeaseLost);
    place.first.release_lease("academy", dead).await.unwrap();
    assert_eq!(acquire(&place, "third", MINUTE).await, None, "the heir still holds it");

    mine.version = place.first.save_holding(&mine, heir).await.unwrap();
    assert_eq!(mine.version, 2);
    let stale = connection("academy");
    let error = place.first.save_holding(&stale, heir).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Conflict, "the version counts as well");
}

pub async fn a_lease_that_ran_out_announces_nothing_even_if_nobody_took_it(place: Place) {
    saved(&place).await;
    let token = acquire(&place, "slow", 0).await.unwrap();
    let mine = place.first.load("academy").await.unwrap();
    let error = place.first.save_holding(&mine, token).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::LeaseLost);
}

pub async fn a_renewed_lease_goes_on(place: Place) {
    saved(&place).await;
    let token = acquire(&place, "a", MINUTE).await.unwrap();
    place.first.renew_lease("academy", token, 10 * MINUTE).await.unwrap();
    let held = place.first.lease_state("academy").await.unwrap().held.unwrap();
    assert!(held.remaining > 9 * MINUTE);
}

/// A process whose clock is a century ahead must not take a living lease, nor
/// one whose clock is behind hold it for a century.
pub async fn the_callers_clock_decides_nothing(place: Place) {
    saved(&place).await;
    let century = 3_153_600_000_000;
    for (mine, theirs) in [(NOW, NOW + century), (NOW + century, 0), (i64::MIN, i64::MAX)] {
        let token = match place.first.acquire_lease("academy", "a", mine, MINUTE).await.unwrap() {
            LeaseAttempt::Acquired(token) => token,
            LeaseAttempt::Held(held) => panic!("{held:?}"),
        };
        let asked = place.second.acquire_lease("academy", "b", theirs, MINUTE).await;
        assert!(matches!(asked.unwrap(), LeaseAttempt::Held(_)));
        let held = place.second.lease_state("academy").await.unwrap().held.unwrap();
        assert!(held.remaining <= MINUTE);
        place.first.release_lease("academy", token).await.unwrap();
    }
}

pub async fn a_lease_leaves_the_version_alone_and_a_save_the_lease(place: Place) {
    saved(&place).await;
    acquire(&place, "a", MINUTE).await.unwrap();
    let mine = place.first.load("academy").await.unwrap();
    assert_eq!(mine.version, 1);
    place.first.save(&mine).await.unwrap();
    let state = place.first.lease_state("academy").await.unwrap();
    assert_eq!(state.version, 2);
    assert_eq!(state.held.unwrap().holder, "a");
}

pub async fn a_lease_of_nothing_is_not_found(place: Place) {
    let asked = place.first.acquire_lease("academy", "a", NOW, MINUTE).await;
    assert!(asked.unwrap_err().is_not_found());
    assert!(place.first.lease_state("academy").await.unwrap_err().is_not_found());
    place.first.release_lease("academy", FencingToken(1)).await.unwrap();
}

pub async fn a_connection_made_again_under_its_name_starts_without_a_lease(place: Place) {
    saved(&place).await;
    let old = acquire(&place, "a", MINUTE).await.unwrap();
    place.first.remove("academy").await.unwrap();
    saved(&place).await;
    let new = acquire(&place, "b", MINUTE).await.expect("the lease went with the connection");
    assert_ne!(old, new, "the old holder's token must not fit");
}

pub async fn of_many_who_ask_at_once_exactly_one_gets_the_lease(place: Place) {
    saved(&place).await;
    let tasks = (0..16).map(|number| {
        let store = if number % 2 == 0 { &place.first } else { &place.second };
        let (store, holder) = (store.clone(), number.to_string());
        tokio::spawn(async move { store.acquire_lease("academy", &holder, NOW, MINUTE).await })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut acquired = 0;
    for task in tasks {
        let attempt = task.await.unwrap().unwrap();
        acquired += usize::from(matches!(attempt, LeaseAttempt::Acquired(_)));
    }
    assert_eq!(acquired, 1);
}
