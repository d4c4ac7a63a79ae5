//! What the tests of all backends share.
#![allow(dead_code)] // each test binary takes what it needs

use std::sync::Arc;

use connspec_store::{
    ConnectionStore, DefinitionReference, PendingAuthorization, SavedConnection, Sealing, SealingKey, open,
};
use serde_json::{Map, Value, json};

/// A moment for tests; any would do.
pub const NOW: i64 = 1_700_000_000_000;

/// One store, opened twice as two processes would, and what keeps it alive.
pub struct Place {
    pub url: String,
    pub first: Arc<dyn ConnectionStore>,
    pub second: Arc<dyn ConnectionStore>,
    pub folder: tempfile::TempDir,
}

impl Place {
    pub async fn open_again(&self, sealing: Sealing) -> Arc<dyn ConnectionStore> {
        Arc::from(open(&self.url, sealing).await.expect("the store opens"))
    }
}

pub async fn place_at(url: String, folder: tempfile::TempDir) -> Place {
    let handle = || async { Arc::from(open(&url, sealing()).await.expect("the store opens")) };
    let (first, second) = (handle().await, handle().await);
    Place { url, first, second, folder }
}

/// The variable that names a database for tests; tests/postgres.sh starts one.
pub const POSTGRES: &str = "CONNSPEC_TEST_POSTGRES";

/// A schema of its own in the database that [`POSTGRES`] names.
#[cfg(feature = "postgres")]
pub async fn postgres_url() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);

    let base = std::env::var(POSTGRES).expect("CONNSPEC_TEST_POSTGRES names a database");
    sqlx::any::install_default_drivers();
    let mut random = [0; 6];
    getrandom::fill(&mut random).expect("randomness");
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let schema = format!(
        "test_{number}_{:012x}",
        u64::from_le_bytes([0, 0, random[0], random[1], random[2], random[3], random[4], random[5]])
    );
    let mut connection = <sqlx::AnyConnection as sqlx::Connection>::connect(&base).await.expect("the database answers");
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    sqlx::raw_sql(create).execute(&mut connection).await.expect("the schema is made");
    let joint = if base.contains('?') { '&' } else { '?' };
    format!("{base}{joint}options[search_path]={schema}")
}

pub fn sealing() -> Sealing {
    Sealing::with_key(SealingKey::from_bytes([7; 32]))
}

pub fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

/// A connection with every member filled.
pub fn connection(name: &str) -> SavedConnection {
    let definition =
        DefinitionReference { spec: "academy-v2".into(), connection: Some("main".into()), hash: "abc".into() };
    SavedConnection {
        data: map(json!({
            "accessToken": "ACCESS-SECRET", "refreshToken": "REFRESH-SECRET",
            "odd": "a\u{0}b \u{1F600}", "expires": "2024-01-02T03:04:05.678Z", "nothing": null,
        })),
        common: map(json!({"clientSecret": "CLIENT-SECRET"})),
        settings: map(json!({"compat": ["a"]})),
        scope: vec!["read".into(), "write".into()],
        uid: Some("42".into()),
        metadata: Some(json!({"type": "email", "value": "a@example.com"})),
        expires: Some(NOW + 1),
        ..SavedConnection::new(name, definition, NOW)
    }
}

pub fn pending(state: &str) -> PendingAuthorization {
    PendingAuthorization {
        data: map(json!({"clientId": "id"})),
        common: map(json!({"clientSecret": "CLIENT-SECRET"})),
        temp: map(json!({"code_verifier": "VERIFIER-SECRET"})),
        scope: vec!["read".into()],
        redirect_uri: "http://127.0.0.1:1/oauth/cb/app".into(),
        flow: json!({"step": "FLOW-SECRET"}),
        ..PendingAuthorization::new(state, "academy", DefinitionReference::default(), NOW)
    }
}
