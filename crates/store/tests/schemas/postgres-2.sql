-- A database as the first connspec with schema 2 left it, in the middle of a refresh, dumped by pg_dump without the names of schemas.
CREATE TABLE connspec_connections (
    name text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    body text NOT NULL,
    lease_token bigint NOT NULL,
    lease_holder text,
    lease_since bigint DEFAULT 0 NOT NULL,
    lease_length bigint DEFAULT 0 NOT NULL,
    lease_until bigint DEFAULT 0 NOT NULL
);
CREATE TABLE connspec_pending (
    state_hash text NOT NULL,
    expires bigint NOT NULL,
    body text NOT NULL
);
CREATE TABLE connspec_schema (
    version bigint NOT NULL
);
INSERT INTO connspec_connections VALUES ('academy', 1, '{"format":1,"name":"academy","version":1,"definition":{"spec":"academy-v2","connection":"main","hash":"abc"},"settings":{"compat":["a"]},"scope":["read","write"],"uid":"42","metadata":{"type":"email","value":"a@example.com"},"expires":1700000000001,"created":1700000000000,"updated":1700000000000,"invalidated":null,"needs_reauthorization":null,"refresh":{"attempts":2,"successes":1,"presented":{"at":1700000000000,"holder":"process 7","attempt":2},"last_success":1699999999000,"failures":0},"secret":{"key":"84a9993ed0a0","sealed":"JSaF831x1DxS0/pU7UNmtmmn17a+djTExdvttBLkTYunTYPTF9vjla7KOfVhuiSuVJPXqItHErw6FfRztyRweC11sr5OcmAnmUUBHPfWqj1CnVVm/N3CHa/dfcpVObdwgfRgG50lKmBf3orCzo/xU9L7C7Lvjb0CALUB0bKWIQeAl/rtPCIuChQoGBeXDJXFcO3KJT1QS8yRdQ=="}}', 165285058207285248, 'process 7', 1700000000000, 40, 1700000000040);
INSERT INTO connspec_schema VALUES (2);
ALTER TABLE ONLY connspec_connections
    ADD CONSTRAINT connspec_connections_pkey PRIMARY KEY (name);
ALTER TABLE ONLY connspec_pending
    ADD CONSTRAINT connspec_pending_pkey PRIMARY KEY (state_hash);
CREATE INDEX connspec_pending_expires ON connspec_pending USING btree (expires);
