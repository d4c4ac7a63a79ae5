-- A database as the first connspec with schema 2 left it, in the middle of a refresh, dumped by sqlite3.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE connspec_schema (version BIGINT NOT NULL);
INSERT INTO connspec_schema VALUES(2);
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
INSERT INTO connspec_connections VALUES('academy',1,'{"format":1,"name":"academy","version":1,"definition":{"spec":"academy-v2","connection":"main","hash":"abc"},"settings":{"compat":["a"]},"scope":["read","write"],"uid":"42","metadata":{"type":"email","value":"a@example.com"},"expires":1700000000001,"created":1700000000000,"updated":1700000000000,"invalidated":null,"needs_reauthorization":null,"refresh":{"attempts":2,"successes":1,"presented":{"at":1700000000000,"holder":"process 7","attempt":2},"last_success":1699999999000,"failures":0},"secret":{"key":"84a9993ed0a0","sealed":"sLmUIJKDV1abieMtVbhFeuSQ78jhTRGUqUT+hXYhSN0KvfZHhwb4gm+mUbMsepN/kF4Y6Fw3EBZV3zUhzPvN39PV1EBHVQqqlKCHbySpLP5E/RQaUvkoy2cN6ZC3RH3UvI5FO8IRFC8jM6GUBjAlm5gzu4Mo0jcCeBNj3gMRNEHcX4DbhMaQ/GmvhG1N2QiQRRuscn/2I74W9Q=="}}',421708161193345024,'process 7',1700000000000,40,1700000000040);
CREATE TABLE connspec_pending (
    state_hash TEXT NOT NULL PRIMARY KEY,
    expires BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX connspec_pending_expires ON connspec_pending (expires);
COMMIT;
