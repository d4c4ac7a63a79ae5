//! Keys: the wrong one, and exchanging them.

use connspec_store::{Sealing, SealingKey, StoreErrorKind};

use crate::common::{NOW, Place, connection, pending, sealing};

fn other() -> Sealing {
    Sealing::with_key(SealingKey::from_bytes([8; 32]))
}

async fn filled(place: &Place) {
    for name in ["one", "two"] {
        place.first.save(&connection(name)).await.unwrap();
    }
    place.first.put_pending(&pending("state")).await.unwrap();
}

pub async fn the_wrong_key_says_so_and_changes_nothing(place: Place) {
    filled(&place).await;
    for wrong in [other(), Sealing::none()] {
        let stranger = place.open_again(wrong).await;
        let error = stranger.load("one").await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::WrongKey);
        assert!(error.message.contains("key"), "{error}");
        let error = stranger.take_pending("state", NOW).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::WrongKey);
        assert_eq!(stranger.list(None, 9).await.unwrap().connections.len(), 2);
    }
    assert!(place.first.load("one").await.is_ok());
    assert!(place.first.take_pending("state", NOW).await.is_ok(), "not used up");
}

pub async fn after_a_rotation_only_the_new_key_opens(place: Place) {
    filled(&place).await;
    let before = place.first.load("one").await.unwrap();
    assert_eq!(place.first.rotate_key(&sealing(), &other()).await.unwrap(), 3);
    let error = place.second.load("one").await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::WrongKey);

    let reopened = place.open_again(other()).await;
    assert_eq!(reopened.load("one").await.unwrap(), before);
    let taken = reopened.take_pending("state", NOW).await.unwrap();
    assert_eq!(taken, pending("state"));
    assert_eq!(reopened.rotate_key(&sealing(), &other()).await.unwrap(), 0, "all done");
}

pub async fn a_rotation_with_the_wrong_key_changes_nothing(place: Place) {
    filled(&place).await;
    let third = Sealing::with_key(SealingKey::from_bytes([9; 32]));
    let error = place.first.rotate_key(&other(), &third).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::WrongKey);
    for name in ["one", "two"] {
        place.second.load(name).await.unwrap();
    }
}

pub async fn a_rotation_stopped_half_way_goes_on(place: Place) {
    filled(&place).await;
    let both = place.open_again(other().and_opening(SealingKey::from_bytes([7; 32]))).await;
    let one = both.load("one").await.unwrap();
    both.save(&one).await.unwrap(); // sealed with the new key by now
    assert_eq!(place.first.rotate_key(&sealing(), &other()).await.unwrap(), 2);
    let reopened = place.open_again(other()).await;
    for name in ["one", "two"] {
        reopened.load(name).await.unwrap();
    }
}

pub async fn a_store_can_be_sealed_later_and_unsealed_again(place: Place) {
    let plain = place.open_again(Sealing::none()).await;
    plain.save(&connection("one")).await.unwrap();
    assert_eq!(plain.rotate_key(&Sealing::none(), &sealing()).await.unwrap(), 1);
    assert!(plain.load("one").await.is_err());
    assert!(place.first.load("one").await.is_ok());
    assert_eq!(plain.rotate_key(&sealing(), &Sealing::none()).await.unwrap(), 1);
    assert!(plain.load("one").await.is_ok());
}

/// A database is read in pages of a hundred.
pub async fn a_rotation_of_several_pages_reaches_every_record(place: Place) {
    for number in 0..201 {
        place.first.save(&connection(&format!("c{number}"))).await.unwrap();
    }
    for number in 0..101 {
        place.first.put_pending(&pending(&format!("state {number}"))).await.unwrap();
    }
    assert_eq!(place.first.rotate_key(&sealing(), &other()).await.unwrap(), 302);
    let reopened = place.open_again(other()).await;
    for number in 0..201 {
        reopened.load(&format!("c{number}")).await.unwrap();
    }
    for number in 0..101 {
        reopened.take_pending(&format!("state {number}"), NOW).await.unwrap();
    }
}
