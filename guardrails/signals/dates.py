"""
Calendar dates in English and German notation, and ISO.

Known: ``2026-03-12``, ``12 March 2026``, ``March 12th, 2026``, ``12. März 2026``, ``12.03.2026``, ``12/03/2026``
(only where one of the first two numbers exceeds 12, or German order by dots), ``March 2026`` and a bare year from 1900
to 2099. A date that the calendar does not have is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from guardrails.model.span import Extent
from guardrails.signals.signal import DateMention
from guardrails.text.expression import expression

_NAMES = (
    "january januar jänner jan", "february februar feber feb", "march märz mrz mar", "april apr", "may mai",
    "june juni jun", "july juli jul", "august aug", "september sept sep", "october oktober oct okt",
    "november nov", "december dezember dec dez",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
MONTH_NAMES = tuple(sorted(_MONTHS, key=lambda name: (-len(name), name)))
"""Names and abbreviations of the months in lower case, the longest first."""

_MONTH = "(?:" + "|".join(MONTH_NAMES) + r")\b\.?"
_DATE = expression(
    r"(?<![\w./-])(?:"
    r"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<month>{_MONTH}),?\s+(?P<year>(?:19|20)\d\d)"
    rf"|(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>(?:19|20)\d\d)"
    rf"|(?P<month3>{_MONTH})\s+(?P<year3>(?:19|20)\d\d)"
    r"|(?P<first>\d{1,2})(?P<mark>[./])\s?(?P<second>\d{1,2})(?P=mark)\s?(?P<year4>(?:19|20)\d\d)"
    r"|(?P<year5>(?:19|20)\d\d)(?![\d%€$£]|[.,]\d|\s?[%€$£])"
    r")(?![\w-]*\w)",
    re.IGNORECASE,
)

# Every date has a year, and begins or ends at most so many characters from it.
_REACH = 32
_YEAR = expression(r"(?:19|20)\d\d")


def dates(text: str) -> tuple[DateMention, ...]:
    """Return the dates of *text*, in order, none overlapping."""
    return tuple(_mentions(text))


def _mentions(text: str) -> Iterator[DateMention]:
    for found in _found(text):
        year, month, day, precision = _parts(found)
        if (start_ms := _start_ms(year, month, day)) is not None:
            yield DateMention(Extent(*found.span()), start_ms, precision)


def _found(text: str) -> Iterator[re.Match[str]]:
    """Yield the matches around every year, none overlapping."""
    done = 0
    for year in _YEAR.finditer(text):
        start = max(done, year.start() - _REACH)
        if year.start() >= done and (found := _DATE.search(text, start, year.end() + _REACH)):
            yield found
            done = found.end()


def _parts(found: re.Match[str]) -> tuple[int, int, int, Literal["day", "month", "year"]]:
    part = found.groupdict()
    if part["iso"]:
        year, month, day = (int(number) for number in part["iso"].split("-"))
        return year, month, day, "day"
    if part["year"]:
        return int(part["year"]), _month(part["month"]), int(part["day"]), "day"
    if part["year2"]:
        return int(part["year2"]), _month(part["month2"]), int(part["day2"]), "day"
    if part["year3"]:
        return int(part["year3"]), _month(part["month3"]), 1, "month"
    if part["year4"]:
        return int(part["year4"]), *_ordered(int(part["first"]), int(part["second"]), part["mark"]), "day"
    return int(part["year5"]), 1, 1, "year"


def _ordered(first: int, second: int, mark: str) -> tuple[int, int]:
    """Return month and day; (0, 0) if a date with slashes can be read both ways."""
    if mark == "." or first > 12:  # noqa: PLR2004  # months of a year
        return second, first
    return (first, second) if second > 12 or first == second else (0, 0)  # noqa: PLR2004


def _month(name: str) -> int:
    return _MONTHS[name.rstrip(".").lower()]


def _start_ms(year: int, month: int, day: int) -> int | None:
    try:
        return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1000
    except ValueError:
        return None
