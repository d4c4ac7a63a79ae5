//! Databases as older versions left them, and ones that many make at once.
#![allow(dead_code)] // each test binary takes what it needs

use connspec_store::refresh::{RefreshOptions, RefreshRequest, SystemRefreshClock, Updated};
use connspec_store::{SavedConnection, open, refresh_once};
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

/// Opens the database that `dump` makes at `url` (`sqlx_url` for sqlx): a database of schema `schema`, which holds one
/// connection, as an older version left it. Nothing is lost, what is new works, and opening it again changes nothing.
pub async fn is_brought_up_to_date(url: &str, sqlx_url: &str, schema: i64, dump: &str) {
    let mut old = database(sqlx_url).await;
    run(&mut old, dump).await;
    assert_eq!(version(&mut old).await, schema);
    old.close().await.unwrap();

    let store = open(url, sealing()).await.unwrap();
    let loaded = store.load("academy").await.unwrap();
    assert_eq!(
        (&loaded.data["accessToken"], &loaded.data["refreshToken"]),
        (&"ACCESS-SECRET".into(), &"REFRESH-SECRET".into())
    );
    assert_eq!((loaded.common["clientSecret"].as_str(), loaded.uid.as_deref()), (Some("CLIENT-SECRET"), Some("42")));
    assert_eq!((loaded.version, loaded.expires, loaded.refresh.successes), (1, Some(1_700_000_000_001), 1));
    let unanswered = loaded.refresh.presented.as_ref().map(|marker| marker.at);
    assert_eq!(unanswered, (schema == 2).then_some(1_700_000_000_000), "what was sent is known still");
    store.put_pending(&pending("state")).await.unwrap(); // the table that schema 2 added

    // The lease of schema 2's dump was taken by nobody knows which clock: it is watched, and then taken over.
    let request = RefreshRequest {
        store: &*store,
        name: "academy",
        holder: "me",
        clock: &SystemRefreshClock,
        options: RefreshOptions::default(),
    };
    let answer =
        |connection: SavedConnection| async move { Ok(Updated { data: connection.data, ..Updated::default() }) };
    let refreshed = refresh_once(&request, |_| Ok(true), answer);
    let refreshed = refreshed.await.unwrap().connection;
    assert_eq!((refreshed.refresh.successes, refreshed.refresh.presented), (2, None));
    store.close().await;
    let again = open(url, sealing()).await.unwrap();
    assert_eq!(again.load("academy").await.unwrap().version, refreshed.version);
    assert_eq!(version(&mut database(sqlx_url).await).await, NEWEST);
}

/// The schema this version makes.
const NEWEST: i64 = 3;

async fn version(database: &mut AnyConnection) -> i64 {
    let row = sqlx::query("SELECT version FROM connspec_schema").fetch_one(database).await.unwrap();
    sqlx::Row::get(&row, 0)
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
