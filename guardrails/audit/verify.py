"""
Recompute everything a ledger claims, in one pass over its records.

For every record:

1. it stands where it should, under its own id, in canonical form;
2. its leaf hash, and every tree hash that its appending completed, is what is stored;
3. each part it commits to opens and is what was committed to, or its absence is accounted for by an erasure record;
4. the policy bundles it names are there and unchanged.

For the whole: the root is the stored head's, the head the keys have seen is a prefix, the index equals the one made
from the records, nothing else lies in the store, the ledger's key and the credentials are what was written. A record is *intact*, *erased* (with a record of the erasure) or *unaccounted*; only the last is a
failure of a record. The index is made from the records: that it differs leaves them intact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from guardrails.audit import tlog
from guardrails.audit.erased import Erasures
from guardrails.audit.store import Head, KeyStore, RecordStore
from guardrails.audit.stretch import BEYOND, INDEX_DIFFERS, Missing, Problem, Stretch, recomputed
from guardrails.errors import LedgerError
from guardrails.model.record import parsed_record

Stretches: TypeAlias = Callable[[Sequence["tuple[int, int | None]"]], Iterable[Stretch]]
"""Recomputes stretches of a ledger, in the order given."""

_SHORTEST = 14  # a stretch of 16,384 records: fewer are not worth a process
_STRETCHES = 2  # between two and four stretches, since each reads the whole index


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


def verified(store: RecordStore, keys: KeyStore, stretches: Stretches | None = None) -> VerifyReport:
    """
    Return the report on the whole ledger.

    *stretches* recomputes each stretch ``[start, end)``, as :func:`~guardrails.audit.stretch.recomputed` does in this
    process, which is what happens without it.
    """
    read = stretches or (lambda bounds: (recomputed(store, keys, start, end) for start, end in bounds))
    level = _level(store)
    whole = _Whole(store, keys, level)
    for stretch in read(_bounds(store, level)):
        whole.join(stretch)
    return whole.report()


def _level(store: RecordStore) -> int:
    """Return the level of the tree at which a stretch is one node: few stretches, of many records each."""
    return max(_SHORTEST, _claimed_size(store).bit_length() - _STRETCHES)


def _bounds(store: RecordStore, level: int) -> list[tuple[int, int | None]]:
    """Return where stretches begin and end; the last is open, whatever the head says."""
    starts = range(0, max(_claimed_size(store), 1), 1 << level)
    return list(zip(starts, [*starts[1:], None], strict=True))


def _claimed_size(store: RecordStore) -> int:
    try:
        return min(max(store.head().size, 0), BEYOND)
    except LedgerError:
        return 0


class _Whole:
    """Joins stretches, in order, into what is said of the whole ledger."""

    def __init__(self, store: RecordStore, keys: KeyStore, level: int) -> None:
        self._store = store
        self._keys = keys
        self._level = level
        self._claimed = _claimed_size(store)
        self._size = self._count = 0
        self._above = tlog.Frontier()  # over full stretches
        self._hashes: tuple[bytes, ...] = ()  # of the last stretch, if it is not full
        self._problems: list[Problem] = []
        self._missing: list[Missing] = []
        self._erasures = Erasures()
        self._erased_later = Erasures()
        self._types: Counter[str] = Counter()

    def join(self, stretch: Stretch) -> None:
        """Add the stretch that follows."""
        self._problems.extend(stretch.problems)
        self._missing.extend(stretch.missing)
        for index, record in stretch.erasures:
            self._erasures.see(index, record)
        self._types.update(dict(stretch.types))
        if stretch.end == stretch.start:
            return
        if stretch.start != self._size:
            self._add(self._size, "record-missing", f"and all others before {stretch.start}")
        self._size = stretch.end
        self._count += stretch.count
        self._see_above(stretch)

    def report(self) -> VerifyReport:
        """Return what was found."""
        self._see_whole()
        erased = self._settle()
        bad = {one.index for one in self._problems if 0 <= one.index < self._size and one.what != INDEX_DIFFERS}
        gone = erased - bad
        read = bad - {one.index for one in self._problems if one.what == "record-missing"}
        return VerifyReport(
            size=self._size,
            root=self._root().hex(),
            intact=self._count - len(read) - len(gone),
            erased=len(gone),
            unaccounted=len(bad),
            problems=tuple(sorted(self._problems)),
            types=tuple(sorted(self._types.items())),
        )

    def _add(self, index: int, what: str, detail: str = "") -> None:
        self._problems.append(Problem(index, what, detail))

    def _see_above(self, stretch: Stretch) -> None:
        """Compare the hashes above a full stretch, which stand behind those of its last record."""
        if stretch.end - stretch.start != 1 << self._level or self._hashes:
            self._hashes = stretch.hashes
            return
        _, *expected = self._above.push(stretch.hashes[0])
        first = tlog.position(self._level, stretch.start >> self._level) + 1
        try:
            kept = list(self._store.hashes(range(first, first + len(expected))))
        except LedgerError as error:
            self._add(stretch.end - 1, "tree-hash-missing", error.message)
            return
        if kept != expected:
            self._add(stretch.end - 1, "tree-hash-differs", "what is stored over this record and many others")

    def _root(self) -> bytes:
        return tlog.Frontier(self._size, (*self._above.hashes, *self._hashes)).root()

    def _see_whole(self) -> None:
        self._see_keys()
        try:
            for what, detail in self._store.strays():
                self._add(-1, what, detail)
            self._see_head(self._store.head())
            seen = self._keys.seen()
            why = rolled_back(self._store, seen)
        except LedgerError as error:
            self._add(-1, "head-differs", error.message)
            return
        if seen is None and self._size:
            self._add(-1, "keys-damaged", "they have seen no head, although there are records")
        if why:
            self._add(-1, "rolled-back", why)

    def _see_keys(self) -> None:
        if self._size == 0:
            return  # nothing was ever written: there may be none yet
        for read in (self._keys.ledger_key, self._keys.api_keys):
            try:
                read()
            except LedgerError as error:
                self._add(-1, "keys-damaged", error.message)

    def _see_head(self, head: Head) -> None:
        has_grown = self._claimed <= self._size < head.size != self._claimed
        if head.size != self._size and not has_grown:
            self._add(-1, "head-differs", f"the head counts {head.size} records, there are {self._size}")
        elif has_grown and tlog.root(self._size, self._store.hashes) != self._root():
            self._add(-1, "head-differs", "while it was read the ledger has grown from another tree")
        elif head.root != (tlog.root(head.size, self._store.hashes) if has_grown else self._root()):
            self._add(-1, "head-differs", "the stored root is not the records' root")

    def _see_later_erasures(self) -> None:
        """Take in what was erased while the ledger was read."""
        for stored in self._store.records(self._size):
            with suppress(LedgerError):
                self._erased_later.see(stored.index, parsed_record(stored.record))

    def _settle(self) -> set[int]:
        """Return the indices of erased records; report what is missing without one, or still there despite one."""
        if self._missing:
            self._see_later_erasures()
        erased = set()
        for one in self._missing:
            if self._is_accounted_for(one):
                erased.add(one.index)
            else:
                self._add(one.index, one.what, one.part)
        for left in self._erasures.unfinished(self._store, self._keys):
            self._add(left.index, "erasure-unfinished", "erasing it again finishes it")
        return erased

    def _is_accounted_for(self, one: Missing) -> bool:
        known = (self._erasures, self._erased_later)
        return any(erasures.by(one.index, one.record, one.part) is not None for erasures in known)
