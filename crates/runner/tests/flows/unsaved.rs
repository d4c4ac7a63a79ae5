//! The provider has given its tokens, once, and the store does not take them.

use std::sync::{Arc, Mutex};

use connspec_runner::{Outcome, Report, Reveal, Runner};
use connspec_store::{ConnectionStore, SavedConnection, StoreError, StoreErrorKind};

use crate::leases::{Leases, Trouble};
use crate::support::{World, agreeing, inputs, message, oauth2, target};

const FULL: Trouble = Trouble::Unsaved(StoreErrorKind::Full);
const LOCKED: Trouble = Trouble::Unsaved(StoreErrorKind::Locked);
const UNREACHABLE: Trouble = Trouble::Unsaved(StoreErrorKind::Unreachable);

/// What was put aside.
type Rescued = Arc<Mutex<Vec<SavedConnection>>>;

/// A world whose store is in trouble for the next saves, and which puts aside what is not saved.
fn world(troubles: &[Trouble]) -> (World, Arc<Leases>, Rescued) {
    let store = Arc::new(Leases::default());
    store.troubles.lock().unwrap().extend(troubles);
    let rescued = Rescued::default();
    let kept = rescued.clone();
    let mut world = World::usual();
    let rescue = move |connection: &SavedConnection| {
        kept.lock().unwrap().push(connection.clone());
        Ok("they are in the drawer".to_owned())
    };
    world.runner = world.runner.with_store(store.clone()).with_rescue(Arc::new(rescue));
    (world, store, rescued)
}

/// It failed because of the store, says where the secrets are, and shows them to whoever may see them.
fn is_unsaved(report: &Report, words: &str) {
    assert!(!report.succeeded() && !report.examined, "{report:?}");
    let said = message(report);
    assert!(said.contains("could not be saved: the disk is in trouble") && said.contains(words), "{said}");
    let whole = report.to_json(Reveal::Everything);
    assert_eq!(whole["connection"]["data"]["refreshToken"], "refresh-1", "{whole:#}");
    let shown = report.to_json(Reveal::Nothing).to_string();
    assert!(!shown.contains("refresh-1") && !shown.contains("access-1"), "{shown}");
}

#[tokio::test]
async fn a_store_that_is_away_for_a_moment_is_asked_again() {
    let unheard = Trouble::Unheard(StoreErrorKind::Unreachable);
    for troubles in [&[LOCKED, UNREACHABLE][..], &[UNREACHABLE; 4], &[unheard], &[LOCKED, unheard]] {
        let (world, store, rescued) = world(troubles);
        let report = world.connect(&oauth2(|_| ()), &agreeing()).await;
        assert_eq!(report.outcome, Outcome::Connected, "{troubles:?}: {report:?}");
        assert_eq!(store.load("mine").await.unwrap().data["refreshToken"], "refresh-1");
        assert!(rescued.lock().unwrap().is_empty());
        assert_eq!(world.blocks(), ["token", "info"], "the provider is asked once");
    }
}

#[tokio::test]
async fn a_connection_that_cannot_be_saved_is_put_aside_as_it_would_have_been_saved() {
    for troubles in [&[FULL][..], &[UNREACHABLE; 5]] {
        let (world, store, rescued) = world(troubles);
        let mut wanted = target();
        wanted.settings.insert("mapOrigin".to_owned(), "https://a=http://b".into());
        wanted.definition.spec = "academy-v2".to_owned();
        let mut given = inputs();
        given.common.insert("clientSecret".to_owned(), "COMMON-SECRET".into());
        let report = world.runner.connect(&oauth2(|_| ()), &wanted, &given, &agreeing()).await;
        is_unsaved(&report, "they are in the drawer");
        let kept = rescued.lock().unwrap().pop().expect("it was put aside");
        assert!(store.load("mine").await.unwrap_err().is_not_found());
        // Saved later, it is what it would have been.
        store.save(&kept).await.unwrap();
        let late = store.load("mine").await.unwrap();
        let (other, _, _) = self::world(&[]);
        other.runner.connect(&oauth2(|_| ()), &wanted, &given, &agreeing()).await;
        let usual = other.runner.store().load("mine").await.unwrap();
        let untimed = |connection: SavedConnection| SavedConnection { created: 0, updated: 0, ..connection };
        assert_eq!(untimed(late.clone()), untimed(usual), "data, settings, scopes, definition and all");
        assert_eq!((late.common["clientSecret"].as_str(), late.uid.as_deref()), (Some("COMMON-SECRET"), Some("u-1")));
        let refreshed = world.runner.refresh(&oauth2(|_| ()), "mine", true).await;
        assert_eq!(refreshed.outcome, Outcome::Refreshed, "{refreshed:?}");
    }
}

#[tokio::test]
async fn a_reauthorization_that_cannot_be_saved_is_put_aside_and_the_old_record_stays() {
    let (world, store, rescued) = world(&[]);
    let definition = oauth2(|_| ());
    world.connect(&definition, &agreeing()).await;
    let before = store.load("mine").await.unwrap();
    world.clock.advance(60_000);
    store.troubles.lock().unwrap().push_back(FULL);
    let report = world.runner.reauthorize(&definition, "mine", &agreeing()).await;
    is_unsaved(&report, "they are in the drawer");
    assert_eq!(store.load("mine").await.unwrap(), before);
    let kept = rescued.lock().unwrap().pop().expect("it was put aside");
    assert!(kept.tokens_since() > before.tokens_since(), "known to be the newer one");
    assert_eq!((kept.version, kept.created), (before.version, before.created), "it is to replace that one");
    assert_eq!((kept.settings, kept.common), (before.settings, before.common));
}

#[tokio::test]
async fn without_a_drawer_the_report_is_the_only_place_and_says_so() {
    let (mut world, store, _) = world(&[FULL]);
    world.runner = bare(&world).with_store(store.clone());
    let report = world.connect(&oauth2(|_| ()), &agreeing()).await;
    is_unsaved(&report, "they are in this report only; if they are lost, connect again");
    store.troubles.lock().unwrap().push_back(FULL);
    let broken = |_: &SavedConnection| Err(StoreError::new(StoreErrorKind::Full, "no room there either"));
    world.runner = bare(&world).with_store(store).with_rescue(Arc::new(broken));
    let report = world.connect(&oauth2(|_| ()), &agreeing()).await;
    is_unsaved(&report, "nor could they be kept elsewhere: no room there either");
}

fn bare(world: &World) -> Runner {
    let fresh = World::usual().runner;
    fresh.with_clock(Arc::new(world.clock.clone()))
}
