//! Connections in a database: SQLite (`sqlite:FILE`) or PostgreSQL
//! (`postgres://…`), the same tables and statements in both.

mod dialect;
mod errors;
mod leases;
mod location;
mod rotate;
mod schema;
mod statements;

use std::time::Duration;

use sqlx::any::{Any, AnyArguments, AnyConnectOptions, AnyRow};
use sqlx::pool::PoolOptions;
use sqlx::query::Query;
use sqlx::{AnyConnection, ConnectOptions, Connection, Error, Executor, Pool, Row};

use self::dialect::Dialect;
use self::errors::explain;
use self::location::{Location, OpenFile};
use crate::clock::MachineClock;
use crate::document::{ConnectionDocument, PendingDocument, hash_of_state};
use crate::lease::{Lease, Watch};
use crate::memory::check_version;
use crate::name::check_name;
use crate::{
    BoxFuture, ConnectionStore, FencingToken, LeaseAttempt, LeaseState, Page, PendingAuthorization, Result,
    SavedConnection, Sealing, StoreError, StoreErrorKind,
};

/// How long to wait for a server or for another process's lock; SQLite's busy
/// timeout has the same length by sqlx's default and is set before anything else.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a statement may take: longer than waiting for a connection and for
/// a lock together, so that those are told by their own names.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// A store in a database. Cheap to share: it holds a small pool of connections.
#[derive(Debug)]
pub struct SqlStore {
    pool: Pool<Any>,
    dialect: &'static Dialect,
    sealing: Sealing,
    place: String,
    file: Option<OpenFile>,
    clock: MachineClock,
    watch: Watch,
}

impl SqlStore {
    /// Opens the SQLite file at `path`, making it (mode 0600) and its folder
    /// (mode 0700) where they do not exist, and brings its tables up to date.
    #[cfg(feature = "sqlite")]
    pub async fn open_sqlite(path: impl AsRef<std::path::Path>, sealing: Sealing) -> Result<Self> {
        let location = location::of_sqlite(path.as_ref())?;
        Self::open(location, &dialect::SQLITE, sealing).await
    }

    /// Connects to the PostgreSQL database at `url` and brings the tables in
    /// its first schema up to date.
    #[cfg(feature = "postgres")]
    pub async fn open_postgres(url: &str, sealing: Sealing) -> Result<Self> {
        Self::open(location::of_postgres(url)?, &dialect::POSTGRES, sealing).await
    }

    async fn open(location: Location, dialect: &'static Dialect, sealing: Sealing) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let (place, file) = (location.place, location.file);
        let first = connect_and_prepare(&location.url, dialect, &place).await;
        let options = match (first, location.read_only_url) {
            (Err(error), Some(url)) if error.kind == StoreErrorKind::ReadOnly => {
                connect_and_prepare(&url, dialect, &place).await?
            }
            (first, _) => first?,
        };
        let pool = PoolOptions::new()
            .max_connections(dialect.max_connections)
            .acquire_timeout(PATIENCE)
            .after_connect(|connection, _| Box::pin(prepare(dialect, connection)))
            .connect_lazy_with(options);
        Ok(Self { pool, dialect, sealing, place, file, clock: MachineClock::default(), watch: Watch::default() })
    }

    /// The same store on a machine with another clock.
    #[cfg(test)]
    pub(crate) fn with_clock(self, clock: MachineClock) -> Self {
        Self { clock, ..self }
    }

    /// Runs a statement that changes rows; answers how many it changed.
    async fn change(&self, query: Query<'_, Any, AnyArguments>) -> Result<u64> {
        self.in_time(query.execute(&self.pool)).await.map(|done| done.rows_affected())
    }

    /// All rows: also of a statement that changes one and returns it, because
    /// SQLite commits only when it was read to its end.
    async fn rows(&self, query: Query<'_, Any, AnyArguments>) -> Result<Vec<AnyRow>> {
        self.in_time(query.fetch_all(&self.pool)).await
    }

    /// A server that stops answering must not hang its users.
    async fn in_time<T>(&self, running: impl Future<Output = Result<T, Error>>) -> Result<T> {
        let answer = tokio::time::timeout(ANSWER_TIMEOUT, running).await;
        answer.unwrap_or(Err(Error::PoolTimedOut)).map_err(|error| self.explain(error))
    }

    async fn row(&self, query: Query<'_, Any, AnyArguments>) -> Result<Option<AnyRow>> {
        Ok(self.rows(query).await?.pop())
    }

    fn explain(&self, error: Error) -> StoreError {
        explain(&self.place, error)
    }

    async fn version(&self, name: &str) -> Result<Option<i64>> {
        let query = sqlx::query(self.dialect.statements.version).bind(name.to_owned());
        let row = self.row(query).await?;
        row.map(|row| row.try_get(0)).transpose().map_err(|error| self.explain(error))
    }

    async fn save_as(&self, connection: &SavedConnection, token: Option<FencingToken>) -> Result<u64> {
        check_name(&connection.name)?;
        let document = ConnectionDocument::new(connection, connection.version + 1, &self.sealing)?;
        let body = if token.is_some() { document.text_with_room() } else { document.text() };
        let held = match token {
            Some(token) => Some(self.held_with(&connection.name, token, None).await?.renewed),
            None => None,
        };
        let saved = match self.write(connection, &body, held.as_ref()).await {
            Err(error) if error.kind == StoreErrorKind::Full && self.dialect.make_room.is_some() => {
                self.make_room().await?;
                self.write(connection, &body, held.as_ref()).await
            }
            other => other,
        };
        if saved.is_ok() && token.is_some() {
            self.make_room().await?;
        }
        saved
    }

    /// Sees that as much as was just written can be written again.
    async fn make_room(&self) -> Result<()> {
        let Some(statement) = self.dialect.make_room else { return Ok(()) };
        self.in_time(self.pool.execute(sqlx::raw_sql(statement))).await.map(drop)
    }

    /// Writes it over the version it was read at; with a lease only while that is held, which is renewed with it.
    async fn write(&self, connection: &SavedConnection, body: &str, held: Option<&Lease>) -> Result<u64> {
        let statements = &self.dialect.statements;
        let (name, before, body) = (connection.name.clone(), signed(connection.version), body.to_owned());
        let query = match held {
            Some(held) => sqlx::query(statements.update_holding)
                .bind(name)
                .bind(before)
                .bind(body)
                .bind(signed(held.token))
                .bind(held.until)
                .bind(held.clock.clone()),
            None if connection.version == 0 => {
                sqlx::query(statements.insert).bind(name).bind(body).bind(signed(Lease::first()?.token))
            }
            None => sqlx::query(statements.update).bind(name).bind(before).bind(body),
        };
        if self.change(query).await? == 1 {
            self.file.as_ref().map_or(Ok(()), OpenFile::is_in_place)?;
            return Ok(connection.version + 1);
        }
        let found = self.version(&connection.name).await?;
        check_version(connection, found.map(unsigned))?;
        match held {
            Some(_) => Err(StoreError::lease_lost(&connection.name)),
            // Changed, and changed back or removed, between the two statements.
            None => Err(StoreError::version_conflict(&connection.name, connection.version, connection.version)),
        }
    }

    async fn list_after(&self, after: &str, limit: usize) -> Result<Page> {
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let query = sqlx::query(self.dialect.statements.list).bind(after.to_owned()).bind(one_more);
        let mut rows = self.rows(query).await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let mut page = Page::default();
        for row in rows {
            let (name, body) = rotate::pair(&row).map_err(|error| self.explain(error))?;
            page.next = Some(name.clone()).filter(|_| more);
            match ConnectionDocument::read(body.as_bytes(), &name, &self.place) {
                Ok(document) => page.connections.push(document.summary()),
                Err(error) => page.unreadable.push((name, error)),
            }
        }
        Ok(page)
    }

    async fn take(&self, state: &str, now: i64) -> Result<PendingAuthorization> {
        let statements = &self.dialect.statements;
        let hash = hash_of_state(state);
        let row = self.row(sqlx::query(statements.load_pending).bind(hash.clone())).await?;
        let row = row.ok_or_else(StoreError::no_pending)?;
        let body: String = row.try_get(0).map_err(|error| self.explain(error))?;
        let document = PendingDocument::read(body.as_bytes(), &hash, &self.place)?;
        let pending = document.open(state, &self.sealing, &self.place)?;
        // Whoever deletes the row has taken it.
        let taken = self.change(sqlx::query(statements.take_pending).bind(hash).bind(body)).await?;
        if taken == 0 {
            return Err(StoreError::no_pending());
        }
        pending.unexpired(now)
    }
}

/// Connects once without the pool, which would wait and keep the reason to
/// itself, and sees to the tables.
async fn connect_and_prepare(url: &str, dialect: &'static Dialect, place: &str) -> Result<AnyConnectOptions> {
    let worded = |error| explain(place, error);
    let options: AnyConnectOptions = url.parse().map_err(worded)?;
    let connecting = tokio::time::timeout(PATIENCE, options.connect()).await;
    let mut connection = connecting.unwrap_or(Err(Error::PoolTimedOut)).map_err(worded)?;
    prepare(dialect, &mut connection).await.map_err(worded)?;
    schema::prepare(dialect, &mut connection, place).await?;
    connection.close().await.map_err(worded)?;
    Ok(options)
}

/// What every connection to the database is given first.
async fn prepare(dialect: &'static Dialect, connection: &mut AnyConnection) -> Result<(), Error> {
    connection.execute(sqlx::raw_sql(dialect.on_connect)).await.map(drop)
}

/// Versions and tokens count up from small numbers, so they fit either way.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

impl ConnectionStore for SqlStore {
    fn describe(&self) -> String {
        self.place.clone()
    }

    fn load<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SavedConnection>> {
        Box::pin(async move {
            if check_name(name).is_err() {
                return Err(StoreError::no_connection(name)); // nothing can be saved under it
            }
            let row = self.row(sqlx::query(self.dialect.statements.load).bind(name.to_owned())).await?;
            let row = row.ok_or_else(|| StoreError::no_connection(name))?;
            let body: String = row.try_get(0).map_err(|error| self.explain(error))?;
            ConnectionDocument::read(body.as_bytes(), name, &self.place)?.open(&self.sealing, &self.place)
        })
    }

    fn save<'a>(&'a self, connection: &'a SavedConnection) -> BoxFuture<'a, Result<u64>> {
        Box::pin(self.save_as(connection, None))
    }

    fn save_holding<'a>(&'a self, connection: &'a SavedConnection, token: FencingToken) -> BoxFuture<'a, Result<u64>> {
        Box::pin(self.save_as(connection, Some(token)))
    }

    fn remove<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let query = sqlx::query(self.dialect.statements.remove).bind(name.to_owned());
            match self.change(query).await? {
                0 => Err(StoreError::no_connection(name)),
                _ => Ok(()),
            }
        })
    }

    fn list<'a>(&'a self, after: Option<&'a str>, limit: usize) -> BoxFuture<'a, Result<Page>> {
        // Every name comes after the empty text, which is none.
        Box::pin(self.list_after(after.unwrap_or(""), limit))
    }

    fn put_pending<'a>(&'a self, pending: &'a PendingAuthorization) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            check_name(&pending.name)?;
            let document = PendingDocument::new(pending, &self.sealing)?;
            let statements = &self.dialect.statements;
            self.change(sqlx::query(statements.forget_expired).bind(pending.forgotten_before())).await?;
            let query = sqlx::query(statements.insert_pending)
                .bind(document.state_hash().to_owned())
                .bind(pending.expires)
                .bind(document.text());
            match self.change(query).await? {
                0 => Err(StoreError::state_taken()),
                _ => Ok(()),
            }
        })
    }

    fn take_pending<'a>(&'a self, state: &'a str, now: i64) -> BoxFuture<'a, Result<PendingAuthorization>> {
        Box::pin(self.take(state, now))
    }

    fn acquire_lease<'a>(
        &'a self,
        name: &'a str,
        holder: &'a str,
        now: i64,
        length: i64,
    ) -> BoxFuture<'a, Result<LeaseAttempt>> {
        Box::pin(self.acquire(name, holder, now, length))
    }

    fn renew_lease<'a>(&'a self, name: &'a str, token: FencingToken, length: i64) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.renew(name, token, length))
    }

    fn release_lease<'a>(&'a self, name: &'a str, token: FencingToken) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.release(name, token))
    }

    fn lease_state<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<LeaseState>> {
        Box::pin(self.state_of(name))
    }

    fn rotate_key<'a>(&'a self, old: &'a Sealing, new: &'a Sealing) -> BoxFuture<'a, Result<usize>> {
        Box::pin(rotate::rotate(&self.pool, self.dialect, &self.place, old, new))
    }

    fn close<'a>(&'a self) -> BoxFuture<'a, ()> {
        Box::pin(self.pool.close())
    }
}
