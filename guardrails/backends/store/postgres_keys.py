"""
The keys of a ledger in PostgreSQL, in the schema ``guardrails_keys`` (``postgres_keys.sql``), which may lie elsewhere.

PostgreSQL overwrites nothing: a deleted key stays in dead rows, in its write-ahead log and in base back-ups until those
are gone. So part keys, the ledger's key and the secret halves of signing keys lie wrapped under the key of an epoch (``audit/epochs.py``), in a file outside of the database that
all replicas mount; rotating the epoch ends them all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar, cast

from guardrails.audit.epochs import BARE
from guardrails.audit.store import LEDGER_KEY, SIGNING_KEY, ApiKey, Head, PartKey, PartKeyLookup
from guardrails.backends.store.credential import API_KEY_TYPES, Row, api_key, api_key_row
from guardrails.backends.store.epoch_file import EpochFile
from guardrails.backends.store.epochs import Epochs, KeyRow
from guardrails.backends.store.postgres_schema import KEYS_SCHEMA
from guardrails.backends.store.postgres_session import Session
from guardrails.errors import LedgerError

T = TypeVar("T")

_API_KEY = """
SELECT id, secret_sha256, kind, name, permits, created_ms, revoked_ms, sha256 FROM guardrails_keys.api_key
"""


class PostgresKeys:
    """
    A :class:`~guardrails.audit.store.KeyStore` in the database at *url*, its epochs in the file *epochs*.

    With *read_only* nothing is written, and the head that was seen is the one of the moment of opening: a ledger that is
    opened afterwards extends it, however many write to it meanwhile.

    Raises:
        LedgerError: See :class:`Session`; ``epochs-missing`` if the file of the epochs' keys has vanished or is too old.
    """

    def __init__(self, url: str, epochs: Path, *, read_only: bool = False) -> None:
        self._db = Session(url, KEYS_SCHEMA, read_only=read_only)
        self._rows = _Rows(self._db)
        self._epochs = Epochs(self._rows, EpochFile(epochs, read_only=read_only))
        try:
            self._epochs.require(read_only=read_only)
            self._current = self._rows.current()
        except BaseException:
            self._db.close()
            raise
        self._opened_with = self._seen() if read_only else None
        self._read_only = read_only

    def ledger_key(self) -> bytes:
        """See the port."""
        return self._epochs.ledger_key(self._db.where, self._require_unused)

    def put(self, keys: Sequence[PartKey], seen: Head) -> None:
        """See the port."""

        def work(again: bool) -> bool:
            # All of them were kept, or none: one tells.
            if again and keys and self.part_key(keys[0].record_id, keys[0].part) == keys[0]:
                return True
            if not self._epochs.has(self._current) and self._current != self._rows.current():
                return False
            rows = self._epochs.wrapped(keys, self._current)
            columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 4
            return self._db.rows(_PUT, (self._current, *columns, seen.size, seen.root)) == [(1,)]

        while not self._db.attempt(work):  # the epoch has ended in the meantime: nothing was kept
            self._current = self._rows.current()

    def part_key(self, record_id: str, part: str) -> PartKey | None:
        """See the port."""
        return self._epochs.part_key(record_id, part)

    def part_keys(self, record_ids: Collection[str]) -> PartKeyLookup:
        """See the port."""
        sql = "SELECT record_id, part, epoch, wrapped FROM guardrails_keys.part_key WHERE record_id = ANY (%b::text[])"
        try:
            rows = self._db.rows(sql, (list(record_ids),), (str, str, int, bytes))
        except LedgerError as error:
            if error.code != "ledger-damaged":
                raise
            return self.part_key  # one that cannot be read is found one by one
        return self._epochs.lookup(list(map(_key_row, rows)), record_ids, self.part_key)

    def drop(self, parts: Sequence[tuple[str, str]]) -> None:
        """See the port; dead rows, write-ahead log and back-ups keep what is wrapped until the epoch is rotated."""
        columns = [list(column) for column in zip(*parts, strict=True)] if parts else [[]] * 2
        self._db.run(_DROP, columns)

    def rotate_epoch(self) -> int:
        """See the port."""
        return self._epochs.rotate()

    def reset_seen(self, head: Head) -> None:
        """See the port."""
        self._db.run(
            "INSERT INTO guardrails_keys.seen VALUES (1, %b::bigint, %b::bytea) "
            "ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root",
            (head.size, head.root),
        )

    def seen(self) -> Head | None:
        """See the port."""
        return self._opened_with if self._read_only else self._seen()

    def put_api_key(self, key: ApiKey) -> None:
        """See the port."""
        self._db.run(_PUT_API_KEY, api_key_row(key))

    def api_key(self, key_id: str) -> ApiKey | None:
        """See the port."""
        row = self._db.row(f"{_API_KEY} WHERE id = %b", (key_id,), API_KEY_TYPES)
        return None if row is None else api_key(row, self._db.where)

    def api_keys(self) -> tuple[ApiKey, ...]:
        """See the port."""
        rows = self._db.rows(f"{_API_KEY} ORDER BY created_ms, id", (), API_KEY_TYPES)
        return tuple(api_key(row, self._db.where) for row in rows)

    def close(self) -> None:
        """See the port."""
        self._db.close()

    def _require_unused(self) -> None:
        # With another key every reference would be another one, and no round or risk be found again.
        if self._seen() is not None:
            raise self._db.error("ledger-damaged", "the ledger's key is gone")

    def _seen(self) -> Head | None:
        row = self._db.row("SELECT size, root FROM guardrails_keys.seen", (), (int, bytes))
        return None if row is None else Head(cast("int", row[0]), cast("bytes", row[1]))


# Nothing is kept unless the epoch that the keys are wrapped under is still current when they are written.
_PUT = """
WITH now AS (SELECT current FROM guardrails_keys.epoch WHERE current = %b::integer FOR SHARE),
kept AS (
    INSERT INTO guardrails_keys.part_key
    SELECT one.* FROM now, unnest(%b::text[], %b::text[], %b::integer[], %b::bytea[]) AS one
),
noted AS (
    INSERT INTO guardrails_keys.seen SELECT 1, %b::bigint, %b::bytea FROM now
    ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root WHERE excluded.size > seen.size
)
SELECT count(*)::integer FROM now
"""
_DROP = """
DELETE FROM guardrails_keys.part_key USING unnest(%b::text[], %b::text[]) AS gone (record_id, part)
WHERE part_key.record_id = gone.record_id AND part_key.part = gone.part
"""
_PUT_API_KEY = """
INSERT INTO guardrails_keys.api_key
VALUES (%b, %b, %b, %b, %b, %b::bigint, %b::bigint, %b::bytea)
ON CONFLICT (id) DO UPDATE SET secret_sha256 = excluded.secret_sha256, kind = excluded.kind, name = excluded.name,
    permits = excluded.permits, created_ms = excluded.created_ms, revoked_ms = excluded.revoked_ms, sha256 = excluded.sha256
"""


class _Rows:
    """:class:`~guardrails.backends.store.epochs.KeyRows` of the schema."""

    def __init__(self, db: Session) -> None:
        self._db = db

    def locked(self, work: Callable[[], T]) -> T:
        def alone(_again: bool) -> T:
            self._db.rows("SELECT current FROM guardrails_keys.epoch FOR UPDATE")
            return work()

        return self._db.transact(alone)

    def current(self) -> int:
        row = self._db.row("SELECT current FROM guardrails_keys.epoch", (), (int,))
        return BARE if row is None else cast("int", row[0])

    def set_current(self, number: int) -> None:
        self._db.rows("UPDATE guardrails_keys.epoch SET current = %b::integer", (number,))

    def earlier(self, number: int, after: tuple[str, str], limit: int) -> list[KeyRow]:
        rows = self._db.rows(_EARLIER, (*after, number, limit), (str, str, int, bytes))
        return [_key_row(row) for row in rows]

    def replace(self, rows: Sequence[KeyRow]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 4
        self._db.rows(_REPLACE, columns)

    def row(self, record_id: str, part: str) -> KeyRow | None:
        sql = "SELECT epoch, wrapped FROM guardrails_keys.part_key WHERE record_id = %b AND part = %b"
        row = self._db.row(sql, (record_id, part), (int, bytes))
        return None if row is None else _key_row((record_id, part, *row))

    def add(self, row: KeyRow) -> None:
        sql = "INSERT INTO guardrails_keys.part_key VALUES (%b, %b, %b::integer, %b::bytea) ON CONFLICT DO NOTHING"
        self._db.rows(sql, row)

    def has_bare(self) -> bool:
        sql = "SELECT 1 FROM guardrails_keys.part_key WHERE record_id IN (%b, %b) AND epoch = 0 LIMIT 1"
        return self._db.row(sql, (LEDGER_KEY[0], SIGNING_KEY)) is not None


_EARLIER = """
SELECT record_id, part, epoch, wrapped FROM guardrails_keys.part_key
WHERE (record_id, part) > (%b::text, %b::text) AND epoch < %b::integer ORDER BY record_id, part LIMIT %b::integer
"""
_REPLACE = """
UPDATE guardrails_keys.part_key SET epoch = one.epoch, wrapped = one.wrapped
FROM unnest(%b::text[], %b::text[], %b::integer[], %b::bytea[]) AS one (record_id, part, epoch, wrapped)
WHERE part_key.record_id = one.record_id AND part_key.part = one.part
"""


def _key_row(row: Row) -> KeyRow:
    return KeyRow(*cast("tuple[str, str, int, bytes]", row))
