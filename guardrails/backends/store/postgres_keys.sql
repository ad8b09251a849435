-- The keys of a ledger in PostgreSQL: a schema of its own, so that it can be backed up apart or lie on another server.
--
-- Made as the role guardrails_keys_owner, which nobody logs in as. Rows are guarded by digests, as in backends/store/keys.py.

CREATE TABLE about (one integer PRIMARY KEY CHECK (one = 1), version integer NOT NULL);
CREATE TABLE part_key (
    record_id text COLLATE "C" NOT NULL, part text COLLATE "C" NOT NULL, epoch integer NOT NULL, wrapped bytea NOT NULL,
    PRIMARY KEY (record_id, part)
);
CREATE TABLE epoch (one integer PRIMARY KEY CHECK (one = 1), current integer NOT NULL);
CREATE TABLE ledger_key (one integer PRIMARY KEY CHECK (one = 1), key bytea NOT NULL, sha256 bytea NOT NULL);
CREATE TABLE seen (one integer PRIMARY KEY CHECK (one = 1), size bigint NOT NULL, root bytea NOT NULL);
CREATE TABLE api_key (
    id text COLLATE "C" PRIMARY KEY, secret_sha256 text NOT NULL, kind text NOT NULL, name text NOT NULL,
    permits text NOT NULL, created_ms bigint NOT NULL, revoked_ms bigint NOT NULL, sha256 bytea NOT NULL
);
CREATE TABLE signing_key (vkey text COLLATE "C" PRIMARY KEY, seed bytea NOT NULL, sha256 bytea NOT NULL);

INSERT INTO about VALUES (1, 2);
INSERT INTO epoch VALUES (1, 0);
