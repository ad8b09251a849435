"""
The ledger in PostgreSQL, shared by several replicas; the schema is ``postgres_ledger.sql``.

An append goes through these steps, in one transaction:

1. take the sequencer, an advisory lock, and read the head as whoever had it before left it;
2. where an earlier attempt may have got through (a connection lost in COMMIT): look for its records, and be done;
3. see that what the items expect is so; continue the tree from its frontier;
4. hand everything to ``guardrails.append``, a function of the schema's owner; commit.

Reading has a connection of its own and waits for no commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from copy import deepcopy
from functools import partial
from typing import LiteralString, cast

from guardrails.audit import tlog
from guardrails.audit.store import AnswerSlot, Append, Expected, Head, Link, Parts, Position, StoredAnswer, StoredRecord
from guardrails.backends.store.credential import Row
from guardrails.backends.store.postgres_schema import FOUND, LEDGER_SCHEMA, made_by
from guardrails.backends.store.postgres_session import Session
from guardrails.errors import LedgerError

_CHUNK = 1000
_LAST = 2**63 - 1
_STORED = (int, str, bytes, bytes)
_LINK = (str, str, int, int, int)
_RECORD = "SELECT idx, id, leaf, bytes FROM guardrails.record"
_HISTORY = "SELECT principal, key, at_ms, idx, amount FROM guardrails.history"
_UNEQUAL = """
SELECT 1 FROM (
    SELECT key, sum(guardrails.weight(idx, at_ms, amount)) AS found
    FROM guardrails.history WHERE principal = '' GROUP BY key
) AS rows FULL JOIN guardrails.tally USING (key) WHERE found IS DISTINCT FROM tally.sum
"""
_LOST = """
SELECT 1 FROM unnest(%b::text[]) AS wanted
WHERE coalesce((SELECT sum FROM guardrails.tally WHERE key = wanted), 0) IS DISTINCT FROM coalesce((
    SELECT sum(guardrails.weight(idx, at_ms, amount)) FROM guardrails.history WHERE principal = '' AND key = wanted
), 0)
"""
_APPEND = """
SELECT guardrails.append(
    %b::bigint, %b::text[], %b::bytea[], %b::bytea[], %b::bigint, %b::bytea[], %b::bytea,
    %b::bigint[], %b::text[], %b::bytea[],
    %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[],
    %b::bigint, %b::text[], %b::text[], %b::bigint[], %b::bytea[], %b::bigint[]
)
"""


class PostgresStore:
    """
    A :class:`~guardrails.audit.store.RecordStore` in the schema ``guardrails`` of the database at *url*.

    Opening checks that the last record, its hash and the head agree, that commits are durable there, and that the role
    cannot change records. With *read_only* none of these.

    Raises:
        LedgerError: See :class:`Session`.
    """

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self._reader = Session(url, LEDGER_SCHEMA, read_only=read_only)
        self._tip = tlog.Frontier()
        self._unsure = False  # whether an append ended without anybody knowing how
        try:
            self._writer = self._reader if read_only else Session(url, LEDGER_SCHEMA)
            if not read_only:
                self._check_end()
        except BaseException:
            self.close()
            raise

    def append(self, record_id: str, record: bytes, payload: Parts = ()) -> Position:
        """See the port."""
        return self.append_many([Append(record_id, record, payload)])[0]

    def append_many(self, items: Sequence[Append]) -> tuple[Position, ...]:
        """See the port."""
        if not items:
            return ()
        try:
            self._tip, positions = self._writer.transact(partial(self._append, items))
        except LedgerError as error:
            self._unsure = self._unsure or error.code == "ledger-unwritable"
            raise
        return positions

    def head(self) -> Head:
        """See the port."""
        row = self._reader.row("SELECT size, root FROM guardrails.head", (), (int, bytes))
        if row is None:
            raise _damaged("the head is missing")
        return Head(cast("int", row[0]), cast("bytes", row[1]))

    def snapshot(self) -> AbstractContextManager[None]:
        """See the port."""
        return self._reader.snapshot()

    def read(self, index: int) -> StoredRecord | None:
        """See the port."""
        row = self._reader.row(f"{_RECORD} WHERE idx = %b::bigint", (index,), _STORED)
        return None if row is None else _stored(row)

    def records(self, start: int = 0, end: int | None = None) -> Iterator[StoredRecord]:
        """See the port."""
        sql = f"{_RECORD} WHERE idx >= %b::bigint AND idx < %b::bigint ORDER BY idx LIMIT {_CHUNK}"
        while rows := self._reader.rows(sql, (start, _upto(end)), _STORED):
            for stored in map(_stored, rows):
                if stored.index < start:
                    raise _damaged(f"record {stored.index} stands behind record {start - 1}")
                start = stored.index + 1
                yield stored

    def find(self, record_id: str) -> StoredRecord | None:
        """See the port."""
        row = self._reader.row(f"{_RECORD} WHERE id = %b", (record_id,), _STORED)
        return None if row is None else _stored(row)

    def hashes(self, positions: Sequence[int]) -> Sequence[bytes]:
        """See the port."""
        return _hashes(self._reader, positions)

    def payload(self, index: int) -> Parts:
        """See the port."""
        sql = "SELECT part, sealed FROM guardrails.payload WHERE idx = %b::bigint ORDER BY part"
        return cast("Parts", tuple(self._reader.rows(sql, (index,), (str, bytes))))

    def payloads(self, start: int = 0, end: int | None = None) -> Iterator[tuple[int, str, bytes]]:
        """See the port."""
        sql = "SELECT idx, part, sealed FROM guardrails.payload WHERE idx >= %b::bigint AND idx < %b::bigint ORDER BY idx, part"
        rows = self._reader.rows(sql, (start, _upto(end)), (int, str, bytes))
        yield from cast("list[tuple[int, str, bytes]]", rows)

    def drop_payload(self, index: int, parts: Sequence[str]) -> None:
        """See the port."""
        self._writer.run("SELECT guardrails.drop_payload(%b::bigint, %b::text[])", (index, list(parts)))

    def drop_answers(self, index: int) -> None:
        """See the port."""
        self._writer.run("SELECT guardrails.drop_answers(%b::bigint)", (index,))

    def put_bundle(self, digest: str, data: bytes) -> None:
        """See the port."""
        if self.bundle(digest) is None:
            self._writer.run("SELECT guardrails.put_bundle(%b, %b::bytea)", (digest, data))

    def bundle(self, digest: str) -> bytes | None:
        """See the port."""
        row = self._reader.row("SELECT bytes FROM guardrails.bundle WHERE digest = %b", (digest,), (bytes,))
        return None if row is None else cast("bytes", row[0])

    def history(self, principal: str, keys: Sequence[str], since_ms: int) -> tuple[Link, ...]:
        """See the port."""
        return _history(self._reader, principal, keys, since_ms)

    def links(self, start: int = 0, end: int | None = None) -> Iterator[Link]:
        """See the port."""
        sql = f"{_HISTORY} WHERE idx >= %b::bigint AND idx < %b::bigint ORDER BY idx, principal, key, at_ms"
        yield from map(_link, self._reader.rows(sql, (start, _upto(end)), _LINK))

    def strays(self) -> tuple[tuple[str, str], ...]:
        """See the port."""
        with self.snapshot():
            return tuple(self._strays())

    def replace_links(self, links: Iterable[Link]) -> None:
        """See the port."""
        sql = "SELECT guardrails.replace_links(%b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[])"
        self._writer.run(sql, _columns([_link_row(one, one.index) for one in links], 5))

    def put_answer(self, slot: AnswerSlot, at: Position) -> None:
        """See the port."""
        values = (slot.now_ms, slot.key, slot.body, at.index, slot.sealed(at), slot.expires_ms)
        sql = "SELECT guardrails.put_answer(%b::bigint, %b, %b, %b::bigint, %b, %b::bigint)"
        if not self._writer.attempt(lambda again: self._has_put(sql, values, again)):
            raise LedgerError("idempotency-key-in-use", "another request was recorded under this idempotency key")

    def answer(self, key: str, now_ms: int) -> StoredAnswer | None:
        """See the port."""
        sql = "SELECT body, idx, sealed FROM guardrails.answer WHERE key = %b AND expires_ms > %b::bigint"
        row = self._reader.row(sql, (key, now_ms), (str, int, bytes))
        if row is None:
            return None
        return StoredAnswer(cast("str", row[0]), cast("int", row[1]), cast("bytes", row[2]))

    def put_checkpoint(self, size: int, note: str) -> None:
        """See the port."""
        self._writer.run("SELECT guardrails.put_checkpoint(%b::bigint, %b)", (size, note))

    def checkpoints(self, size: int | None = None) -> tuple[str, ...]:
        """See the port."""
        sql = "SELECT note FROM guardrails.checkpoint WHERE %b::bigint IS NULL OR size = %b::bigint ORDER BY size, n"
        return tuple(cast("str", row[0]) for row in self._reader.rows(sql, (size, size), (str,)))

    def last_checkpoint(self) -> str | None:
        """See the port."""
        sql = "SELECT note FROM guardrails.checkpoint ORDER BY size DESC, n DESC LIMIT 1"
        rows = self._reader.rows(sql, (), (str,))
        return cast("str", rows[0][0]) if rows else None

    def close(self) -> None:
        """See the port."""
        self._reader.close()
        if hasattr(self, "_writer"):
            self._writer.close()

    def _has_put(self, sql: LiteralString, values: Sequence[object], again: bool) -> bool:
        """Tell whether an answer was kept, now or by a call whose end was not heard of."""
        kept = "SELECT sealed FROM guardrails.answer WHERE key = %b"
        if again and self._writer.row(kept, values[1:2], (bytes,)) == (values[4],):
            return True
        return self._writer.row(sql, values, (bool,)) == (True,)

    def _append(self, items: Sequence[Append], again: bool) -> tuple[tlog.Frontier, tuple[Position, ...]]:
        row = self._writer.row("SELECT size, root FROM guardrails.locked_head()", (), (int, bytes))
        assert row is not None
        head = Head(cast("int", row[0]), cast("bytes", row[1]))
        frontier = self._frontier(head)
        found = self._recorded(items) if again or self._unsure else ()
        if found:
            return frontier, found
        self._require(items)
        positions, values = _batch(items, frontier)
        self._writer.rows(_APPEND, values)
        return frontier, positions

    def _frontier(self, head: Head) -> tlog.Frontier:
        """Return the tree at *head*: the one of the last append if nobody else wrote since, else from its hashes."""
        known = deepcopy(self._tip)
        if (known.size, known.root()) != (head.size, head.root):
            known = tlog.Frontier.at(head.size, partial(_hashes, self._writer))
        if known.root() != head.root:
            raise _damaged("the head's root is not the root of the stored hashes")
        return known

    def _recorded(self, items: Sequence[Append]) -> tuple[Position, ...]:
        """Return where *items* stand if a transaction whose end was not heard of did append them."""
        sql = "SELECT id, idx, leaf FROM guardrails.record WHERE id = ANY (%b::text[])"
        rows = self._writer.rows(sql, ([item.record_id for item in items],), (str, int, bytes))
        found = {row[0]: Position(cast("int", row[1]), cast("bytes", row[2])) for row in rows}
        if found and [found.get(one.record_id) and found[one.record_id].leaf_hash for one in items] != [
            tlog.leaf_hash(one.record) for one in items
        ]:
            raise _damaged("a record id is taken")
        return tuple(found[item.record_id] for item in items) if found else ()

    def _require(self, items: Sequence[Append]) -> None:
        for n, item in enumerate(items):
            if item.expected is not None:
                self._require_expected(item.expected, items[:n])
        slots = [item.answer for item in items if item.answer is not None]
        if not slots:
            return
        sql = "SELECT key, expires_ms FROM guardrails.answer WHERE key = ANY (%b::text[])"
        rows = self._writer.rows(sql, ([slot.key for slot in slots],), (str, int))
        expiries = {row[0]: cast("int", row[1]) for row in rows}
        for slot in slots:
            if expiries.get(slot.key, slot.now_ms) > slot.now_ms:
                raise LedgerError("idempotency-key-in-use", "another request was recorded under this idempotency key")
            expiries[slot.key] = slot.expires_ms

    def _require_expected(self, expected: Expected, before: Sequence[Append]) -> None:
        coming = sum((link.principal, link.key) == ("", expected.key) for one in before for link in one.links)
        if len(_history(self._writer, "", (expected.key,), 0)) + coming != expected.count:
            raise LedgerError("overtaken", f"something else was recorded under {expected.key!r} in the meantime")

    def _strays(self) -> Iterator[tuple[str, str]]:
        found = {(str(name), str(what)) for name, what in self._reader.rows(FOUND)}
        for name in sorted({name for name, _ in found ^ made_by(LEDGER_SCHEMA)}):
            yield "schema-differs", f"{name} is not as it was made"
        if self._reader.rows(_UNEQUAL):
            yield "index-differs", "what notices losses of the index differs from it: `guardrails ledger rebuild-index`"
        last = self._reader.row(
            "SELECT coalesce(max(idx) + 1, 0) FROM guardrails.record WHERE idx BETWEEN 0 AND 1::bigint << 40"
        )
        count = tlog.stored_count(cast("int", last[0]) if last else 0)
        if self._reader.row("SELECT 1 FROM guardrails.node WHERE pos >= %b::bigint OR pos < 0 LIMIT 1", (count,)):
            yield "tree-hash-unexpected", f"there are more than {count}"

    def _check_end(self) -> None:
        with self.snapshot():
            head = self.head()
            last = self._reader.row(f"{_RECORD} ORDER BY idx DESC LIMIT 1", (), _STORED)
            if head.size != (0 if last is None else cast("int", last[0]) + 1):
                raise _damaged(f"the head counts {head.size} records, the last one says otherwise")
            if last is not None:
                self._check_last(_stored(last))
            self._tip = tlog.Frontier.at(head.size, self.hashes)
            if self._tip.root() != head.root:
                raise _damaged("the head's root is not the root of the stored hashes")

    def _check_last(self, last: StoredRecord) -> None:
        (stored,) = self.hashes([tlog.position(0, last.index)])
        if not last.leaf_hash == stored == tlog.leaf_hash(last.record):
            raise _damaged("the last record is not what was hashed")


def _batch(items: Sequence[Append], frontier: tlog.Frontier) -> tuple[tuple[Position, ...], list[object]]:
    """Return where *items* will stand and the arguments of ``guardrails.append``; *frontier* grows by them."""
    first, first_pos = frontier.size, tlog.stored_count(frontier.size)
    positions = tuple(Position(first + n, tlog.leaf_hash(item.record)) for n, item in enumerate(items))
    hashes = [node for at in positions for node in frontier.push(at.leaf_hash)]
    placed = list(zip(items, positions, strict=True))
    parts = [(at.index, *part) for item, at in placed for part in item.payload]
    links = [_link_row(link, at.index) for item, at in placed for link in item.links]
    slots = [(item.answer, at) for item, at in placed if item.answer is not None]
    answers = [(slot.key, slot.body, at.index, slot.sealed(at), slot.expires_ms) for slot, at in slots]
    values: list[object] = [
        first,
        *_columns([(item.record_id, at.leaf_hash, item.record) for item, at in placed], 3),
        first_pos,
        hashes,
        frontier.root(),
        *_columns(parts, 3),
        *_columns(links, 5),
        max((slot.now_ms for slot, _ in slots), default=0),
        *_columns(answers, 5),
    ]
    return positions, values


def _columns(rows: Sequence[Sequence[object]], width: int) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def _hashes(session: Session, positions: Sequence[int]) -> list[bytes]:
    found = {row[0]: cast("bytes", row[1]) for row in _nodes(session, positions)} if positions else {}
    missing = next((position for position in positions if position not in found), None)
    if missing is not None:
        raise _damaged(f"tree hash {missing} is missing")
    return [found[position] for position in positions]


def _nodes(session: Session, positions: Sequence[int]) -> list[Row]:
    if isinstance(positions, range) and positions.step == 1:
        return session.rows(
            "SELECT pos, hash FROM guardrails.node WHERE pos >= %b::bigint AND pos < %b::bigint",
            (positions.start, positions.stop),
            (int, bytes),
        )
    sql = "SELECT pos, hash FROM guardrails.node WHERE pos = ANY (%b::bigint[])"
    return session.rows(sql, (list(positions),), (int, bytes))


def _history(session: Session, principal: str, keys: Sequence[str], since_ms: int) -> tuple[Link, ...]:
    if not keys:
        return ()
    if principal == "" and session.rows(_LOST, (list(keys),)):
        raise _damaged("its index has lost or changed what it has under a key", "rebuild-index")
    sql = f"{_HISTORY} WHERE principal = %b AND key = ANY (%b::text[]) AND at_ms >= %b::bigint"
    return tuple(sorted(map(_link, session.rows(sql, (principal, list(keys), since_ms), _LINK))))


def _upto(end: int | None) -> int:
    return _LAST if end is None else end


def _stored(row: Row) -> StoredRecord:
    index, record_id, leaf, record = row
    return StoredRecord(cast("int", index), cast("str", record_id), cast("bytes", leaf), cast("bytes", record))


def _link(row: Row) -> Link:
    return Link._make(cast("tuple[str, str, int, int, int]", row))


def _link_row(link: Link, index: int) -> tuple[str, str, int, int, int]:
    return link.principal, link.key, link.at_ms, index, link.amount


def _damaged(why: str, command: str = "verify") -> LedgerError:
    return LedgerError("ledger-damaged", f"the ledger is damaged: {why}", help=f"Run `guardrails ledger {command}`.")
