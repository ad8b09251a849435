"""
Erasing parts of payloads: keys, salts and sealed bytes go, the leaf and every proof stay.

The erasure is recorded first (what the record says: ``erased``); a crash afterwards leaves work that erasing again finishes,
never a gap that nobody accounts for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from guardrails.audit.entry import Receipt
from guardrails.audit.erased import Erasures, Span, Taken, covers, erased_by, named_by
from guardrails.audit.log import AuditLog
from guardrails.audit.parts import ANSWER, holds_text
from guardrails.errors import DraftError
from guardrails.model.canonical import Json, canonical
from guardrails.model.record import Record

TWO_PEOPLE = 2

MAX_BYTES = 48_000
"""Most bytes of entries in one record, because a leaf must fit the entry bundles of tlog-tiles (65,535 bytes)."""

_REASON = "reason"


@dataclass(frozen=True, slots=True)
class Approval:
    """
    Why parts go, and who said so.

    Args:
        ground: A code of a–z, 0–9 and hyphens.

        request_ref: What asked for it: a ticket, a letter; only its reference is kept in clear.

        approved_by: Names of two different people, or ids of their credentials.

        asked_ref: Reference of what they approved, if they did so one at a time (``privacy/approvals``).
    """

    ground: str
    request_ref: str
    approved_by: tuple[str, ...]
    reason: str = ""
    asked_ref: str = ""

    def __post_init__(self) -> None:
        """Refuse what nobody may erase by: ``erasure-not-approved``, ``erasure-ground``."""
        if len(set(self.approved_by)) < TWO_PEOPLE:
            raise DraftError("erasure-not-approved", "two different people must approve an erasure")
        require_ground(self.ground)


def require_ground(ground: str) -> None:
    """Refuse a ground that is no code: ``erasure-ground``."""
    if not re.fullmatch(r"[a-z0-9-]{1,64}", ground):
        raise DraftError("erasure-ground", "the ground of an erasure is a code of a-z, 0-9 and hyphens")


def erasures(log: AuditLog) -> Erasures:
    """Return what the erasures on record account for."""
    return erased_by((index, log.record(index)) for index in log.indices("erasure"))


def whole_text(log: AuditLog, check_id: str) -> Taken:
    """
    Return every part of a check that holds words: all but what Rego decided on, which holds none.

    Raises:
        DraftError: ``not-found``.
    """
    found = log.find_check(check_id)
    if found is None:
        raise DraftError("not-found", f"no check has the id {check_id!r}")
    parts = filter(holds_text, found.record.commitments())
    return Taken(found.receipt.index, check_id, tuple(sorted((*parts, ANSWER))))


def taken_by(log: AuditLog, erasure: Record) -> tuple[Taken, ...]:
    """Return what an erasure on request took, by its record; in the first version it was all of one check."""
    named = tuple((log.find(name), parts) for name, parts in named_by(erasure))
    if not named and erasure.text("target"):
        return (whole_text(log, erasure.text("target")),)
    return tuple(Taken(found[0], found[1].id, parts) for found, parts in named if found is not None)


def erase(log: AuditLog, taken: Sequence[Taken], approval: Approval, *, target: str = "") -> tuple[Receipt, ...]:
    """
    Destroy the keys, salts and sealed bytes of *taken*, on the record.

    Erasing what is erased already records nothing and finishes what a crash left; the receipt is then the earlier one's.
    There are several where one record does not hold all. *target* is the check that *taken* is all about, if it is one.

    Raises:
        DraftError: ``nothing-to-erase`` if *taken* is empty.

        LedgerError: If it could not be recorded, or the keys could not be destroyed: erase again.
    """
    if not taken:
        raise DraftError("nothing-to-erase", "nothing on record is to be erased")
    known = erasures(log)
    fresh = [left for one in taken if (left := _unaccounted(log, known, one)).parts]
    people: list[Json] = [log.refs.of("person", who) for who in sorted(set(approval.approved_by))]
    body: dict[str, Json] = {
        "ground": approval.ground,
        "approved_by": people,
        "request_ref": log.refs.of("request", approval.request_ref),
        **({"target": target} if target else {}),
        **({"asked_ref": approval.asked_ref} if approval.asked_ref else {}),
    }
    entries: list[Json] = [{"record": one.record, "parts": list(one.parts)} for one in fresh]
    receipts = tuple(_recorded(log, body, batch, approval.reason) for batch in _batches(entries))
    log.destroy([(one.index, one.record, _due(log, known, one)) for one in taken])
    return receipts or (_earlier(log, known, taken),)


def erase_spans(log: AuditLog, spans: Sequence[Span], body: Mapping[str, Json]) -> tuple[Receipt, ...]:
    """
    Destroy the parts of *spans* on a record with *body* besides: what retention takes needs nobody's approval.

    Raises:
        LedgerError: As :func:`erase`.
    """
    entries: list[Json] = [
        {"type": one.type, "parts": list(one.parts), "ranges": [list(pair) for pair in one.ranges]} for one in spans
    ]
    receipts = tuple(_recorded(log, body, batch, "") for batch in _batches(entries))
    log.destroy([(one.index, one.record, one.parts) for one in _within(log, spans)])
    return receipts


def _within(log: AuditLog, spans: Sequence[Span]) -> Iterator[Taken]:
    for span in spans:
        for start, end in span.ranges:
            for index, record in log.records(start, end):
                parts = tuple(
                    part for part in (*record.commitments(), ANSWER) if covers(span, index, record.type, part)
                )
                if parts:
                    yield Taken(index, record.id, parts)


def _recorded(log: AuditLog, body: Mapping[str, Json], entries: Sequence[Json], reason: str) -> Receipt:
    parts = {_REASON: reason.strip().encode("utf-8")} if reason.strip() else {}
    return log.append("erasure", {**body, "erased": entries}, parts=parts)


def _batches(entries: Iterable[Json]) -> Iterator[list[Json]]:
    batch: list[Json] = []
    size = 0
    for one in entries:
        more = len(canonical(one)) + 1
        if batch and size + more > MAX_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += more
    if batch:
        yield batch


def _unaccounted(log: AuditLog, known: Erasures, one: Taken) -> Taken:
    record = log.record(one.index)
    return Taken(one.index, one.record, tuple(part for part in one.parts if known.by(one.index, record, part) is None))


def _due(log: AuditLog, known: Erasures, one: Taken) -> tuple[str, ...]:
    """Return the names of *one* with whatever of its record an earlier erasure took, finished or not."""
    record = log.record(one.index)
    taken = (part for part in (*record.commitments(), ANSWER) if known.by(one.index, record, part) is not None)
    return tuple(sorted({*one.parts, *taken}))


def _earlier(log: AuditLog, known: Erasures, taken: Sequence[Taken]) -> Receipt:
    by = (known.by(one.index, log.record(one.index), part) for one in taken for part in one.parts)
    return log.receipt(max(at for at in by if at is not None))


def finish(log: AuditLog) -> tuple[Taken, ...]:
    """Destroy what erasures on record have left behind (a crash), and return it."""
    left = log.left_behind(erasures(log))
    log.destroy([(one.index, one.record, one.parts) for one in left])
    return left
