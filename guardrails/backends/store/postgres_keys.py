"""
The keys of a ledger in PostgreSQL, in the schema ``guardrails_keys`` (``postgres_keys.sql``), which may lie elsewhere.

PostgreSQL overwrites nothing: a deleted key stays in dead rows, in its write-ahead log and in base back-ups until those
are gone. Docs/operate.md says what that means for an erasure.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import cast

from guardrails.audit.store import ApiKey, Head, PartKey
from guardrails.backends.store.credential import API_KEY_TYPES, api_key, api_key_row, guarded, whole
from guardrails.backends.store.postgres_session import SchemaCheck, Session

KEYS_SCHEMA = SchemaCheck("guardrails_keys", 1, kept=False)

_KEY_BYTES = 32
_API_KEY = """
SELECT id, secret_sha256, kind, name, permits, created_ms, revoked_ms, sha256 FROM guardrails_keys.api_key
"""


class PostgresKeys:
    """
    A :class:`~guardrails.audit.store.KeyStore` in the database at *url*.

    With *read_only* nothing is written, and the head that was seen is the one of the moment of opening: a ledger that is
    opened afterwards extends it, however many write to it meanwhile.

    Raises:
        LedgerError: See :class:`Session`.
    """

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self._db = Session(url, KEYS_SCHEMA, read_only=read_only)
        self._opened_with = self._seen() if read_only else None
        self._read_only = read_only

    def ledger_key(self) -> bytes:
        """See the port."""
        row = self._db.row("SELECT key, sha256 FROM guardrails_keys.ledger_key", (), (bytes, bytes))
        if row is None:
            self._require_unused()
            made = guarded(secrets.token_bytes(_KEY_BYTES))
            self._db.run(
                "INSERT INTO guardrails_keys.ledger_key VALUES (1, %b::bytea, %b::bytea) ON CONFLICT (one) DO NOTHING",
                made,
            )
            return self.ledger_key()
        (key,) = whole(row, "the ledger's key", self._db.where)
        return cast("bytes", key)

    def put(self, keys: Sequence[PartKey], seen: Head) -> None:
        """See the port."""
        rows = [(one.record_id, one.part, one.key, one.salt) for one in keys]
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 4

        def work(again: bool) -> None:
            # All of them were kept, or none: one tells.
            if not (again and keys and self.part_key(keys[0].record_id, keys[0].part) == keys[0]):
                self._db.rows(_PUT, (*columns, seen.size, seen.root))

        self._db.attempt(work)

    def part_key(self, record_id: str, part: str) -> PartKey | None:
        """See the port."""
        sql = "SELECT key, salt FROM guardrails_keys.part_key WHERE record_id = %b AND part = %b"
        row = self._db.row(sql, (record_id, part), (bytes, bytes))
        return None if row is None else PartKey(record_id, part, cast("bytes", row[0]), cast("bytes", row[1]))

    def drop(self, record_id: str) -> None:
        """See the port; dead rows, write-ahead log and back-ups keep the bytes for their time."""
        self._db.run("DELETE FROM guardrails_keys.part_key WHERE record_id = %b", (record_id,))

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

    def put_signing_seed(self, vkey: str, seed: bytes) -> None:
        """See the port."""
        sql = "INSERT INTO guardrails_keys.signing_key VALUES (%b, %b::bytea, %b::bytea) ON CONFLICT (vkey) DO NOTHING"
        self._db.run(sql, guarded(vkey, seed))

    def signing_seed(self, vkey: str) -> bytes | None:
        """See the port."""
        sql = "SELECT vkey, seed, sha256 FROM guardrails_keys.signing_key WHERE vkey = %b"
        row = self._db.row(sql, (vkey,), (str, bytes, bytes))
        return None if row is None else cast("bytes", whole(row, "a signing key", self._db.where)[1])

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


_PUT = """
WITH kept AS (
    INSERT INTO guardrails_keys.part_key SELECT * FROM unnest(%b::text[], %b::text[], %b::bytea[], %b::bytea[])
)
INSERT INTO guardrails_keys.seen VALUES (1, %b::bigint, %b::bytea)
ON CONFLICT (one) DO UPDATE SET size = excluded.size, root = excluded.root WHERE excluded.size > seen.size
"""
_PUT_API_KEY = """
INSERT INTO guardrails_keys.api_key
VALUES (%b, %b, %b, %b, %b, %b::bigint, %b::bigint, %b::bytea)
ON CONFLICT (id) DO UPDATE SET secret_sha256 = excluded.secret_sha256, kind = excluded.kind, name = excluded.name,
    permits = excluded.permits, created_ms = excluded.created_ms, revoked_ms = excluded.revoked_ms, sha256 = excluded.sha256
"""
