//! Exchanging the key of a database: everything in one transaction.

use sqlx::AnyConnection;
use sqlx::any::{Any, AnyRow};
use sqlx::{Error, Pool, Row};

use super::dialect::Dialect;
use super::errors::explain;
use crate::document::{ConnectionDocument, PendingDocument};
use crate::{Result, Sealing};

/// How many records are in memory at a time.
const PAGE: i64 = 100;

/// Seals every record anew; an error rolls all of it back.
pub(super) async fn rotate(
    pool: &Pool<Any>,
    dialect: &Dialect,
    place: &str,
    old: &Sealing,
    new: &Sealing,
) -> Result<usize> {
    let worded = |error| explain(place, error);
    let statements = &dialect.statements;
    let mut transaction = pool.begin_with(dialect.begin).await.map_err(worded)?;
    if let Some(lock) = dialect.lock_records {
        sqlx::raw_sql(lock).execute(&mut *transaction).await.map_err(worded)?;
    }
    let mut resealed = 0;
    let mut after = String::new(); // every key comes after the empty text
    loop {
        let records = page(statements.list, &after, &mut transaction).await.map_err(worded)?;
        let Some((last, _)) = records.last() else { break };
        after.clone_from(last);
        for (name, body) in records {
            let mut document = ConnectionDocument::read(body.as_bytes(), &name, place)?;
            if document.reseal(old, new)? {
                let write = write(statements.reseal_connection, name, document.text(), &mut transaction);
                write.await.map_err(worded)?;
                resealed += 1;
            }
        }
    }
    after.clear();
    loop {
        let records = page(statements.list_pending, &after, &mut transaction).await.map_err(worded)?;
        let Some((last, _)) = records.last() else { break };
        after.clone_from(last);
        for (hash, body) in records {
            let mut document = PendingDocument::read(body.as_bytes(), &hash, place)?;
            if document.reseal(old, new)? {
                let write = write(statements.reseal_pending, hash, document.text(), &mut transaction);
                write.await.map_err(worded)?;
                resealed += 1;
            }
        }
    }
    transaction.commit().await.map_err(worded)?;
    Ok(resealed)
}

/// The records whose keys come after `after`, in order.
async fn page(
    statement: &'static str,
    after: &str,
    connection: &mut AnyConnection,
) -> Result<Vec<(String, String)>, Error> {
    let rows = sqlx::query(statement).bind(after.to_owned()).bind(PAGE).fetch_all(connection).await?;
    rows.iter().map(pair).collect()
}

/// The first two columns.
pub(super) fn pair(row: &AnyRow) -> Result<(String, String), Error> {
    Ok((row.try_get(0)?, row.try_get(1)?))
}

async fn write(
    statement: &'static str,
    key: String,
    body: String,
    connection: &mut AnyConnection,
) -> Result<(), Error> {
    sqlx::query(statement).bind(key).bind(body).execute(connection).await.map(drop)
}
