"""
The tables of a ledger in SQLite.

``record`` and ``node`` (the tree's hashes, by position, see ``audit/tlog.py``) only ever grow: triggers refuse change,
deletion and replacement. ``payload`` is encrypted and may be deleted (erasure), never changed. ``history`` is a projection;
``answer`` forgets after a day. ``tally`` holds a sum per key over the rows of ``history`` that are no principal's, which are
read for what is in force: one that was lost or changed is noticed when its key is read.
"""

from __future__ import annotations

from guardrails.backends.store.database import Schema

# "GrLg" in ASCII; sqlite.org/pragma.html#pragma_application_id
_APPLICATION_ID = 0x47724C67

_CHECKPOINTS = """
CREATE TABLE checkpoint (n INTEGER PRIMARY KEY, size INTEGER NOT NULL, note TEXT NOT NULL, UNIQUE (size, note)) STRICT;
CREATE TRIGGER checkpoint_fresh BEFORE INSERT ON checkpoint WHEN EXISTS (SELECT 1 FROM checkpoint WHERE n = NEW.n)
BEGIN SELECT raise(ABORT, 'this checkpoint is kept already'); END;
CREATE TRIGGER checkpoint_kept BEFORE DELETE ON checkpoint
BEGIN SELECT raise(ABORT, 'checkpoints are never deleted'); END;
CREATE TRIGGER checkpoint_fixed BEFORE UPDATE ON checkpoint
BEGIN SELECT raise(ABORT, 'checkpoints never change'); END;
"""

SCHEMA = Schema(
    _APPLICATION_ID,
    version=2,
    script="""
CREATE TABLE record (idx INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, leaf BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE TABLE node (pos INTEGER PRIMARY KEY, hash BLOB NOT NULL) STRICT;
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root BLOB NOT NULL) STRICT;
CREATE TABLE payload (idx INTEGER NOT NULL, part TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (idx, part)) STRICT;
CREATE TABLE bundle (digest TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE history (
    principal TEXT NOT NULL, key TEXT NOT NULL, at_ms INTEGER NOT NULL, idx INTEGER NOT NULL, amount INTEGER NOT NULL,
    PRIMARY KEY (principal, key, at_ms, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE tally (key TEXT PRIMARY KEY, sum INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- What a row adds to its key's sum: two primes and a prime modulus below 2**31, so that nothing overflows.
CREATE TRIGGER history_summed AFTER INSERT ON history WHEN NEW.principal = '' BEGIN
    INSERT INTO tally
    VALUES (NEW.key, (NEW.idx * 1000003 + NEW.at_ms % 2147483647 * 8191 + NEW.amount) % 2147483647 + 1)
    ON CONFLICT (key) DO UPDATE SET sum = sum + excluded.sum;
END;
CREATE TABLE answer (
    key TEXT PRIMARY KEY, body TEXT NOT NULL, idx INTEGER NOT NULL, sealed BLOB NOT NULL, expires_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX answer_by_expiry ON answer (expires_ms);

CREATE TRIGGER record_dense BEFORE INSERT ON record
WHEN NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM record)
BEGIN SELECT raise(ABORT, 'records follow one another'); END;
CREATE TRIGGER record_fresh BEFORE INSERT ON record WHEN EXISTS (SELECT 1 FROM record WHERE id = NEW.id)
BEGIN SELECT raise(ABORT, 'this record id is taken'); END;
CREATE TRIGGER record_kept BEFORE DELETE ON record BEGIN SELECT raise(ABORT, 'records are never deleted'); END;
CREATE TRIGGER record_fixed BEFORE UPDATE ON record BEGIN SELECT raise(ABORT, 'records never change'); END;
CREATE TRIGGER node_dense BEFORE INSERT ON node WHEN NEW.pos IS NOT (SELECT coalesce(max(pos) + 1, 0) FROM node)
BEGIN SELECT raise(ABORT, 'hashes follow one another'); END;
CREATE TRIGGER node_kept BEFORE DELETE ON node BEGIN SELECT raise(ABORT, 'hashes are never deleted'); END;
CREATE TRIGGER node_fixed BEFORE UPDATE ON node BEGIN SELECT raise(ABORT, 'hashes never change'); END;
CREATE TRIGGER bundle_fresh BEFORE INSERT ON bundle WHEN EXISTS (SELECT 1 FROM bundle WHERE digest = NEW.digest)
BEGIN SELECT raise(ABORT, 'this bundle is kept already'); END;
CREATE TRIGGER bundle_kept BEFORE DELETE ON bundle BEGIN SELECT raise(ABORT, 'bundles are never deleted'); END;
CREATE TRIGGER bundle_fixed BEFORE UPDATE ON bundle BEGIN SELECT raise(ABORT, 'bundles never change'); END;
CREATE TRIGGER payload_fresh BEFORE INSERT ON payload
WHEN EXISTS (SELECT 1 FROM payload WHERE idx = NEW.idx AND part = NEW.part)
BEGIN SELECT raise(ABORT, 'this part is kept already'); END;
CREATE TRIGGER payload_fixed BEFORE UPDATE ON payload BEGIN SELECT raise(ABORT, 'payload never changes'); END;
CREATE TRIGGER head_kept BEFORE DELETE ON head BEGIN SELECT raise(ABORT, 'the head is never deleted'); END;
CREATE TRIGGER head_grows BEFORE UPDATE ON head WHEN NEW.size <= OLD.size
BEGIN SELECT raise(ABORT, 'the head only grows'); END;

INSERT INTO head VALUES (1, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
""",
    upgrades=(_CHECKPOINTS,),
)

TALLIED = """
SELECT coalesce((SELECT sum FROM tally WHERE key = ?), 0), coalesce(sum(
    (idx * 1000003 + at_ms % 2147483647 * 8191 + amount) % 2147483647 + 1
), 0) FROM history WHERE principal = '' AND key = ?
"""
"""The sum that a key should have, and the one that its rows have."""

UNEQUAL = """
WITH found (key, sum) AS (
    SELECT key, sum((idx * 1000003 + at_ms % 2147483647 * 8191 + amount) % 2147483647 + 1)
    FROM history WHERE principal = '' GROUP BY key
)
SELECT * FROM (SELECT * FROM found EXCEPT SELECT * FROM tally)
UNION ALL SELECT * FROM (SELECT * FROM tally EXCEPT SELECT * FROM found)
"""
"""Keys whose sum is not that of their rows, with either."""
