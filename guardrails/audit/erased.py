"""
What ``erasure`` records account for.

Their body has

``erased``
    What it took, as entries ``{record, parts[]}`` (by id) or ``{type, parts[], ranges[[start, end)…]}`` (records of a type
    by their indices; a part that ends in ``*`` means all that begin so). An entry accounts for earlier records only.
``target``
    The check whose text it took, where it was one. Records of the first version have nothing else: all of its parts.
``ground``, ``request_ref``, ``approved_by``
    A code, such as ``gdpr-17-1-b`` or ``retention``; references of the request and of the people who approved it.

and the encrypted part ``reason``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from guardrails.audit.parts import ANSWER
from guardrails.audit.store import KeyStore, PartKeyLookup, RecordStore, StoredRecord
from guardrails.errors import LedgerError
from guardrails.model.canonical import Json
from guardrails.model.record import Record, parsed_record

_CHUNK = 256
_PAIR = 2


@dataclass(frozen=True, slots=True, order=True)
class Taken:
    """Parts of the record *record* at *index* that are to go."""

    index: int
    record: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Parts of all records of *type* with an index in one of *ranges* (half-open); a part may end in ``*``."""

    type: str
    parts: tuple[str, ...]
    ranges: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Erasures:
    """What erasure records account for; hand it records in ledger order."""

    _whole: dict[str, int] = field(default_factory=dict)
    _parts: dict[str, dict[str, int]] = field(default_factory=dict)
    _spans: list[tuple[int, Span]] = field(default_factory=list)

    def see(self, index: int, record: Record) -> None:
        """Take in one record; those of other types change nothing."""
        if record.type != "erasure":
            return
        entries = record.member("erased")
        if not isinstance(entries, list | tuple):
            self._whole.setdefault(record.text("target"), index)
            return
        for name, parts in named_by(record):
            self._parts.setdefault(name, {}).update(dict.fromkeys(parts, index))
        for one in entries:
            self._see_span(index, one)

    def by(self, index: int, record: Record, part: str) -> int | None:
        """Return the index of the erasure that accounts for a part of the record at *index* being gone, or None."""
        found = [self._whole.get(record.id), self._parts.get(record.id, {}).get(part)]
        found += [at for at, span in self._spans if covers(span, index, record.type, part)]
        later = [at for at in found if at is not None and at > index]
        return max(later, default=None)

    def touch(self, index: int, record_id: str, kind: str = "check") -> bool:
        """Tell whether anything of the record of type *kind* at *index* was erased."""
        named = (self._whole.get(record_id, -1), *self._parts.get(record_id, {}).values())
        spans = (at for at, span in self._spans if span.type == kind and _is_within(index, span.ranges))
        return any(at > index for at in (*named, *spans))

    def count(self) -> int:
        """Return how many records something was erased of, as far as the erasures alone tell: a range counts whole."""
        types = {span.type for _, span in self._spans}
        ranges = (
            _merged([pair for _, span in self._spans if span.type == one for pair in span.ranges]) for one in types
        )
        return len(self._whole.keys() | self._parts.keys()) + sum(
            end - start for found in ranges for start, end in found
        )

    def unfinished(self, store: RecordStore, keys: KeyStore) -> Iterator[Taken]:
        """Yield what is still there despite an erasure, by record."""
        named = self._whole.keys() | self._parts.keys()
        places = (stored.index for stored in map(store.find, sorted(named)) if stored is not None)
        ranges = ((max(start, 0), min(end, at)) for at, span in self._spans for start, end in span.ranges)
        for start, end in _merged([*((index, index + 1) for index in places), *ranges]):
            records = store.records(start, end)
            while chunk := list(islice(records, _CHUNK)):
                yield from self._left(chunk, store, keys)

    def _left(self, chunk: Sequence[StoredRecord], store: RecordStore, keys: KeyStore) -> Iterator[Taken]:
        part_key = keys.part_keys([stored.record_id for stored in chunk])
        sealed: dict[int, set[str]] = {}
        for index, part, _ in store.payloads(chunk[0].index, chunk[-1].index + 1):
            sealed.setdefault(index, set()).add(part)
        for index, record in ((stored.index, _readable(stored.record)) for stored in chunk):
            if record is None:
                continue
            there = sealed.get(index, set())
            known = sorted({*there, *record.commitments(), ANSWER})
            gone = (part for part in known if self.by(index, record, part) is not None)
            left = tuple(part for part in gone if part in there or _has_key(part_key, record.id, part))
            if left:
                yield Taken(index, record.id, left)

    def _see_span(self, index: int, entry: Json) -> None:
        if isinstance(entry, Mapping) and "type" in entry and "record" not in entry:
            span = Span(str(entry["type"]), _texts(entry.get("parts")), _ranges(entry.get("ranges")))
            self._spans.append((index, span))


def erased_by(erasures: Iterable[tuple[int, Record]]) -> Erasures:
    """Return what *erasures*, with their indices in ledger order, account for."""
    found = Erasures()
    for index, record in erasures:
        found.see(index, record)
    return found


def named_by(erasure: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the ids of the records that an erasure names one by one, each with the parts it took."""
    entries = erasure.member("erased")
    for one in entries if isinstance(entries, list | tuple) else ():
        if isinstance(one, Mapping) and "record" in one:
            yield str(one["record"]), _texts(one.get("parts"))


def covers(span: Span, index: int, kind: str, part: str) -> bool:
    """Tell whether *span* takes a part of the record of type *kind* at *index*."""
    if kind != span.type or not _is_within(index, span.ranges):
        return False
    return any(part == name or (name.endswith("*") and part.startswith(name[:-1])) for name in span.parts)


def _is_within(index: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(start <= index < end for start, end in ranges)


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what *ranges* cover, in order, each index once."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        elif start < end:
            merged.append((start, end))
    return merged


def _has_key(part_key: PartKeyLookup, record_id: str, part: str) -> bool:
    try:
        return part_key(record_id, part) is not None
    except LedgerError:
        return True


def _readable(data: bytes) -> Record | None:
    try:
        return parsed_record(data)
    except LedgerError:
        return None


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()


def _ranges(value: Json) -> tuple[tuple[int, int], ...]:
    pairs = value if isinstance(value, list | tuple) else ()
    return tuple((pair[0], pair[1]) for pair in pairs if isinstance(pair, list | tuple) and _is_range(pair))


def _is_range(pair: Sequence[Json]) -> bool:
    return len(pair) == _PAIR and all(isinstance(one, int) for one in pair)
