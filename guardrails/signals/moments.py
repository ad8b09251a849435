"""
Numbers that say when: days of a month, times of day, opening hours.

A date with a year is a signal of its own (``dates``). What stands here has no year and so names no instant; it is known
only so that nobody takes its numbers for quantities. English and German notation.
"""

from __future__ import annotations

import re

from guardrails.signals.dates import MONTH_NAMES
from guardrails.text.expression import expression

_MONTHS = "|".join(f"{name.title()}|{name.upper()}" for name in MONTH_NAMES)
_TO = r"(?:[–—-]|,|&|bis|to|und|and|oder|or)"
_WEEKDAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:mon|tue|wed|thu|fri|sat|sun)\b\.?|weekdays?|weekends?|"
    r"(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|sonnabends?|werktags|wochentags|"
    r"(?-i:Mo|Di|Mi|Do|Fr|Sa)\b\.?|(?-i:So)[.:])"
)

_MONTH_AFTER = expression(rf"\.?(?:\s?{_TO}\s?(?:zum\s|the\s)?\d{{1,2}}\.?){{0,4}}\s(?:of\s)?(?:{_MONTHS})(?!\w)")
# After "in" the number is rather a count: "in March 16 teams joined".
_MONTH_BEFORE = expression(rf"(?<![Ii][nm]\s)(?<!\w)(?:{_MONTHS})\.?\s(?:the\s)?\Z")
_DAY = expression(r"(?:0?[1-9]|[12]\d|3[01])(?:\s?(?:[–—-]|to|bis)\s?(?:0?[1-9]|[12]\d|3[01]))?")

_DAY_AND_MONTH = expression(r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])")
_DATED_BEFORE = expression(rf"(?<!\w)(?:am|vom|bis|zum|ab|seit|den|dem|{_WEEKDAY}),?\s\Z", re.IGNORECASE)
_DATED_AFTER = expression(r"\.(?:\d|\s?(?:bis|[–—-]|um|von)(?!\w))")

_CLOCK = expression(
    rf"(?:\s?{_TO}\s?\d{{1,2}}(?:[.:]\d\d)?)?\s?(?:[ap]\.?m\.?(?!\w)|o['’]clock|uhr\b)",
    re.IGNORECASE,
)
_HOURS = expression(r"(?:[01]?\d|2[0-4])(?:\.\d\d)?\s?(?:[–—-]|to|bis)\s?(?:[01]?\d|2[0-4])(?:\.\d\d)?(?:\s?h)?")
_OPEN_BEFORE = expression(
    rf"(?<!\w)(?:{_WEEKDAY}|daily|täglich|open|geöffnet|opening\shours|(?:öffnungs|sprech|geschäfts)zeiten)"
    rf"[\s:,|(]{{1,3}}(?:from\s|von\s)?\Z",
    re.IGNORECASE,
)
_OPEN_AFTER = expression(rf",?\s(?:on\s|every\s|each\s)?{_WEEKDAY}", re.IGNORECASE)

_REACH = 24
"""No form reaches further back than so many characters."""


def is_moment(text: str, start: int, end: int) -> bool:
    """Tell whether the number at *start* to *end* of *text* (with its range and unit) is part of a date or a time."""
    return _is_day(text, start, end) or _is_short_date(text, start, end) or _is_time(text, start, end)


def _is_day(text: str, start: int, end: int) -> bool:
    if _DAY.fullmatch(text, start, end) is None:
        return False
    return _MONTH_AFTER.match(text, end) is not None or _ends(_MONTH_BEFORE, text, start)


def _is_short_date(text: str, start: int, end: int) -> bool:
    """Tell whether it is a German date in figures, as in "vom 16.11. bis 14.12."."""
    if _DAY_AND_MONTH.fullmatch(text, start, end) is None or text[end : end + 1] != ".":
        return False
    return _DATED_AFTER.match(text, end) is not None or _ends(_DATED_BEFORE, text, start)


def _is_time(text: str, start: int, end: int) -> bool:
    if _CLOCK.match(text, end):
        return True
    if _HOURS.fullmatch(text, start, end) is None:
        return False
    return _OPEN_AFTER.match(text, end) is not None or _ends(_OPEN_BEFORE, text, start)


def _ends(pattern: re.Pattern[str], text: str, end: int) -> bool:
    """Tell whether what stands before *end* ends as *pattern* says."""
    return pattern.search(text, max(end - _REACH, 0), end) is not None
