//! Databases of other ages and other owners.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used)] // a test may panic

mod common;

use std::fs;
use std::path::Path;

use common::{connection, pending, sealing};
use connspec_store::{ConnectionStore, StoreErrorKind, open};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, raw_sql};

/// What `sqlx` calls the file, made if missing.
async fn database(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.unwrap()
}

async fn run(database: &mut AnyConnection, sql: &str) {
    raw_sql(AssertSqlSafe(sql.to_owned())).execute(database).await.unwrap();
}

fn sqlite(path: &Path) -> (String, String) {
    (format!("sqlite:{}", path.display()), format!("sqlite://{}?mode=rwc", path.display()))
}

const FIRST_SQLITE: &str = include_str!("../src/sql/migrations/sqlite/0001_connections.sql");

/// Schema 1, as the first migration alone leaves it, with a connection in it.
async fn make_schema_1(sqlx_url: &str, first_migration: &str, body: &str) {
    let mut old = database(sqlx_url).await;
    run(&mut old, "CREATE TABLE connspec_schema (version BIGINT NOT NULL); INSERT INTO connspec_schema VALUES (1)")
        .await;
    run(&mut old, first_migration).await;
    let insert = format!(
        "INSERT INTO connspec_connections (name, version, body, lease_token) VALUES ('academy', 1, '{}', 5)",
        body.replace('\'', "''")
    );
    run(&mut old, &insert).await;
    old.close().await.unwrap();
}

/// The document of a saved connection, taken from a store in a folder: every
/// backend writes the same.
async fn document() -> String {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&format!("file:{}", folder.path().display()), sealing()).await.unwrap();
    store.save(&connection("academy")).await.unwrap();
    fs::read_to_string(folder.path().join("connections/academy.json")).unwrap()
}

async fn check_migrated(store: &dyn ConnectionStore) {
    let loaded = store.load("academy").await.unwrap();
    assert_eq!(loaded.data, connection("academy").data);
    store.save(&loaded).await.unwrap();
    store.put_pending(&pending("state")).await.unwrap(); // the table that schema 2 added
}

#[tokio::test]
async fn an_older_schema_is_brought_up_to_date_and_keeps_its_records() {
    let folder = tempfile::tempdir().unwrap();
    let (url, sqlx_url) = sqlite(&folder.path().join("old.db"));
    make_schema_1(&sqlx_url, FIRST_SQLITE, &document().await).await;
    check_migrated(&*open(&url, sealing()).await.unwrap()).await;
    let again = open(&url, sealing()).await.unwrap();
    assert_eq!(again.load("academy").await.unwrap().version, 2);
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn an_older_schema_in_postgresql_is_brought_up_to_date_too() {
    let first = include_str!("../src/sql/migrations/postgres/0001_connections.sql");
    let Some(url) = common::postgres_url().await else { return };
    make_schema_1(&url, first, &document().await).await;
    check_migrated(&*open(&url, sealing()).await.unwrap()).await;
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    let (url, sqlx_url) = sqlite(&path);
    make_schema_1(&sqlx_url, FIRST_SQLITE, "{}").await;
    let mut newer = database(&sqlx_url).await;
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
async fn many_who_make_the_same_database_at_once_all_can_use_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut urls = vec![format!("sqlite:{}", folder.path().join("new.db").display())];
    #[cfg(feature = "postgres")]
    urls.extend(common::postgres_url().await);
    urls.push(format!("file:{}", folder.path().join("new").display()));
    for url in urls {
        let tasks = (0..12).map(|number| {
            let url = url.clone();
            tokio::spawn(async move {
                let store = open(&url, sealing()).await.unwrap();
                store.save(&connection(&format!("c{number}"))).await.unwrap();
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        let store = open(&url, sealing()).await.unwrap();
        assert_eq!(store.list(None, 99).await.unwrap().connections.len(), 12);
    }
}
