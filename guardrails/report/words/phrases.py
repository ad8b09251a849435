"""Numbers, moments and counts as people read them."""

from __future__ import annotations

from collections.abc import Iterable

from guardrails.model.day import day_of
from guardrails.render.moment import rfc3339
from guardrails.report.document import Mark, Tone
from guardrails.report.report import About

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip
_HOUR_MIN, _DAY_MIN = 60, 1440
UNFINISHED = "This period has not ended"
_LAST_MS = 253_402_300_799_999  # the end of the year 9999


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return ``1 text``, ``2 texts``, ``1,000 texts``."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def day(at_ms: int) -> str:
    """Return ``26 November 2026``."""
    year, month, number = day_of(at_ms).split("-")
    return f"{int(number)} {_MONTHS[int(month) - 1]} {year}"


def minute(at_ms: int) -> str:
    """Return ``2026-11-26 08:15``, in UTC; empty for 0, a dash for ever."""
    if not 0 < at_ms <= _LAST_MS:
        return "–"
    return rfc3339(at_ms)[:16].replace("T", " ")


def reach(about: About) -> str:
    """Return until when the report reaches."""
    return "the end of the period" if about.has_ended else "the moment of this report"


def unfinished(about: About) -> str:
    """Return what is known of a period that has not ended (:data:`UNFINISHED`)."""
    last, known = day(about.period.until_ms - 1), rfc3339(about.as_of_ms)
    return f"It ends with {last}; this report has the records up to {known} and none later."


def span(minutes: int) -> str:
    """Return a length of time: ``12 min``, ``3 h 5 min``, ``2 d 4 h``."""
    if minutes < _HOUR_MIN:
        return f"{minutes} min"
    if minutes < _DAY_MIN:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // _DAY_MIN} d {minutes % _DAY_MIN // 60} h"


def listed(names: Iterable[str], nothing: str = "none") -> str:
    """Return names with commas between them."""
    return ", ".join(names) or nothing


def short(digest: str) -> str:
    """Return the first twelve characters of a digest, which is enough to find it."""
    return digest.removeprefix("sha256:")[:12]


def nought(count: int, noun: str = "", bad: Tone = "attention") -> Mark:
    """Return a number that should be 0."""
    words = f"{count:,} {noun}".strip()
    return Mark(words, bad if count else "good")
