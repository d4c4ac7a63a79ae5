//! Saving, loading, listing and removing.

use connspec_store::StoreErrorKind;

use crate::common::{NOW, Place, connection};

pub async fn what_is_saved_is_loaded_by_another_process(place: Place) {
    let mut saved = connection("academy");
    assert_eq!(place.first.save(&saved).await.unwrap(), 1);
    saved.version = 1;
    assert_eq!(place.second.load("academy").await.unwrap(), saved);
}

pub async fn an_unknown_name_is_said_to_be_unknown(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    for name in ["Academy", "academ", "", "../academy", &"x".repeat(5000)] {
        let error = place.first.load(name).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::NotFound, "{name:?}: {error}");
    }
}

pub async fn a_name_is_taken_once_whoever_comes_first(place: Place) {
    place.first.save(&connection("academy")).await.unwrap();
    let error = place.second.save(&connection("academy")).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Conflict);
    assert!(error.message.contains("saved already"), "{error}");
}

pub async fn a_save_over_a_version_that_is_gone_is_refused(place: Place) {
    let mut mine = connection("academy");
    mine.version = place.first.save(&mine).await.unwrap();
    let mut theirs = place.second.load("academy").await.unwrap();
    theirs.uid = Some("theirs".into());
    theirs.version = place.second.save(&theirs).await.unwrap();
    assert_eq!(theirs.version, 2);

    let error = place.first.save(&mine).await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Conflict);
    assert_eq!(place.first.load("academy").await.unwrap(), theirs);
}

pub async fn of_many_saves_of_one_version_exactly_one_succeeds(place: Place) {
    let mut mine = connection("academy");
    mine.version = place.first.save(&mine).await.unwrap();
    let tasks = (0..16).map(|number| {
        let store = if number % 2 == 0 { &place.first } else { &place.second };
        let (store, mut mine) = (store.clone(), mine.clone());
        mine.uid = Some(number.to_string());
        tokio::spawn(async move { store.save(&mine).await })
    });
    let tasks: Vec<_> = tasks.collect();
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(version) => won += usize::from(version == 2),
            Err(error) => assert_eq!(error.kind, StoreErrorKind::Conflict, "{error}"),
        }
    }
    assert_eq!(won, 1);
}

pub async fn a_save_of_a_removed_connection_does_not_bring_it_back(place: Place) {
    let mut mine = connection("academy");
    mine.version = place.first.save(&mine).await.unwrap();
    place.second.remove("academy").await.unwrap();
    assert!(place.first.save(&mine).await.unwrap_err().is_not_found());
    assert!(place.first.load("academy").await.unwrap_err().is_not_found());
    assert!(place.first.remove("academy").await.unwrap_err().is_not_found());
}

pub async fn impossible_names_are_refused(place: Place) {
    for name in ["", " ", "a\nb", "a\0b", &"x".repeat(81)] {
        let error = place.first.save(&connection(name)).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::InvalidName, "{name:?}");
    }
    assert!(place.first.list(None, 9).await.unwrap().connections.is_empty());
}

pub async fn names_of_any_script_and_shape_are_kept_apart(place: Place) {
    let names = ["a", "A", "a.b", "a%2Eb", "../a", "čau", "cau", "con", "日本語", "x y", "'; DROP TABLE"];
    for name in names {
        place.first.save(&connection(name)).await.unwrap();
    }
    for name in names {
        assert_eq!(place.second.load(name).await.unwrap().name, name);
    }
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    let page = place.second.list(None, 100).await.unwrap();
    let listed: Vec<_> = page.connections.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(listed, sorted);
}

pub async fn a_list_is_read_page_by_page(place: Place) {
    let names: Vec<String> = (0..23).map(|number| format!("c{number:02}")).collect();
    for name in &names {
        place.first.save(&connection(name)).await.unwrap();
    }
    let (mut seen, mut after, mut sizes) = (Vec::new(), None::<String>, Vec::new());
    loop {
        let page = place.second.list(after.as_deref(), 10).await.unwrap();
        assert!(page.unreadable.is_empty());
        sizes.push(page.connections.len());
        seen.extend(page.connections.into_iter().map(|one| one.name));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [10, 10, 3]);
    assert_eq!(seen, names);

    let exactly = place.first.list(None, 23).await.unwrap();
    assert_eq!((exactly.connections.len(), exactly.next), (23, None));
    let summary = &exactly.connections[0];
    assert_eq!(*summary, connection("c00").summary_at(1));
    assert_eq!(summary.created, NOW);
}

trait SummaryAt {
    fn summary_at(&self, version: u64) -> connspec_store::ConnectionSummary;
}

impl SummaryAt for connspec_store::SavedConnection {
    fn summary_at(&self, version: u64) -> connspec_store::ConnectionSummary {
        connspec_store::ConnectionSummary { version, ..self.summary() }
    }
}
