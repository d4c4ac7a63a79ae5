//! Databases as older versions left them, and ones that many make at once.
#![allow(dead_code)] // each test binary takes what it needs

use std::fs;

use connspec_store::{ConnectionStore, open};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, raw_sql};

use crate::common::{connection, pending, sealing};

/// What `sqlx` calls the file, made if missing.
pub async fn database(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.unwrap()
}

pub async fn run(database: &mut AnyConnection, sql: &str) {
    raw_sql(AssertSqlSafe(sql.to_owned())).execute(database).await.unwrap();
}

/// Schema 1, as the first migration alone leaves it, with a connection in it.
pub async fn make_schema_1(sqlx_url: &str, first_migration: &str, body: &str) {
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
pub async fn document() -> String {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&format!("file:{}", folder.path().display()), sealing()).await.unwrap();
    store.save(&connection("academy")).await.unwrap();
    fs::read_to_string(folder.path().join("connections/academy.json")).unwrap()
}

pub async fn check_migrated(store: &dyn ConnectionStore) {
    let loaded = store.load("academy").await.unwrap();
    assert_eq!(loaded.data, connection("academy").data);
    store.save(&loaded).await.unwrap();
    store.put_pending(&pending("state")).await.unwrap(); // the table that schema 2 added
}

#[cfg(feature = "postgres")]
pub async fn is_brought_up_to_date(url: String) {
    let first = include_str!("../../src/sql/migrations/postgres/0001_connections.sql");
    make_schema_1(&url, first, &document().await).await;
    check_migrated(&*open(&url, sealing()).await.unwrap()).await;
}

pub async fn many_make_it_at_once(url: String) {
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
