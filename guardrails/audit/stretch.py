"""
A stretch of the ledger, recomputed: what stands between two indices is read once, in order, and compared.

Stretches are verified apart from one another, in several processes if there are many records; ``verify`` joins them.
A full one begins at a multiple of its length, which is a power of two, so that its own tree is a node of the whole.

One change is one problem: the tree goes on from what is stored, so that it is not reported at its neighbours too. A tree
hash stands over many records; of which it is not the hash is said in the problem's detail, the last of them is its index.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from guardrails.audit import tlog
from guardrails.audit.projection import links_of
from guardrails.audit.seal import commitment, opened
from guardrails.audit.store import KeyStore, Link, PartKeyLookup, RecordStore, StoredRecord
from guardrails.errors import LedgerError
from guardrails.model.record import Record, parsed_record

INDEX_DIFFERS = "index-differs"

BEYOND = 2**40
"""No ledger gets so long: an index from here on was made up."""

_CHUNK = 256
_FEW = 1000  # so many missing records are named one by one
_FIRST, _LAST = -(2**63), 2**63 - 1  # what index a store can hold: a record before the first is found, too
_NO_HASH = bytes(32)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that is not as it was recorded; *index* is −1 where the ledger as a whole is meant."""

    index: int
    what: str
    detail: str = ""

    @property
    def spoils(self) -> bool:
        """Tell whether it is a record that is not sound; one that the index lists otherwise is."""
        return self.index >= 0 and self.what != INDEX_DIFFERS


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of *record* (of which this holds the head alone) that is not there: a problem, unless it was erased."""

    index: int
    record: Record
    part: str
    what: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """
    What was found between two indices.

    *end* is the index after the last record there, *count* how many were read, *hashes* the perfect subtrees over them, largest first; *types*
    counts the records that can be read, *erasures* holds those among them that account for what is missing.
    """

    start: int
    end: int
    count: int
    hashes: tuple[bytes, ...]
    problems: tuple[Problem, ...]
    missing: tuple[Missing, ...]
    erasures: tuple[tuple[int, Record], ...]
    types: tuple[tuple[str, int], ...]


def recomputed(store: RecordStore, keys: KeyStore, start: int, end: int | None) -> Stretch:
    """Return what was found in ``[start, end)``; to the end of the ledger if *end* is None."""
    with store.snapshot():
        return _Reading(store, keys, start, end).stretch()


class _Reading:
    def __init__(self, store: RecordStore, keys: KeyStore, start: int, end: int | None) -> None:
        self._store = store
        self._keys = keys
        self._part_key: PartKeyLookup = keys.part_key
        self._start = self._next = start
        self._end = end
        self._count = 0
        self._frontier: tlog.Frontier = tlog.Frontier()
        self._problems: list[Problem] = []
        self._missing: list[Missing] = []
        self._erasures: list[tuple[int, Record]] = []
        self._types: Counter[str] = Counter()
        self._links: Iterator[Link] = iter(())
        self._ahead: Link | None = None  # the one that was read too far

    def stretch(self) -> Stretch:
        first = self._start or _FIRST
        self._links = self._store.links(first, self._end)
        records = self._store.records(first, self._end)
        while chunk := list(islice(records, _CHUNK)):
            self._see_chunk(first, chunk)
            first = chunk[-1].index + 1
        self._see_no_record(first)
        return Stretch(
            start=self._start,
            end=self._next,
            count=self._count,
            hashes=self._frontier.hashes,
            problems=tuple(self._problems),
            missing=tuple(self._missing),
            erasures=tuple(self._erasures),
            types=tuple(sorted(self._types.items())),
        )

    def _add(self, index: int, what: str, detail: str = "") -> None:
        self._problems.append(Problem(index, what, detail))

    def _see_chunk(self, first: int, chunk: Sequence[StoredRecord]) -> None:
        ordered = [stored for stored in chunk if self._is_in_order(stored)]
        self._see_tree(ordered)
        payloads = self._payloads(first, chunk[-1].index + 1)
        self._part_key = self._keys.part_keys([stored.record_id for stored in chunk])
        links = []
        self._part_key = self._keys.part_keys([stored.record_id for stored in chunk])
        for stored in chunk:
            self._see_leaf(stored)
            links.append(self._see_record(stored, payloads.pop(stored.index, {})))
        self._see_strays(payloads)
        self._see_links(chunk, links)

    def _see_no_record(self, first: int) -> None:
        self._see_strays(self._payloads(first, self._end))
        self._see_strayed(self._links_before(_LAST))

    def _see_strays(self, payloads: dict[int, dict[str, bytes]]) -> None:
        for index in payloads:
            self._add(index, "payload-unexpected", "there is no such record")

    def _is_in_order(self, stored: StoredRecord) -> bool:
        if not 0 <= stored.index < BEYOND:
            self._add(stored.index, "record-out-of-order", "no record gets this index")
            return False
        self._count += 1
        return True

    # -- the tree

    def _see_tree(self, chunk: Sequence[StoredRecord]) -> None:
        """Compare every hash that the records' appending completed with what is stored."""
        before = self._frontier.copy()
        expected = [self._frontier.push(stored.leaf_hash) for stored in chunk]
        hashes = [one for completed in expected for one in completed]
        indices = [stored.index for stored in chunk]
        if (
            indices == list(range(self._next, self._next + len(chunk)))
            and self._kept(self._next, len(hashes)) == hashes
        ):
            self._next += len(chunk)
            return
        self._frontier = before
        for stored in chunk:
            self._see_gap(stored.index)
            self._see_node(stored.leaf_hash)

    def _see_gap(self, index: int) -> None:
        if index - self._next > _FEW:
            self._add(self._next, "record-missing", f"and all others before {index}")
            self._go_on_from(index)
        while self._next < index:
            self._add(self._next, "record-missing")
            kept = self._kept(self._next, 1)
            self._frontier.push(kept[0] if kept else _NO_HASH)
            self._go_on_from(self._next + 1)

    def _see_node(self, leaf: bytes) -> None:
        index, expected = self._next, list(self._frontier.push(leaf))
        kept = self._kept(index, len(expected))
        self._next += 1
        if kept == expected:
            return
        if kept is None:
            self._add(index, "tree-hash-missing", "a hash that was stored with this record")
        else:
            level = next(level for level, pair in enumerate(zip(kept, expected, strict=True)) if pair[0] != pair[1])
            over = f"records {index + 1 - (1 << level)} to {index}" if level else "this record"
            self._add(index, "tree-hash-differs", f"what is stored over {over} is not its hash")
        self._go_on_from(index + 1)

    def _go_on_from(self, index: int) -> None:
        """Take the tree as it is stored for what stands before *index*."""
        self._next = index
        try:
            self._frontier = tlog.Frontier.at(index - self._start, self._store.hashes, start=self._start)
        except LedgerError:
            return  # it goes on as it was computed; that a hash is missing has been said

    def _kept(self, index: int, count: int) -> list[bytes] | None:
        first = tlog.stored_count(index)
        try:
            return list(self._store.hashes(range(first, first + count)))
        except LedgerError:
            return None

    # -- single records

    def _see_leaf(self, stored: StoredRecord) -> None:
        if tlog.leaf_hash(stored.record) != stored.leaf_hash:
            self._add(stored.index, "leaf-differs", "the record's bytes or its leaf hash have changed")

    def _see_record(self, stored: StoredRecord, payload: dict[str, bytes]) -> tuple[Link, ...]:
        """Compare a record with what stands beside it; return its rows of the index."""
        index = stored.index
        try:
            record = parsed_record(stored.record)
        except LedgerError as error:
            self._add(index, error.code, error.message)
            return ()
        if record.id != stored.record_id:
            self._add(index, "record-id-differs", f"stored as {stored.record_id}")
        self._types[record.type] += 1
        self._see_payload(index, record, payload)
        if record.type == "policy_activated":
            self._see_bundles(index, record)
        if record.type == "erasure":
            self._erasures.append((index, record))
        return links_of(record, index)

    def _see_payload(self, index: int, record: Record, payload: dict[str, bytes]) -> None:
        promised = record.commitments()
        for part in sorted(payload.keys() - promised.keys()):
            self._add(index, "payload-unexpected", f"the record commits to no part {part!r}")
        for part, promise in sorted(promised.items()):
            self._see_part(index, record, part, promise, payload.get(part))

    def _see_part(self, index: int, record: Record, part: str, promise: str, data: bytes | None) -> None:
        try:
            key = self._part_key(record.id, part)
            gone = [what for what, found in (("key-missing", key), ("payload-missing", data)) if found is None]
            named = Record(record.id, record.type, record.at_ms, {})
            self._missing.extend(Missing(index, named, part, what) for what in gone)
            if key is not None and data is not None and commitment(key, opened(key, data)) != promise:
                self._add(index, "commitment-differs", part)
        except LedgerError as error:
            self._add(index, error.code, part)

    def _payloads(self, start: int, end: int | None) -> dict[int, dict[str, bytes]]:
        found: dict[int, dict[str, bytes]] = {}
        for index, part, data in self._store.payloads(start, end):
            found.setdefault(index, {})[part] = data
        return found

    def _see_bundles(self, index: int, record: Record) -> None:
        for name in ("policy_sha256", "bundle_sha256"):
            digest = record.text(name)
            data = self._store.bundle(digest)
            if data is None:
                self._add(index, "bundle-missing", digest)
            elif hashlib.sha256(data).hexdigest() != digest:
                self._add(index, "bundle-differs", digest)

    # -- the index

    def _see_links(self, chunk: Sequence[StoredRecord], expected: Sequence[tuple[Link, ...]]) -> None:
        found = self._links_before(chunk[-1].index + 1)
        if found == tuple(chain.from_iterable(expected)):
            return
        by_index: dict[int, list[Link]] = {stored.index: [] for stored in chunk}
        self._see_strayed(link for link in found if link.index not in by_index)
        for link in found:
            by_index.get(link.index, []).append(link)
        for stored, links in zip(chunk, expected, strict=True):
            if tuple(by_index[stored.index]) != links:
                why = "`guardrails ledger rebuild-index` makes the index again from the records"
                self._add(stored.index, INDEX_DIFFERS, why)

    def _see_strayed(self, links: Iterable[Link]) -> None:
        for index in dict.fromkeys(link.index for link in links):
            self._add(index, INDEX_DIFFERS, "there is no such record")

    def _links_before(self, index: int) -> tuple[Link, ...]:
        found: list[Link] = []
        try:
            while (link := self._ahead or next(self._links, None)) and link.index < index:
                found.append(link)
                self._ahead = None
            self._ahead = link
        except LedgerError as error:
            self._add(-1, INDEX_DIFFERS, error.message)
        return tuple(found)
