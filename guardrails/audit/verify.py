"""
Recompute everything a ledger claims, in one pass over its records.

For every record:

1. it stands where it should, under its own id, in canonical form;
2. its leaf hash, and every tree hash that its appending completed, is what is stored;
3. each part it commits to opens and is what was committed to, or its absence is accounted for by an erasure record;
4. the policy bundles it names are there and unchanged.

For the whole: the root is the stored head's, the head the keys have seen is a prefix, the index equals the one made
from the records. A record is *intact*, *erased* (with a record of the erasure) or *unaccounted*; only the last is a
failure of a record. The index is made from the records: that it differs leaves them intact.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guardrails.audit import tlog
from guardrails.audit.projection import links_of
from guardrails.audit.seal import commitment, opened
from guardrails.audit.store import Head, KeyStore, Link, RecordStore, StoredRecord
from guardrails.errors import LedgerError
from guardrails.model.record import Record, parsed_record

_INDEX = "index-differs"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something that is not as it was recorded; *index* is −1 where the ledger as a whole is meant."""

    index: int
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """
    What a verification found.

    *root* is hex, recomputed from the leaf hashes, each compared with its record; *types* counts the records that can
    be read, by type, sorted.
    """

    size: int
    root: str
    intact: int
    erased: int
    unaccounted: int
    problems: tuple[Problem, ...]
    types: tuple[tuple[str, int], ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether nothing was found."""
        return not self.problems


def rolled_back(store: RecordStore, seen: Head | None) -> str:
    """Return why the ledger does not extend the head *seen*, or the empty string if it does."""
    if seen is None or seen.size == 0:
        return ""
    size = store.head().size
    if size < seen.size:
        return f"the ledger has {size} records, {seen.size} have been seen"
    if tlog.root(seen.size, store.hashes) != seen.root:
        return f"the first {seen.size} records are not those that have been seen"
    return ""


def require_present(ledger: Path, keys: KeyStore) -> None:
    """
    Refuse a *ledger* file that is not there although its keys have seen records.

    Raises:
        LedgerError: ``ledger-missing``.
    """
    seen = keys.seen()  # first: another process may be making both
    if seen is not None and seen.size and not ledger.exists():
        records = "1 record has" if seen.size == 1 else f"{seen.size} records have"
        raise LedgerError("ledger-missing", f"{records} been seen", help="Restore the newest copy of the ledger.")


def verified(store: RecordStore, keys: KeyStore) -> VerifyReport:
    """Return the report on the whole ledger."""
    return _Verification(store, keys).report()


class _Verification:
    def __init__(self, store: RecordStore, keys: KeyStore) -> None:
        self._store = store
        self._keys = keys
        self._frontier = tlog.Frontier()
        self._problems: list[Problem] = []
        self._missing: list[tuple[int, str, str]] = []  # index, record id, what
        self._erased_ids: set[str] = set()
        self._links: list[Link] = []
        self._types: Counter[str] = Counter()

    def report(self) -> VerifyReport:
        size = 0
        for stored in self._store.records():
            self._see(size, stored)
            size += 1
        self._see_whole(size)
        erased = self._settle()
        bad = {problem.index for problem in self._problems if 0 <= problem.index < size and problem.what != _INDEX}
        gone = erased - bad
        return VerifyReport(
            size=size,
            root=self._frontier.root().hex(),
            intact=size - len(bad) - len(gone),
            erased=len(gone),
            unaccounted=len(bad),
            problems=tuple(sorted(self._problems)),
            types=tuple(sorted(self._types.items())),
        )

    def _add(self, index: int, what: str, detail: str = "") -> None:
        self._problems.append(Problem(index, what, detail))

    def _see(self, index: int, stored: StoredRecord) -> None:
        if stored.index != index:
            self._add(index, "record-out-of-order", f"index {stored.index} stands here")
        self._see_hashes(index, stored)
        try:
            record = parsed_record(stored.record)
        except LedgerError as error:
            self._add(index, error.code, error.message)
            return
        if record.id != stored.record_id:
            self._add(index, "record-id-differs", f"stored as {stored.record_id}")
        self._see_record(index, record, stored.index)

    def _see_record(self, index: int, record: Record, stored_at: int) -> None:
        self._types[record.type] += 1
        self._links.extend(links_of(record, index))
        self._see_payload(index, record, stored_at)
        if record.type == "policy_activated":
            self._see_bundles(index, record)
        if record.type == "erasure":
            self._erased_ids.add(record.text("target"))

    def _see_hashes(self, index: int, stored: StoredRecord) -> None:
        if tlog.leaf_hash(stored.record) != stored.leaf_hash:
            self._add(index, "leaf-differs", "the record's bytes or its leaf hash have changed")
        # The tree goes on from the stored leaf, so that one changed record is not reported at its neighbours too.
        expected = self._frontier.push(stored.leaf_hash)
        start = tlog.stored_count(index)
        try:
            kept = tuple(self._store.hashes(range(start, start + len(expected))))
        except LedgerError as error:
            self._add(index, "tree-hash-missing", error.message)
            return
        if kept != expected:
            self._add(index, "tree-hash-differs", "a hash stored with this record is not what its bytes give")

    def _see_payload(self, index: int, record: Record, stored_at: int) -> None:
        payload = dict(self._store.payload(stored_at))
        promised = record.commitments()
        for part in sorted(payload.keys() - promised.keys()):
            self._add(index, "payload-unexpected", f"the record commits to no part {part!r}")
        for part, promise in sorted(promised.items()):
            self._see_part(index, record.id, part, promise, payload.get(part))

    def _see_part(self, index: int, record_id: str, part: str, promise: str, data: bytes | None) -> None:
        key = self._keys.part_key(record_id, part)
        if key is None:
            self._missing.append((index, record_id, f"key-missing: {part}"))
        if data is None:
            self._missing.append((index, record_id, f"payload-missing: {part}"))
        if key is None or data is None:
            return
        try:
            if commitment(key, opened(key, data)) != promise:
                self._add(index, "commitment-differs", part)
        except LedgerError as error:
            self._add(index, error.code, part)

    def _see_bundles(self, index: int, record: Record) -> None:
        for name in ("policy_sha256", "bundle_sha256"):
            digest = record.text(name)
            data = self._store.bundle(digest)
            if data is None:
                self._add(index, "bundle-missing", digest)
            elif hashlib.sha256(data).hexdigest() != digest:
                self._add(index, "bundle-differs", digest)

    def _see_whole(self, size: int) -> None:
        self._problems.extend(self._index_problems())
        try:
            self._see_head(self._store.head(), size)
            why = rolled_back(self._store, self._keys.seen())
        except LedgerError as error:
            self._add(-1, "head-differs", error.message)
            return
        if why:
            self._add(-1, "rolled-back", why)

    def _see_head(self, head: Head, size: int) -> None:
        if head.size != size:
            self._add(-1, "head-differs", f"the head counts {head.size} records, there are {size}")
        elif head.root != self._frontier.root():
            self._add(-1, "head-differs", "the stored root is not the records' root")

    def _index_problems(self) -> Iterator[Problem]:
        try:
            changed = set(self._links) ^ set(self._store.links())
        except LedgerError as error:
            yield Problem(-1, _INDEX, error.message)
            return
        for index in sorted({link.index for link in changed}):
            yield Problem(index, _INDEX, "`guardrails ledger rebuild-index` makes the index again from the records")

    def _settle(self) -> set[int]:
        """Return the indices of erased records; report what is missing without one, or still there despite one."""
        erased = {index for index, record_id, _ in self._missing if record_id in self._erased_ids}
        for index, record_id, what in self._missing:
            if record_id not in self._erased_ids:
                self._add(index, *what.split(": "))
        for record_id in sorted(self._erased_ids):
            self._see_erased(record_id)
        return erased

    def _see_erased(self, record_id: str) -> None:
        stored = self._store.find(record_id)
        if stored is None:
            return
        parts = [part for part, _ in self._store.payload(stored.index)]
        known = {*parts, "assessment", "draft", "engine_input", "state", "answer"}
        if parts or any(self._keys.part_key(record_id, part) for part in sorted(known)):
            self._add(stored.index, "erasure-unfinished", "erasing it again finishes it")
