"""
The ledger in one SQLite file.

The head is updated in the transaction of the records it counts, read again under the write lock, so that several
processes extend one tree. What the tables hold, and what may happen to them, is in ``sqlite_schema``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from guardrails.audit import tlog
from guardrails.audit.store import (
    AnswerSlot,
    Append,
    Expected,
    Head,
    Link,
    Parts,
    Position,
    StoredAnswer,
    StoredRecord,
)
from guardrails.backends.store.credential import Row
from guardrails.backends.store.database import Database
from guardrails.backends.store.sqlite_schema import SCHEMA, TALLIED, UNEQUAL
from guardrails.errors import LedgerError

_CHUNK = 256
_LAST = 2**63 - 1
_RECORD = "SELECT idx, id, leaf, bytes FROM record"
_STORED = (int, str, bytes, bytes)
_LINK = (str, str, int, int, int)
_link = cast("Callable[[Row], Link]", Link._make)


@dataclass(slots=True)
class _Rows:
    """What a transaction is going to insert, by table."""

    records: list[Row] = field(default_factory=list)
    nodes: list[Row] = field(default_factory=list)
    payload: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)


class SqliteStore:
    """
    A :class:`~guardrails.audit.store.RecordStore` in the file at *path*, made if it is missing.

    Opening checks that the last record, its hash and the head agree; the whole is checked by ``verify.verified``.
    With *read_only* it does not, and nothing is made or locked: only so can a damaged ledger be opened, to be verified.

    Raises:
        LedgerError: ``ledger-unwritable``, ``ledger-full`` or ``ledger-damaged``; ``ledger-unreadable`` or
            ``ledger-earlier`` if *read_only*; ``ledger-later``.
    """

    def __init__(self, path: Path, *, busy_timeout_ms: int = 5000, read_only: bool = False) -> None:
        self._db = Database(path, SCHEMA, busy_timeout_ms=busy_timeout_ms, read_only=read_only)
        try:
            if not read_only:
                self._check_end()
        except BaseException:
            self._db.close()
            raise

    def append(self, record_id: str, record: bytes, payload: Parts = ()) -> Position:
        """See the port."""
        return self.append_many([Append(record_id, record, payload)])[0]

    def append_many(self, items: Sequence[Append]) -> tuple[Position, ...]:
        """See the port."""
        if not items:
            return ()
        with self._db.transaction():
            frontier, rows = tlog.Frontier.at(self.head().size, self.hashes), _Rows()
            positions = tuple(self._add(item, frontier, rows) for item in items)
            self._write(rows)
            self._db.rows("UPDATE head SET size = ?, root = ?", (frontier.size, frontier.root()))
        return positions

    def head(self) -> Head:
        """See the port."""
        row = self._db.row("SELECT size, root FROM head", (), (int, bytes))
        if row is None:
            raise _damaged("the head is missing")
        return Head(cast("int", row[0]), cast("bytes", row[1]))

    def snapshot(self) -> AbstractContextManager[None]:
        """See the port."""
        return self._db.snapshot()

    def read(self, index: int) -> StoredRecord | None:
        """See the port."""
        row = self._db.row(f"{_RECORD} WHERE idx = ?", (index,), _STORED)
        return None if row is None else _stored(row)

    def records(self, start: int = 0, end: int | None = None) -> Iterator[StoredRecord]:
        """See the port."""
        sql = f"{_RECORD} WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT {_CHUNK}"
        while rows := self._db.rows(sql, (start, _upto(end)), _STORED):
            for index, stored in ((cast("int", row[0]), _stored(row)) for row in rows):
                if index < start:  # a damaged tree of pages leads back; without this it is read for ever
                    raise _damaged(f"record {index} stands behind record {start - 1}")
                start = index + 1
                yield stored

    def find(self, record_id: str) -> StoredRecord | None:
        """See the port."""
        row = self._db.row(f"{_RECORD} WHERE id = ?", (record_id,), _STORED)
        return None if row is None else _stored(row)

    def hashes(self, positions: Sequence[int]) -> Sequence[bytes]:
        """See the port."""
        if not isinstance(positions, range) or positions.step != 1:
            return [self._hash(position) for position in positions]
        sql = "SELECT hash FROM node WHERE pos >= ? AND pos < ? ORDER BY pos"
        found = self._db.rows(sql, (positions.start, positions.stop), (bytes,))
        if len(found) != len(positions):
            raise _damaged(f"a tree hash between {positions.start} and {positions.stop} is missing")
        return [cast("bytes", row[0]) for row in found]

    def payload(self, index: int) -> Parts:
        """See the port."""
        sql = "SELECT part, sealed FROM payload WHERE idx = ? ORDER BY part"
        rows = self._db.rows(sql, (index,), (str, bytes))
        return cast("Parts", tuple(rows))

    def payloads(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, str, bytes]]:
        """See the port."""
        sql = "SELECT idx, part, sealed FROM payload WHERE idx >= ? AND idx < ? ORDER BY idx, part"
        yield from cast("Iterator[tuple[int, str, bytes]]", self._db.rows(sql, (start, _upto(end)), (int, str, bytes)))

    def drop_payload(self, index: int, parts: Sequence[str]) -> None:
        """See the port."""
        with self._db.transaction():
            self._db.run_many("DELETE FROM payload WHERE idx = ? AND part = ?", [(index, part) for part in parts])

    def drop_answers(self, index: int) -> None:
        """See the port."""
        with self._db.transaction():
            self._db.rows("DELETE FROM answer WHERE idx = ?", (index,))

    def put_bundle(self, digest: str, data: bytes) -> None:
        """See the port."""
        with self._db.transaction():
            if self.bundle(digest) is None:
                self._db.rows("INSERT INTO bundle VALUES (?, ?)", (digest, data))

    def bundle(self, digest: str) -> bytes | None:
        """See the port."""
        row = self._db.row("SELECT bytes FROM bundle WHERE digest = ?", (digest,), (bytes,))
        return None if row is None else cast("bytes", row[0])

    def history(self, principal: str, keys: Sequence[str], since_ms: int) -> tuple[Link, ...]:
        """See the port."""
        for key in keys if principal == "" else ():
            self._require_all(key)
        sql = "SELECT * FROM history WHERE principal = ? AND key = ? AND at_ms >= ?"
        rows = [row for key in keys for row in self._db.rows(sql, (principal, key, since_ms), _LINK)]
        return tuple(sorted(map(_link, rows)))

    def links(self, start: int = 0, end: int | None = None) -> Iterator[Link]:
        """See the port."""
        sql = "SELECT * FROM history WHERE idx >= ? AND idx < ? ORDER BY idx, principal, key, at_ms"
        return map(_link, self._db.stream(sql, (start, _upto(end)), _LINK))

    def strays(self) -> tuple[tuple[str, str], ...]:
        """See the port."""
        with self.snapshot():
            return tuple(self._strays())

    def replace_links(self, links: Iterable[Link]) -> None:
        """See the port."""
        with self._db.transaction():
            self._db.rows("DELETE FROM history")
            self._db.rows("DELETE FROM tally")
            rows = [(one.principal, one.key, one.at_ms, one.index, one.amount) for one in links]
            self._db.run_many("INSERT INTO history VALUES (?, ?, ?, ?, ?)", rows)

    def put_answer(self, slot: AnswerSlot, at: Position) -> None:
        """See the port."""
        with self._db.transaction():
            self._put_answer(slot, at)

    def answer(self, key: str, now_ms: int) -> StoredAnswer | None:
        """See the port."""
        sql = "SELECT body, idx, sealed FROM answer WHERE key = ? AND expires_ms > ?"
        row = self._db.row(sql, (key, now_ms), (str, int, bytes))
        if row is None:
            return None
        return StoredAnswer(cast("str", row[0]), cast("int", row[1]), cast("bytes", row[2]))

    def put_checkpoint(self, size: int, note: str) -> None:
        """See the port."""
        with self._db.transaction():
            self._db.rows("INSERT OR IGNORE INTO checkpoint (size, note) VALUES (?, ?)", (size, note))

    def checkpoints(self, size: int | None = None) -> tuple[str, ...]:
        """See the port."""
        sql = "SELECT note FROM checkpoint WHERE ? IS NULL OR size = ? ORDER BY size, n"
        return tuple(cast("str", row[0]) for row in self._db.rows(sql, (size, size), (str,)))

    def last_checkpoint(self) -> str | None:
        """See the port."""
        row = self._db.row("SELECT note FROM checkpoint ORDER BY size DESC, n DESC LIMIT 1", (), (str,))
        return None if row is None else cast("str", row[0])

    def close(self) -> None:
        """See the port."""
        self._db.close()

    def _add(self, item: Append, frontier: tlog.Frontier, rows: _Rows) -> Position:
        if item.expected is not None:
            self._write(rows)  # what it expects may be in this batch
            self._require(item.expected)
        at = Position(frontier.size, tlog.leaf_hash(item.record))
        rows.records.append((at.index, item.record_id, at.leaf_hash, item.record))
        rows.nodes.extend(enumerate(frontier.push(at.leaf_hash), tlog.stored_count(at.index)))
        rows.payload.extend((at.index, *part) for part in item.payload)
        rows.links.extend((one.principal, one.key, one.at_ms, at.index, one.amount) for one in item.links)
        if item.answer is not None:
            self._put_answer(item.answer, at)
        return at

    def _write(self, rows: _Rows) -> None:
        """Insert *rows* and forget them: a statement per table, not per record."""
        for sql, values in (
            ("INSERT INTO record VALUES (?, ?, ?, ?)", rows.records),
            ("INSERT INTO node VALUES (?, ?)", rows.nodes),
            ("INSERT INTO payload VALUES (?, ?, ?)", rows.payload),
            ("INSERT INTO history VALUES (?, ?, ?, ?, ?)", rows.links),
        ):
            if values:
                self._db.run_many(sql, values)
            values.clear()

    def _require(self, expected: Expected) -> None:
        if len(self.history("", (expected.key,), 0)) != expected.count:
            raise LedgerError("overtaken", f"something else was recorded under {expected.key!r} in the meantime")

    def _require_all(self, key: str) -> None:
        found = self._db.row(TALLIED, (key, key))
        if found is None or found[0] != found[1]:
            raise _damaged("its index has lost or changed what it has under a key", "rebuild-index")

    def _put_answer(self, slot: AnswerSlot, at: Position) -> None:
        if self.answer(slot.key, slot.now_ms) is not None:
            raise LedgerError("idempotency-key-in-use", "another request was recorded under this idempotency key")
        self._db.rows("DELETE FROM answer WHERE expires_ms <= ?", (slot.now_ms,))
        row = (slot.key, slot.body, at.index, slot.sealed(at), slot.expires_ms)
        self._db.rows("INSERT INTO answer VALUES (?, ?, ?, ?, ?)", row)

    def _hash(self, position: int) -> bytes:
        row = self._db.row("SELECT hash FROM node WHERE pos = ?", (position,), (bytes,))
        if row is None:
            raise _damaged(f"tree hash {position} is missing")
        return cast("bytes", row[0])

    def _strays(self) -> Iterator[tuple[str, str]]:
        for name in self._db.changed_schema():
            yield "schema-differs", f"{name} is not as it was made"
        if self._db.rows(UNEQUAL):
            yield "index-differs", "what notices losses of the index differs from it: `guardrails ledger rebuild-index`"
        last = self._db.row("SELECT coalesce(max(idx) + 1, 0) FROM record WHERE idx BETWEEN 0 AND 1 << 40")
        count = tlog.stored_count(cast("int", last[0]) if last else 0)
        if self._db.row("SELECT 1 FROM node WHERE pos >= ? OR pos < 0 LIMIT 1", (count,)):
            yield "tree-hash-unexpected", f"there are more than {count}"

    def _check_end(self) -> None:
        with self._db.transaction():
            head = self.head()
            last = self._db.row(f"{_RECORD} ORDER BY idx DESC LIMIT 1", (), _STORED)
            if head.size != (0 if last is None else cast("int", last[0]) + 1):
                raise _damaged(f"the head counts {head.size} records, the last one says otherwise")
            if last is not None:
                self._check_last(_stored(last))
            if tlog.root(head.size, self.hashes) != head.root:
                raise _damaged("the head's root is not the root of the stored hashes")

    def _check_last(self, last: StoredRecord) -> None:
        stored = self._hash(tlog.position(0, last.index))
        if not last.leaf_hash == stored == tlog.leaf_hash(last.record):
            raise _damaged("the last record is not what was hashed")


def _upto(end: int | None) -> int:
    return _LAST if end is None else end


def _stored(row: Row) -> StoredRecord:
    index, record_id, leaf, record = row
    return StoredRecord(cast("int", index), cast("str", record_id), cast("bytes", leaf), cast("bytes", record))


def _damaged(why: str, command: str = "verify") -> LedgerError:
    return LedgerError("ledger-damaged", f"the ledger is damaged: {why}", help=f"Run `guardrails ledger {command}`.")
