-- A connection: its JSON document (secrets sealed) and its refresh lease.
CREATE TABLE connspec_connections (
    name TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    lease_token BIGINT NOT NULL,
    lease_holder TEXT,
    lease_since BIGINT NOT NULL DEFAULT 0,
    lease_length BIGINT NOT NULL DEFAULT 0,
    lease_until BIGINT NOT NULL DEFAULT 0
);
