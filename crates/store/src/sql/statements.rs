//! Every statement, once, in the words both databases share. Each change is
//! one statement that compares and swaps, so nobody reads first and writes
//! later (measured.md §5: that is what locks out SQLite's writers).

/// The statements in one database's dialect.
#[derive(Debug)]
pub(super) struct Statements {
    pub(super) load: &'static str,
    pub(super) version: &'static str,
    pub(super) insert: &'static str,
    pub(super) update: &'static str,
    pub(super) update_holding: &'static str,
    pub(super) remove: &'static str,
    pub(super) list: &'static str,
    pub(super) forget_expired: &'static str,
    pub(super) insert_pending: &'static str,
    pub(super) load_pending: &'static str,
    pub(super) take_pending: &'static str,
    pub(super) lease: &'static str,
    pub(super) replace_lease: &'static str,
    pub(super) release_lease: &'static str,
    pub(super) list_pending: &'static str,
    pub(super) reseal_connection: &'static str,
    pub(super) reseal_pending: &'static str,
}

/// The statements, where `$clock` is the database's own clock in Unix milliseconds, if it has one. What has become of a
/// lease is decided by whoever reads it; writing one compares and swaps all that was read of it.
macro_rules! statements {
    ($clock:literal) => {
        Statements {
            load: "SELECT body FROM connspec_connections WHERE name = $1",
            version: "SELECT version FROM connspec_connections WHERE name = $1",
            insert: "INSERT INTO connspec_connections (name, version, body, lease_token)
                VALUES ($1, 1, $2, $3) ON CONFLICT (name) DO NOTHING",
            update: "UPDATE connspec_connections SET version = version + 1, body = $3
                WHERE name = $1 AND version = $2",
            update_holding: "UPDATE connspec_connections
                SET version = version + 1, body = $3, lease_until = $5, lease_clock = $6
                WHERE name = $1 AND version = $2 AND lease_token = $4 AND lease_holder IS NOT NULL",
            remove: "DELETE FROM connspec_connections WHERE name = $1",
            list: "SELECT name, body FROM connspec_connections WHERE name > $1 ORDER BY name LIMIT $2",
            forget_expired: "DELETE FROM connspec_pending WHERE expires <= $1",
            insert_pending: "INSERT INTO connspec_pending (state_hash, expires, body)
                VALUES ($1, $2, $3) ON CONFLICT (state_hash) DO NOTHING",
            load_pending: "SELECT body FROM connspec_pending WHERE state_hash = $1",
            take_pending: "DELETE FROM connspec_pending WHERE state_hash = $1 AND body = $2",
            lease: concat!(
                "SELECT version, lease_token, lease_holder, lease_since, lease_length, lease_until, lease_clock, ",
                $clock,
                " AS clock
                FROM connspec_connections WHERE name = $1"
            ),
            replace_lease: "UPDATE connspec_connections SET lease_token = $1, lease_holder = $2,
                lease_since = $3, lease_length = $4, lease_until = $5, lease_clock = $6
                WHERE name = $7 AND lease_token = $8 AND lease_until = $9 AND COALESCE(lease_holder, '') = $10",
            release_lease: "UPDATE connspec_connections SET lease_holder = NULL
                WHERE name = $1 AND lease_token = $2",
            list_pending: "SELECT state_hash, body FROM connspec_pending
                WHERE state_hash > $1 ORDER BY state_hash LIMIT $2",
            reseal_connection: "UPDATE connspec_connections SET body = $2 WHERE name = $1",
            reseal_pending: "UPDATE connspec_pending SET body = $2 WHERE state_hash = $1",
        }
    };
}

/// SQLite: it has no clock but its users'.
#[cfg(feature = "sqlite")]
pub(super) const SQLITE: Statements = statements!("CAST(0 AS INTEGER)");

/// PostgreSQL: the clock of the server, shared by all machines.
#[cfg(feature = "postgres")]
pub(super) const POSTGRES: Statements = statements!("CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)");
