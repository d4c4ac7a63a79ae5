-- An authorization waiting for its callback, by the hash of its `state`.
CREATE TABLE connspec_pending (
    state_hash TEXT NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX connspec_pending_expires ON connspec_pending (expires);
