//! What differs between the databases.

use super::statements::{self, Statements};

/// One kind of database.
#[derive(Debug)]
pub(super) struct Dialect {
    pub(super) statements: Statements,
    /// The name of the server's own clock, which the statement `lease` tells; without one leases go by the machine's.
    pub(super) clock: Option<&'static str>,
    /// Counts the tables called `connspec_schema`: 0 or 1.
    pub(super) schema_exists: &'static str,
    /// Counts everybody else's tables, where a file belongs to one program.
    pub(super) foreign_tables: Option<&'static str>,
    /// Run on every connection.
    pub(super) on_connect: &'static str,
    /// Run once before the first migration, outside a transaction.
    pub(super) on_create: Option<&'static str>,
    /// Moves what is written down already to where its room is, so that as much again can be written: also on a
    /// disk that is full by then.
    pub(super) make_room: Option<&'static str>,
    /// Begins a transaction that will write: never a deferred one.
    pub(super) begin: &'static str,
    /// Run in a migration's transaction to keep other migrations out.
    pub(super) lock_schema: Option<&'static str>,
    /// Run in a rotation's transaction to keep other writers out.
    pub(super) lock_records: Option<&'static str>,
    /// Schema version `n` is what the first `n` of these make.
    pub(super) migrations: &'static [&'static str],
    pub(super) max_connections: u32,
}

#[cfg(feature = "sqlite")]
pub(super) static SQLITE: Dialect = Dialect {
    statements: statements::SQLITE,
    clock: None,
    schema_exists: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'connspec_schema'",
    foreign_tables: Some(
        "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'connspec%' AND name NOT LIKE 'sqlite%'",
    ),
    // Removed records leave no readable bytes; what a save answered survives a power cut; half a megabyte of cache for
    // each connection, so that memory stays the same however many records there are.
    on_connect: "PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; PRAGMA cache_size = -512",
    on_create: Some("PRAGMA journal_mode = WAL"),
    // Once all of the log is in the file, the next write begins it anew and needs no further room.
    make_room: Some("PRAGMA wal_checkpoint(PASSIVE)"),
    begin: "BEGIN IMMEDIATE",
    lock_schema: None,
    lock_records: None,
    migrations: &[
        include_str!("migrations/sqlite/0001_connections.sql"),
        include_str!("migrations/sqlite/0002_pending.sql"),
        include_str!("migrations/sqlite/0003_lease_clock.sql"),
    ],
    max_connections: 4,
};

#[cfg(feature = "postgres")]
pub(super) static POSTGRES: Dialect = Dialect {
    statements: statements::POSTGRES,
    clock: Some("server"),
    schema_exists: "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('connspec_schema')",
    foreign_tables: None,
    on_connect: "SET client_min_messages = warning; SET lock_timeout = '5s'",
    on_create: None,
    make_room: None,
    begin: "BEGIN",
    // Any number will do, as long as every connspec takes the same.
    lock_schema: Some("SELECT CAST(pg_advisory_xact_lock(7157315221) AS TEXT)"),
    lock_records: Some("LOCK TABLE connspec_connections, connspec_pending IN EXCLUSIVE MODE"),
    migrations: &[
        include_str!("migrations/postgres/0001_connections.sql"),
        include_str!("migrations/postgres/0002_pending.sql"),
        include_str!("migrations/postgres/0003_lease_clock.sql"),
    ],
    max_connections: 8,
};
