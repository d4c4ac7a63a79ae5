//! Databases of other ages and other owners.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used)] // a test may panic

mod common;
#[path = "common/old_schema.rs"]
mod old_schema;

use std::fs;
use std::path::Path;

use common::{connection, sealing};
use connspec_store::{StoreErrorKind, open};
use old_schema::{database, is_brought_up_to_date, run};
use sqlx::Connection;

fn sqlite(path: &Path) -> (String, String) {
    (format!("sqlite:{}", path.display()), format!("sqlite://{}?mode=rwc", path.display()))
}

#[tokio::test]
async fn each_older_schema_is_brought_up_to_date_and_keeps_its_records() {
    for (schema, dump) in [(1, include_str!("schemas/sqlite-1.sql")), (2, include_str!("schemas/sqlite-2.sql"))] {
        let folder = tempfile::tempdir().unwrap();
        let (url, sqlx_url) = sqlite(&folder.path().join("old.db"));
        is_brought_up_to_date(&url, &sqlx_url, schema, dump).await;
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    let (url, sqlx_url) = sqlite(&path);
    let mut newer = database(&sqlx_url).await;
    run(&mut newer, include_str!("schemas/sqlite-2.sql")).await;
    run(&mut newer, "UPDATE connspec_schema SET version = 99").await;
    newer.close().await.unwrap();

    let before = fs::read(&path).unwrap();
    let error = open(&url, sealing()).await.err().unwrap();
    assert_eq!(error.kind, StoreErrorKind::NewerSchema);
    assert!(error.message.contains("schema 99") && error.message.contains("newer connspec"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_newer_record_is_refused_and_the_others_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file:{}", folder.path().display());
    let store = open(&url, sealing()).await.unwrap();
    store.save(&connection("academy")).await.unwrap();
    let newer = r#"{"format":2,"something":"else"}"#;
    let path = folder.path().join("connections/newer.json");
    fs::write(&path, newer).unwrap();

    let error = store.load("newer").await.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::NewerSchema, "{error}");
    let page = store.list(None, 9).await.unwrap();
    assert_eq!((page.connections.len(), page.unreadable.len()), (1, 1));
    assert_eq!(fs::read_to_string(path).unwrap(), newer);
}

#[tokio::test]
async fn the_database_of_another_program_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    let (url, sqlx_url) = sqlite(&path);
    let mut other = database(&sqlx_url).await;
    run(&mut other, "CREATE TABLE bookmarks (url TEXT)").await;
    other.close().await.unwrap();

    let before = fs::read(&path).unwrap();
    let error = open(&url, sealing()).await.err().unwrap();
    assert!(error.message.contains("another program"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told_and_untouched() {
    let folder = tempfile::tempdir().unwrap();
    for garbage in ["this is not a database, but long enough to be looked at".repeat(100), "short".to_owned()] {
        let path = folder.path().join("garbage.db");
        fs::write(&path, &garbage).unwrap();
        let error = open(&format!("sqlite:{}", path.display()), sealing()).await.err().unwrap();
        assert_eq!(error.kind, StoreErrorKind::Corrupt, "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), garbage);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_make_the_same_store_at_once_all_can_use_it() {
    let folder = tempfile::tempdir().unwrap();
    old_schema::many_make_it_at_once(format!("sqlite:{}", folder.path().join("new.db").display())).await;
    old_schema::many_make_it_at_once(format!("file:{}", folder.path().join("new").display())).await;
}
