"""
The keys of a ledger in their own SQLite file, readable by its owner only.

Part keys, the ledger's key and the secret halves of signing keys lie wrapped under the key of an epoch (``audit/epochs.py``),
which lies in a file beside this one: ``keys.epochs`` beside ``keys.db``. Back-ups of both together decide how long an erasure takes to be final; rotating the epoch ends them.
The ledger's own back-ups do not matter for it.
Each credential lies beside a SHA-256 of itself: a flipped bit would make a revoked key live. Deleted keys are overwritten (``secure_delete``) and the write-ahead log is emptied: either alone leaves their bytes in
one of the files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar, cast

from guardrails.audit.epochs import BARE
from guardrails.audit.store import LEDGER_KEY, SIGNING_KEY, ApiKey, Head, PartKey, PartKeyLookup
from guardrails.backends.store.credential import API_KEY_TYPES, Row, api_key, api_key_row
from guardrails.backends.store.database import Database, Schema
from guardrails.backends.store.epoch_file import EpochFile
from guardrails.backends.store.epochs import Epochs, KeyRow
from guardrails.backends.store.private import require_private
from guardrails.errors import LedgerError

T = TypeVar("T")

# "GrKy" in ASCII; sqlite.org/pragma.html#pragma_application_id
_APPLICATION_ID = 0x47724B79

_SIGNING_KEYS = """
CREATE TABLE signing_key (vkey TEXT PRIMARY KEY, seed BLOB NOT NULL, sha256 BLOB NOT NULL) STRICT;
"""

# Epoch 0: key and salt lie bare, one after the other, until they are wrapped when the file is opened for writing.
_EPOCHS = """
CREATE TABLE wrapped_key (
    record_id TEXT NOT NULL, part TEXT NOT NULL, epoch INTEGER NOT NULL, wrapped BLOB NOT NULL,
    PRIMARY KEY (record_id, part)
) STRICT, WITHOUT ROWID;
INSERT INTO wrapped_key SELECT record_id, part, 0, CAST(key || salt AS BLOB) FROM part_key;
DROP TABLE part_key;
ALTER TABLE wrapped_key RENAME TO part_key;
CREATE TABLE epoch (one INTEGER PRIMARY KEY CHECK (one = 1), current INTEGER NOT NULL) STRICT;
INSERT INTO epoch VALUES (1, 0);
"""

# What lay bare here lies with the part keys from now on, and is wrapped when the file is opened for writing.
_SECRETS = """
INSERT INTO part_key SELECT 'ledger', 'references', 0, CAST(key || sha256 AS BLOB) FROM ledger_key;
INSERT INTO part_key SELECT 'signing-key', vkey, 0, CAST(seed || sha256 AS BLOB) FROM signing_key;
DROP TABLE ledger_key;
DROP TABLE signing_key;
"""

_SCHEMA = Schema(
    _APPLICATION_ID,
    version=2,
    secure_delete=True,
    script="""
CREATE TABLE part_key (
    record_id TEXT NOT NULL, part TEXT NOT NULL, key BLOB NOT NULL, salt BLOB NOT NULL, PRIMARY KEY (record_id, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE ledger_key (one INTEGER PRIMARY KEY CHECK (one = 1), key BLOB NOT NULL, sha256 BLOB NOT NULL) STRICT;
CREATE TABLE seen (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL, root BLOB NOT NULL) STRICT;
CREATE TABLE api_key (
    id TEXT PRIMARY KEY, secret_sha256 TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, permits TEXT NOT NULL,
    created_ms INTEGER NOT NULL, revoked_ms INTEGER NOT NULL, sha256 BLOB NOT NULL
) STRICT;
""",
    upgrades=(_SIGNING_KEYS, _EPOCHS, _SECRETS),
)


class SqliteKeys:
    """
    A :class:`~guardrails.audit.store.KeyStore` in the file at *path*, made with mode 0600 if it is missing.

    The keys of its epochs lie in the file *epochs*, by default beside it. With *read_only* nothing is made or written.

    Raises:
        LedgerError: ``ledger-unwritable`` (also if others may read the file), ``ledger-full``, ``ledger-damaged``;
            ``ledger-unreadable`` if *read_only*; ``epochs-missing`` if the file of the epochs' keys has vanished.
    """

    def __init__(
        self, path: Path, epochs: Path | None = None, *, busy_timeout_ms: int = 5000, read_only: bool = False
    ) -> None:
        if not read_only and path.exists():
            require_private(path)
        self._path = path
        self._db = Database(path, _SCHEMA, busy_timeout_ms=busy_timeout_ms, read_only=read_only)
        self._rows = _Rows(self._db)
        self._epochs = Epochs(self._rows, EpochFile(epochs or path.with_suffix(".epochs"), read_only=read_only))
        try:
            if self._epochs.require(read_only=read_only):
                self._empty_log()
        except BaseException:
            self._db.close()
            raise

    def ledger_key(self) -> bytes:
        """See the port."""
        return self._epochs.ledger_key(self._path, self._require_unused)

    def put(self, keys: Sequence[PartKey], seen: Head) -> None:
        """See the port."""
        with self._db.transaction():
            rows = self._epochs.wrapped(keys, self._rows.current())
            self._db.run_many("INSERT INTO part_key VALUES (?, ?, ?, ?)", rows)
            self._db.rows(
                "INSERT INTO seen VALUES (1, ?, ?) ON CONFLICT (one) "
                "DO UPDATE SET size = excluded.size, root = excluded.root WHERE excluded.size > size",
                (seen.size, seen.root),
            )

    def part_key(self, record_id: str, part: str) -> PartKey | None:
        """See the port."""
        return self._epochs.part_key(record_id, part)

    def part_keys(self, record_ids: Collection[str]) -> PartKeyLookup:
        """See the port."""
        sql = "SELECT record_id, part, epoch, wrapped FROM part_key WHERE record_id IN (SELECT value FROM json_each(?))"
        try:
            rows = self._db.rows(sql, (json.dumps(list(record_ids)),), (str, str, int, bytes))
        except LedgerError:
            return self.part_key  # one that cannot be read is found one by one
        return self._epochs.lookup(list(map(_key_row, rows)), record_ids, self.part_key)

    def drop(self, parts: Sequence[tuple[str, str]]) -> None:
        """See the port."""
        with self._db.transaction():
            self._db.run_many("DELETE FROM part_key WHERE record_id = ? AND part = ?", parts)
        self._db.truncate_log()

    def rotate_epoch(self) -> int:
        """See the port."""
        number = self._epochs.rotate()
        self._empty_log()
        return number

    def reset_seen(self, head: Head) -> None:
        """See the port."""
        with self._db.transaction():
            self._db.rows("INSERT OR REPLACE INTO seen VALUES (1, ?, ?)", (head.size, head.root))

    def seen(self) -> Head | None:
        """See the port."""
        row = self._db.row("SELECT size, root FROM seen", (), (int, bytes))
        return None if row is None else Head(cast("int", row[0]), cast("bytes", row[1]))

    def put_api_key(self, key: ApiKey) -> None:
        """See the port."""
        with self._db.transaction():
            self._db.rows("INSERT OR REPLACE INTO api_key VALUES (?, ?, ?, ?, ?, ?, ?, ?)", api_key_row(key))

    def api_key(self, key_id: str) -> ApiKey | None:
        """See the port."""
        row = self._db.row("SELECT * FROM api_key WHERE id = ?", (key_id,), API_KEY_TYPES)
        return None if row is None else api_key(row, self._path)

    def api_keys(self) -> tuple[ApiKey, ...]:
        """See the port."""
        rows = self._db.rows("SELECT * FROM api_key ORDER BY created_ms, id", (), API_KEY_TYPES)
        return tuple(api_key(row, self._path) for row in rows)

    def close(self) -> None:
        """See the port."""
        self._db.close()

    def _require_unused(self) -> None:
        # With another key every reference would be another one, and no round or risk be found again.
        if self._db.row("SELECT 1 FROM seen") is not None:
            message = f"{self._path}: the ledger's key is gone"
            raise LedgerError("ledger-damaged", message, help="Restore the newest copy of this file.")

    def _empty_log(self) -> None:
        with suppress(LedgerError):  # somebody reads; what lies in the log ends with its epoch
            self._db.truncate_log()


class _Rows:
    """:class:`~guardrails.backends.store.epochs.KeyRows` of the file."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def locked(self, work: Callable[[], T]) -> T:
        with self._db.transaction():
            return work()

    def current(self) -> int:
        row = self._db.row("SELECT current FROM epoch", (), (int,))
        return BARE if row is None else cast("int", row[0])

    def set_current(self, number: int) -> None:
        self._db.rows("UPDATE epoch SET current = ?", (number,))

    def earlier(self, number: int, after: tuple[str, str], limit: int) -> list[KeyRow]:
        sql = (
            "SELECT record_id, part, epoch, wrapped FROM part_key WHERE (record_id, part) > (?, ?) AND epoch < ? "
            "ORDER BY record_id, part LIMIT ?"
        )
        return [_key_row(row) for row in self._db.rows(sql, (*after, number, limit), (str, str, int, bytes))]

    def replace(self, rows: Sequence[KeyRow]) -> None:
        sql = "UPDATE part_key SET epoch = ?, wrapped = ? WHERE record_id = ? AND part = ?"
        self._db.run_many(sql, [(one.epoch, one.wrapped, one.record_id, one.part) for one in rows])

    def row(self, record_id: str, part: str) -> KeyRow | None:
        sql = "SELECT epoch, wrapped FROM part_key WHERE record_id = ? AND part = ?"
        row = self._db.row(sql, (record_id, part), (int, bytes))
        return None if row is None else _key_row((record_id, part, *row))

    def add(self, row: KeyRow) -> None:
        self._db.rows("INSERT OR IGNORE INTO part_key VALUES (?, ?, ?, ?)", row)

    def has_bare(self) -> bool:
        sql = "SELECT 1 FROM part_key WHERE record_id IN (?, ?) AND epoch = 0 LIMIT 1"
        return self._db.row(sql, (LEDGER_KEY[0], SIGNING_KEY)) is not None


def _key_row(row: Row) -> KeyRow:
    return KeyRow(*cast("tuple[str, str, int, bytes]", row))
