"""
Retention: parts whose time is over go, by what the workspace says (``keep:``), on a record with the ground ``retention``.

Nobody approves it: the policy says so, and people activated that. What a legal hold covers stays, and so does the text of a
question that still waits for a person. One record names all that goes, by type and ranges of indices; what erasures cut short
left behind is destroyed on the way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from guardrails.audit.entry import Receipt
from guardrails.audit.erased import Span
from guardrails.audit.erasure import erase_spans, erasures, finish
from guardrails.audit.log import AuditLog
from guardrails.audit.parts import CONTEXT, SOURCES, WHOLE_DRAFT
from guardrails.model.policy import Keep
from guardrails.model.record import Record
from guardrails.privacy.holds import Hold, holds
from guardrails.review.queue import folded

GROUND = "retention"

_DRAFT = (CONTEXT, WHOLE_DRAFT, "field:*", SOURCES)
_DAY_S = 86_400
_YEAR_MONTHS = 12
_SHORTEST_MONTH = 28


@dataclass(frozen=True, slots=True)
class Over:
    """What is over: *spans* to erase with how many *records* of each type they hold, and how many were kept for what."""

    spans: tuple[Span, ...]
    records: tuple[tuple[str, int], ...]
    held: int
    asked: int


@dataclass(slots=True)
class _Ranges:
    """Ranges of the records of one type that are over; *others* of the type break them."""

    done: list[tuple[int, int]] = field(default_factory=list)
    start: int = -1
    last: int = -1

    def take(self, index: int) -> None:
        self.start = index if self.start < 0 else self.start
        self.last = index

    def leave(self) -> None:
        if self.start >= 0:
            self.done.append((self.start, self.last + 1))
        self.start = -1


def moment_before(now_ms: int, span: str) -> int:
    """
    Return the moment a *span* (``90d``, ``13m``, ``2y``) before *now_ms*, in ms since the epoch.

    Months are those of the calendar; a day that the earlier month lacks is its 28th.
    """
    count, unit = int(span[:-1]), span[-1]
    now = datetime.fromtimestamp(now_ms / 1000, UTC)
    if unit == "d":
        return now_ms - count * _DAY_S * 1000
    months = now.year * _YEAR_MONTHS + now.month - 1 - count * (_YEAR_MONTHS if unit == "y" else 1)
    then = now.replace(
        year=max(months // _YEAR_MONTHS, 1), month=months % _YEAR_MONTHS + 1, day=min(now.day, _SHORTEST_MONTH)
    )
    return int(then.timestamp() * 1000)


def over(log: AuditLog, keep: Sequence[Keep], now_ms: int) -> Over:
    """Return what is over and not erased yet."""
    limits = _limits(keep, now_ms)
    return _Look(log, limits, holds(log)).over() if limits else Over((), (), 0, 0)


def retain(log: AuditLog, found: Over) -> tuple[Receipt, ...]:
    """Erase what is over; nothing is recorded where nothing is."""
    finish(log)
    return erase_spans(log, found.spans, {"ground": GROUND}) if found.spans else ()


def _limits(keep: Sequence[Keep], now_ms: int) -> dict[str, dict[tuple[str, ...], int]]:
    limits: dict[str, dict[tuple[str, ...], int]] = defaultdict(dict)
    for one in keep:
        limits[one.type][_DRAFT if one.part == WHOLE_DRAFT else (one.part,)] = moment_before(now_ms, one.span)
    return limits


class _Look:
    def __init__(self, log: AuditLog, limits: dict[str, dict[tuple[str, ...], int]], in_force: Sequence[Hold]) -> None:
        self._log = log
        self._limits = limits
        self._holds = in_force
        self._known = erasures(log)
        self._asked = {one.check for one in folded(log.records()).values() if one.status == "open"}
        self._ranges: dict[tuple[str, tuple[str, ...]], _Ranges] = defaultdict(_Ranges)
        self._counts: dict[str, set[int]] = defaultdict(set)
        self._kept: dict[str, set[int]] = defaultdict(set)

    def over(self) -> Over:
        last_ms = max(moment for parts in self._limits.values() for moment in parts.values())
        for index, record in self._log.records():
            if record.type in self._limits and record.at_ms < last_ms:
                self._see(index, record)
        for one in self._ranges.values():
            one.leave()
        counts = tuple(sorted((kind, len(found)) for kind, found in self._counts.items()))
        return Over(tuple(self._spans()), counts, len(self._kept["held"]), len(self._kept["asked"]))

    def _see(self, index: int, record: Record) -> None:
        names = record.commitments()
        why = ""
        for parts, moment in self._limits[record.type].items():
            ranges = self._ranges[record.type, parts]
            living = [name for name in names if _matches(name, parts) and self._known.by(index, record, name) is None]
            is_over = record.at_ms < moment and bool(living)
            why = why or (self._kept_for(index, record) if is_over else "")
            if is_over and not why:
                ranges.take(index)
                self._counts[record.type].add(index)
            elif any(_matches(name, parts) for name in names):
                ranges.leave()
        if why:
            self._kept[why].add(index)

    def _kept_for(self, index: int, record: Record) -> str:
        if any(hold.covers(self._log, index, record) for hold in self._holds):
            return "held"
        return "asked" if record.id in self._asked or record.text("check") in self._asked else ""

    def _spans(self) -> Iterator[Span]:
        """Yield spans; parts that go from the same records are one."""
        together: dict[tuple[str, tuple[tuple[int, int], ...]], list[str]] = defaultdict(list)
        for (kind, parts), ranges in self._ranges.items():
            if ranges.done:
                together[kind, tuple(ranges.done)].extend(parts)
        for (kind, done), names in sorted(together.items()):
            for at in range(0, len(done), _RANGES):
                yield Span(kind, tuple(sorted(names)), done[at : at + _RANGES])


_RANGES = 1000
"""Most ranges of one entry; more are further entries, and further records where one does not hold them."""


def _matches(name: str, parts: tuple[str, ...]) -> bool:
    return any(name == part or (part.endswith("*") and name.startswith(part[:-1])) for part in parts)
