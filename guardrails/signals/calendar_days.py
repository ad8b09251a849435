"""
Days as people name them: with the weekday, and often without the year.

``dates`` finds what names an instant; here a day of a month counts too ("3 December", "am 3.12.", "Dec 3"), and so does
the first day of "3–5 December". A weekday belongs to a day if it stands right before it ("Monday, 3 March 2026") or in
brackets right after it, and is not itself the end of a range ("Mon–Fri"). English and German.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from guardrails.model.span import Extent, Extents
from guardrails.signals.dates import MONTH_NAMES, dates
from guardrails.signals.moments import is_moment
from guardrails.text.expression import expression

_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GERMAN = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_SHORT = ("mon mo", "tue tues di", "wed mi", "thu thur thurs do", "fri fr", "sat sa", "sun so")
_NUMBER_OF_WEEKDAY = {
    **{name.lower(): number for names in (_ENGLISH, _GERMAN) for number, name in enumerate(names)},
    **{name: number for number, names in enumerate(_SHORT) for name in names.split()},
    "sonnabend": 5,
}

_WEEKDAY = (
    r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Sonnabend|"
    r"(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?|(?:Mo|Di|Mi|Do|Fr|Sa|So)\b\.?)"
)
_WEEKDAY_BEFORE = expression(rf"(?<!\w){_WEEKDAY},?\s(?:\(|(?:the|den|dem|der)\s)?\Z")
_WEEKDAY_AFTER = expression(rf"\s?\({_WEEKDAY}\)")
_ORDINAL = expression(r"\d{1,2}\.")
"""Weekdays in two letters are German and count only before a German day ("Mo., 3. März"): "So, 3 March" is none."""

_JOINED = expression(r"(?:[–—/&-]|\b(?:to|bis|and|und|or|oder|through))\s?\Z")

_MONTH = "(?:" + "|".join(f"{name.title()}|{name.upper()}" for name in MONTH_NAMES) + r")(?!\w)"
_MONTH_NUMBER = {
    name: number
    for number, names in enumerate(
        ("jan jän", "feb", "mar mär mrz", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"), 1
    )
    for name in names.split()
}
_DAY_OF_MONTH = expression(
    rf"(?<![\w.,/:-])(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s(?:of\s)?(?P<month>{_MONTH})"
    # Without a mark after it the number may be a count: "in March 16 teams joined".
    rf"|(?P<month2>{_MONTH})\.?\s(?:the\s)?(?P<day2>\d{{1,2}})(?:(?:st|nd|rd|th)(?!\w)|(?=\s?[;:!?)–—]|[.,](?!\d)|\s*\Z))"
    r"|(?P<day3>\d{1,2})\.(?P<month3>\d{1,2})(?=\.))"
)
_FIRST_OF_RANGE = expression(r"(?<![\w.,/:-])(?P<day>\d{1,2})\.?\s?(?:[–—-]|to|bis|and|und|&)\s?(?:zum\s|the\s)?\Z")

_REACH = 24
"""No form reaches further back than so many characters."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """
    A named day.

    Attributes:
        extent: The day without its weekday.

        year: 0 if it is not said.

        weekday: 0 (Monday) to 6 as the text has it, None if it names none.

        weekday_extent: Where the weekday stands, if there is one.
    """

    extent: Extent
    year: int
    month: int
    day: int
    weekday: int | None = None
    weekday_extent: Extent | None = None

    @property
    def right_weekday(self) -> int | None:
        """The weekday of the calendar; None without a year."""
        return date(self.year, self.month, self.day).weekday() if self.year else None


def calendar_days(text: str) -> tuple[CalendarDay, ...]:
    """Return the days that *text* names, sorted."""
    full = [_full(text, mention.extent, mention.start_ms) for mention in dates(text) if mention.precision == "day"]
    days = [*full, *_without_year(text, Extents(day.extent for day in full))]
    return tuple(sorted([*days, *_firsts(text, days)], key=lambda day: day.extent))


def weekday_name(number: int, like: str) -> str:
    """Return the name of weekday *number* (0 is Monday) in the language of *like*, the name of another."""
    is_german = like in {*_GERMAN, "Sonnabend"} or len(like) == len("Mo")
    return (_GERMAN if is_german else _ENGLISH)[number]


def _full(text: str, extent: Extent, start_ms: int) -> CalendarDay:
    moment = datetime.fromtimestamp(start_ms // 1000, UTC)
    weekday, where = _weekday(text, extent)
    return CalendarDay(extent, moment.year, moment.month, moment.day, weekday, where)


def _weekday(text: str, extent: Extent) -> tuple[int | None, Extent | None]:
    before = _WEEKDAY_BEFORE.search(text, max(extent.start - _REACH, 0), extent.start)
    found = before or _WEEKDAY_AFTER.match(text, extent.end)
    if found is None or (before and _JOINED.search(text, max(found.start() - _REACH, 0), found.start())):
        return None, None
    name = found["weekday"].rstrip(".")
    if len(name) == len("Mo") and _ORDINAL.match(text, extent.start) is None:
        return None, None
    start = found.start("weekday")
    return _NUMBER_OF_WEEKDAY[name.lower()], Extent(start, start + len(name))


def _without_year(text: str, taken: Extents) -> Iterator[CalendarDay]:
    for found in _DAY_OF_MONTH.finditer(text):
        extent = Extent(*found.span())
        if taken.overlap(extent):
            continue
        if found["day3"]:
            if is_moment(text, found.start(), found.end()):
                yield from _real(Extent(found.start(), found.end() + 1), int(found["month3"]), int(found["day3"]))
        else:
            name = (found["month"] or found["month2"]).lower()
            yield from _real(extent, _MONTH_NUMBER[name[:3]], int(found["day"] or found["day2"]))


def _real(extent: Extent, month: int, day: int) -> Iterator[CalendarDay]:
    """Yield the day if some year has it."""
    try:
        date(2000, month, day)  # a leap year
    except ValueError:
        return
    yield CalendarDay(extent, 0, month, day)


def _firsts(text: str, days: Iterable[CalendarDay]) -> Iterator[CalendarDay]:
    """Yield the first day of every range that names its month once."""
    for last in days:
        found = _FIRST_OF_RANGE.search(text, max(last.extent.start - _REACH, 0), last.extent.start)
        if found and not text[last.extent.start : last.extent.start + 1].isalpha():
            extent = Extent(*found.span("day"))
            yield from (
                CalendarDay(extent, last.year, day.month, day.day)
                for day in _real(extent, last.month, int(found["day"]))
            )
