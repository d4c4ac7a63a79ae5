//! The refresh lease in a database: read, decided upon, and written where nobody else has changed it meanwhile.

use sqlx::Error;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::{SqlStore, signed, unsigned};
use crate::clock::Reading;
use crate::lease::Lease;
use crate::{FencingToken, LeaseAttempt, LeaseState, Result, StoreError};

/// The lease of a connection at one moment.
struct Found {
    version: u64,
    lease: Lease,
    /// That moment, by the clock leases go by here.
    now: Reading,
}

impl SqlStore {
    pub(super) async fn state_of(&self, name: &str) -> Result<LeaseState> {
        let Found { version, lease, now } = self.lease_of(name).await?;
        Ok(LeaseState { version, held: lease.held(name, &now, &self.watch) })
    }

    pub(super) async fn acquire(&self, name: &str, holder: &str, since: i64, length: i64) -> Result<LeaseAttempt> {
        let holder = holder.replace('\0', "");
        loop {
            let Found { lease, now, .. } = self.lease_of(name).await?;
            if let Some(held) = lease.held(name, &now, &self.watch) {
                return Ok(LeaseAttempt::Held(held));
            }
            let next = lease.next(&holder, since, length, &now)?;
            if self.replace_lease(name, &lease, &next).await? {
                self.watch.forget(name);
                return Ok(LeaseAttempt::Acquired(FencingToken(next.token)));
            }
            // Somebody else was faster; whether they have it still is seen by looking again.
        }
    }

    pub(super) async fn renew(&self, name: &str, token: FencingToken, length: i64) -> Result<()> {
        let held = self.held_with(name, token, Some(length)).await?;
        match self.replace_lease(name, &held.before, &held.renewed).await? {
            true => Ok(()),
            false => Err(StoreError::lease_lost(name)),
        }
    }

    pub(super) async fn release(&self, name: &str, token: FencingToken) -> Result<()> {
        let query = sqlx::query(self.dialect.statements.release_lease);
        self.change(query.bind(name.to_owned()).bind(signed(token.0))).await.map(drop)
    }

    /// The lease of `token`, if that is held still, and as it is once renewed: for `length`, else for as long as before.
    pub(super) async fn held_with(&self, name: &str, token: FencingToken, length: Option<i64>) -> Result<Held> {
        let Found { lease, now, .. } = self.lease_of(name).await?;
        if !lease.is_of(token, name, &now, &self.watch) {
            return Err(StoreError::lease_lost(name));
        }
        let renewed = lease.renewed(length.unwrap_or(lease.length), &now);
        Ok(Held { before: lease, renewed })
    }

    async fn lease_of(&self, name: &str) -> Result<Found> {
        let row = self.row(sqlx::query(self.dialect.statements.lease).bind(name.to_owned())).await?;
        let row = row.ok_or_else(|| StoreError::no_connection(name))?;
        self.read(&row).map_err(|error| self.explain(error))
    }

    fn read(&self, row: &AnyRow) -> Result<Found, Error> {
        let lease = Lease {
            token: unsigned(row.try_get(1)?),
            holder: row.try_get(2)?,
            since: row.try_get(3)?,
            length: row.try_get(4)?,
            until: row.try_get(5)?,
            clock: row.try_get::<Option<String>, _>(6)?.unwrap_or_default(),
        };
        let now = match self.dialect.clock {
            Some(clock) => Reading { clock: clock.to_owned(), millis: row.try_get(7)? },
            None => self.clock.read(),
        };
        Ok(Found { version: unsigned(row.try_get(0)?), lease, now })
    }

    /// Writes `next` where `before` still is; answers whether it was.
    async fn replace_lease(&self, name: &str, before: &Lease, next: &Lease) -> Result<bool> {
        let query = sqlx::query(self.dialect.statements.replace_lease)
            .bind(signed(next.token))
            .bind(next.holder.clone())
            .bind(next.since)
            .bind(next.length)
            .bind(next.until)
            .bind(next.clock.clone())
            .bind(name.to_owned())
            .bind(signed(before.token))
            .bind(before.until)
            .bind(before.holder.clone().unwrap_or_default());
        Ok(self.change(query).await? == 1)
    }
}

/// A living lease, and what renewing it makes of it.
pub(super) struct Held {
    before: Lease,
    pub(super) renewed: Lease,
}
