//! The tables: made, brought up to date, or refused when newer.

use std::time::{Duration, Instant};

use sqlx::AnyConnection;
use sqlx::{Connection, Error, Row, raw_sql};

use super::dialect::Dialect;
use super::errors::{explain, is_busy};
use crate::{Result, StoreError, StoreErrorKind};

/// How long to wait for another process that is making the same database.
const PATIENCE: Duration = Duration::from_secs(5);

/// Sees that the tables are those of this connspec. A database that is up to
/// date is only read. Errors: `NewerSchema`, `ReadOnly`, …
pub(super) async fn prepare(dialect: &Dialect, connection: &mut AnyConnection, place: &str) -> Result<()> {
    let worded = |error| explain(place, error);
    let version = version(dialect, connection).await.map_err(worded)?;
    if check_version(dialect, version, place)? {
        return Ok(());
    }
    if version.is_none() {
        refuse_foreign(dialect, connection, place).await?;
        create(dialect, connection).await.map_err(worded)?;
    }
    let mut transaction = connection.begin_with(dialect.begin).await.map_err(worded)?;
    if let Some(lock) = dialect.lock_schema {
        raw_sql(lock).execute(&mut *transaction).await.map_err(worded)?;
    }
    // Another process may have been faster while this one waited.
    let version = self::version(dialect, &mut transaction).await.map_err(worded)?;
    if !check_version(dialect, version, place)? {
        migrate(dialect, version, &mut transaction).await.map_err(worded)?;
    }
    transaction.commit().await.map_err(worded)
}

/// Whether `version` is the current one. Errors: `NewerSchema`.
fn check_version(dialect: &Dialect, version: Option<i64>, place: &str) -> Result<bool> {
    let newest = i64::try_from(dialect.migrations.len()).expect("there are few migrations");
    match version {
        Some(version) if version > newest => Err(StoreError::new(
            StoreErrorKind::NewerSchema,
            format!(
                "the saved connections in {place} were written by a newer connspec (schema {version}, this one knows {newest}); nothing was changed: use the newer connspec, or another store"
            ),
        )),
        version => Ok(version == Some(newest)),
    }
}

/// The schema's version; `None` for a database without our tables.
async fn version(dialect: &Dialect, connection: &mut AnyConnection) -> Result<Option<i64>, Error> {
    if count(dialect.schema_exists, connection).await? == 0 {
        return Ok(None);
    }
    let row = sqlx::query("SELECT version FROM connspec_schema").fetch_one(connection).await?;
    row.try_get(0).map(Some)
}

async fn count(statement: &'static str, connection: &mut AnyConnection) -> Result<i64, Error> {
    sqlx::query(statement).fetch_one(connection).await?.try_get(0)
}

async fn refuse_foreign(dialect: &Dialect, connection: &mut AnyConnection, place: &str) -> Result<()> {
    let Some(statement) = dialect.foreign_tables else { return Ok(()) };
    match count(statement, connection).await {
        Ok(0) => Ok(()),
        Ok(_) => Err(StoreError::new(
            StoreErrorKind::Unreadable,
            format!(
                "{place} is the database of another program, so connspec does not add its tables to it; choose another file"
            ),
        )),
        Err(error) => Err(explain(place, error)),
    }
}

/// What must be set once, outside a transaction. SQLite's busy timeout does
/// not cover the change to WAL, hence the repetition.
async fn create(dialect: &Dialect, connection: &mut AnyConnection) -> Result<(), Error> {
    let Some(statement) = dialect.on_create else { return Ok(()) };
    let began = Instant::now();
    loop {
        match raw_sql(statement).execute(&mut *connection).await {
            Err(error) if is_busy(&error) && began.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            other => return other.map(drop),
        }
    }
}

/// Runs the migrations that are missing and writes down the version they make.
async fn migrate(dialect: &Dialect, version: Option<i64>, connection: &mut AnyConnection) -> Result<(), Error> {
    if version.is_none() {
        let create = "CREATE TABLE connspec_schema (version BIGINT NOT NULL); INSERT INTO connspec_schema VALUES (0)";
        raw_sql(create).execute(&mut *connection).await?;
    }
    let done = usize::try_from(version.unwrap_or(0)).unwrap_or(0);
    for migration in &dialect.migrations[done..] {
        raw_sql(*migration).execute(&mut *connection).await?;
        raw_sql("UPDATE connspec_schema SET version = version + 1").execute(&mut *connection).await?;
    }
    Ok(())
}
