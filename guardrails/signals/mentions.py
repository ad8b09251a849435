"""
Mentions: every number, date and time of a text as a value that can be compared, with the facts cited beside it.

The facts of a mention are those cited (``[fact:N-003]``) in its sentence, its own those cited before the next mention.
Numbers in addresses are left out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from guardrails.model.span import Extent, Extents
from guardrails.signals.amounts import Amount, amount
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.calendar_days import calendar_days
from guardrails.signals.clock_times import clock_times
from guardrails.signals.signal import Citation


@dataclass(frozen=True, slots=True, order=True)
class CalendarDate:
    """A day, month or year; a part that is not said is 0."""

    year: int
    month: int
    day: int

    @property
    def said(self) -> tuple[CalendarDate, ...]:
        """The date and every vaguer one that it says as well: 3 March 2026 is in March 2026, in 2026, and 3 March."""
        shorter = (CalendarDate(self.year, self.month, 0), CalendarDate(self.year, 0, 0)) if self.year else ()
        return (self, *shorter, *([self.without_year] if self.day else ()))

    @property
    def without_year(self) -> CalendarDate:
        """The day and month alone."""
        return CalendarDate(0, self.month, self.day)


@dataclass(frozen=True, slots=True, order=True)
class TimeOfDay:
    """Minutes after midnight."""

    minutes: int


Value: TypeAlias = Amount | CalendarDate | TimeOfDay


@dataclass(frozen=True, slots=True)
class Mention:
    """
    A *value* at *extent*.

    Attributes:
        sentence: Where it stands; empty between sentences.

        facts: Ids of the facts cited in the sentence, sorted.

        own: Those of them that are cited for this mention.
    """

    extent: Extent
    value: Value
    sentence: Extent
    facts: tuple[str, ...]
    own: tuple[str, ...]


def mentions(signals: FieldSignals) -> tuple[Mention, ...]:
    """Return the mentions of a field, in order, none overlapping."""
    markers = _markers(signals)
    away = Extents(citation.extent for citation in signals.citations if citation.kind in {"url", "doi", "fact"})
    found = [(extent, value) for extent, value in sorted(_values(signals), key=_place) if not away.overlap(extent)]
    ends = [*(extent.start for extent, _ in found[1:]), len(signals.parsed.text)]
    facts = {sentence: tuple(sorted({marker.target for marker in cited})) for sentence, cited in markers.items()}
    made = []
    for (extent, value), following in zip(found, ends, strict=bool(found)):
        sentence = signals.sentence_at(extent.start)
        place = sentence.extent if sentence else Extent(extent.start, extent.start)
        own = _own(extent, markers.get(place, ()), following)
        made.append(Mention(extent, value, place, facts.get(place, ()), own))
    return tuple(made)


def _place(found: tuple[Extent, Value]) -> Extent:
    return found[0]


def _values(signals: FieldSignals) -> Iterator[tuple[Extent, Value]]:
    text = signals.parsed.text
    days = calendar_days(text)
    yield from ((day.extent, CalendarDate(day.year, day.month, day.day)) for day in days)
    for date in signals.dates:
        if date.precision != "day":
            yield date.extent, _calendar_date(date.start_ms, has_month=date.precision == "month")
    times = clock_times(text)
    yield from ((time.extent, TimeOfDay(time.minutes)) for time in times)
    other = {extent.start for extent in (*(day.extent for day in days), *(time.extent for time in times))}
    yield from ((q.extent, amount(q)) for q in signals.quantities if q.extent.start not in other)


def _calendar_date(start_ms: int, *, has_month: bool) -> CalendarDate:
    moment = datetime.fromtimestamp(start_ms // 1000, UTC)
    return CalendarDate(moment.year, moment.month if has_month else 0, 0)


def _markers(signals: FieldSignals) -> dict[Extent, list[Citation]]:
    """Return the markers of facts in each sentence, in order."""
    found: defaultdict[Extent, list[Citation]] = defaultdict(list)
    for citation in signals.citations:
        if citation.kind == "fact" and (sentence := signals.sentence_at(citation.extent.start)) is not None:
            found[sentence.extent].append(citation)
    return found


def _own(extent: Extent, markers: Sequence[Citation], following: int) -> tuple[str, ...]:
    """Return the ids of the *markers* between *extent* and the next mention, which starts at *following*."""
    first, last = (bisect_left(markers, at, key=lambda m: m.extent.start) for at in (extent.end, following))
    return tuple(sorted({marker.target for marker in markers[first:last]}))
