"""
Days that end something: the last day of an offer, the end of an embargo.

A deadline is a date right after words that say so: words that are enough by themselves ("ends on", "valid until",
"gültig bis", "Einsendeschluss:"), or a plain "until", "to", "bis" in a sentence that speaks of an offer. An embargo is
a notice ("Embargoed until", "Sperrfrist") with the moment that stands behind it. English and German, notices also in
French.

Misses: a deadline without a date ("ends next Friday"), a day before its words ("On 14 December our offer ends"), dates
that end something in the past tense ("ended on"), and words that are not listed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from guardrails.matching.pattern import compile_pattern
from guardrails.model.span import Extent
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.calendar_days import CalendarDay, calendar_days
from guardrails.signals.clock_times import clock_times
from guardrails.signals.dates import MONTH_NAMES
from guardrails.signals.signal import DateMention
from guardrails.text.expression import expression

DAY_MS = 86_400_000
_MINUTE_MS = 60_000
_EPOCH = date(1970, 1, 1).toordinal()

_MONTHS = "|".join(MONTH_NAMES)
# One of these is in every day that a text names; linear, so that text without any costs next to nothing.
_CUE = compile_pattern(
    rf"\d\S{{0,2}}[\s\pZ]+(?:of[\s\pZ]+)?(?:{_MONTHS})|(?:{_MONTHS})\.?[\s\pZ]+(?:the[\s\pZ]+)?\d|\d[./-]\s?\d\d?[./-]",
    ignore_case=True,
)

_FILLER = (
    r"(?:[\s:,(]|\b(?:on|at|the|of|midnight|end|noon|and|including|incl|zum|am|den|dem|der|um|mit|einschließlich|"
    r"einschl|inklusive|inkl|ist|is|uhr|spätestens|latest|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend)\b\.?|"
    r"\d{1,2}(?:[:.]\d\d|(?:[:.]\d\d)?\s?[ap]\.?m\b\.?))*\Z"
)
_ENOUGH = expression(
    r"(?<!\w)(?:"
    r"ends?|expires?|closes?|deadline(?:\s+for\s+\w+)?|last\s+day|final\s+day|"
    r"(?:valid|runs|open|available|on\s+sale|redeemable|bookable)\s+(?:only\s+)?(?:until|till|til|through|thru|to|up\s+to)|"
    r"(?:order|book|register|apply|sign\s+up|enter|redeem\s+it|reply|buy)\s+(?:by|before)|"
    r"endet|enden|verfällt|verfallen|(?:läuft|laufen)\s+(?:ab|aus)|letzter\s+tag|"
    r"(?:gilt|gelten|gültig|läuft|laufen|verfügbar|buchbar|bestellbar|einlösbar|erhältlich)\s+(?:nur\s+)?(?:noch\s+)?bis|"
    r"(?:einsende|anmelde|bewerbungs|teilnahme|bestell|annahme)schluss"
    rf"){_FILLER}",
    re.IGNORECASE,
)
_PLAIN = expression(
    rf"(?:(?<!\w)(?:until|till|til|through|thru|to|only|bis|nur)|[–—-]){_FILLER}",
    re.IGNORECASE,
)
_OFFER = expression(
    r"(?<!\w)(?:offers?|sale|discounts?|discounted|voucher|coupon|promo(?:tion)?|deal|bundle|"
    r"(?:special|sale|introductory|reduced)\s+prices?|free\s+(?:delivery|shipping|returns?|gift|trial)|"
    r"\d[\d.,]{0,9}\s?(?:%|percent|per\s+cent)\s+(?:off|less)|save\s+[€£$]?\s?\d[\d.,]{0,9}|[€£$]\s?\d[\d.,]{0,9}\s+off|"
    r"orders?|order\s+now|pre-?order|sign\s+up|register|apply|"
    r"(?:\w*angebote?|\w*aktion|rabatte?|\w*rabatt|nachlass|gutschein\w*|"
    r"(?:sonder|aktions|einführungs|angebots)preis\w*|reduziert\w*|günstiger|kostenlos\w*\s+(?:versand|lieferung)|"
    r"sparen|spar|bestell\w*|vorbestell\w*|anmeld\w*|bewerb\w*|einlös\w*))(?!\w)",
    re.IGNORECASE,
)
_PAST = expression(
    r"(?<!\w)(?:ended|expired|closed|had|ran|sold|used\s+to|endete\w*|lief|liefen|galt|galten|hatten?)(?!\w)",
    re.IGNORECASE,
)
_CUE_REACH = 64
"""No form reaches further back from its date than so many characters."""

_NOTICE = expression(
    r"(?<!\w)(?:embargo(?:ed)?\s*(?:until|till|:)|(?:strictly\s+)?under\s+(?:strict\s+)?embargo|embargoed\b|"
    r"not\s+for\s+(?:release|publication)(?:\s+(?:before|until))?|(?:hold|held)\s+for\s+release|"
    r"do\s+not\s+(?:publish|release)\s+(?:before|until)|"
    r"sperrfrist|sperrvermerk|gesperrt\s+bis|frei(?:gegeben)?\s+(?:zur\s+veröffentlichung\s+)?ab\b|"
    r"sous\s+embargo)",
    re.IGNORECASE,
)
_NOTICE_CUE = compile_pattern(
    r"embargo|sperr|for[\s\pZ]+(?:release|publication)|do[\s\pZ]+not[\s\pZ]+(?:publish|release)|frei\pL*[\s\pZ]+(?:ab|zur)",
    ignore_case=True,
)
_NOTICE_REACH = 60
"""The moment of a notice begins at most so many characters behind it."""

_TIME_REACH = 30
"""A time of day begins at most so many characters behind its date."""

_ZONE = expression(
    r"(?:\s?(?:uhr|[ap]\.?m\.?|o['’]clock))?\s?\(?(?P<zone>UTC|GMT|BST|CEST|CET|MESZ|MEZ)\b", re.IGNORECASE
)
_ZONE_MINUTES = {"bst": 60, "cet": 60, "mez": 60, "cest": 120, "mesz": 120}


@dataclass(frozen=True, slots=True)
class Embargo:
    """A notice not to publish before *moment_ms*, None if no date could be read; *extent* is the notice."""

    extent: Extent
    moment_ms: int | None


@dataclass(frozen=True, slots=True)
class Day:
    """A date of a text: its last UTC *day* since the epoch, how much of it is said, and whether its year is."""

    extent: Extent
    day: int
    precision: Literal["day", "month", "year"]
    has_year: bool


def days(signals: FieldSignals, near: int) -> tuple[Day, ...]:
    """Return the dates of a field in order; one without a year is the one nearest to the day *near*."""
    text = signals.parsed.text
    vague = [one for one in signals.dates if one.precision != "day"]
    found = [Day(one.extent, _last_day(one), one.precision, has_year=True) for one in vague]
    named = calendar_days(text) if next(iter(_CUE.finditer(text)), None) is not None else ()
    for one in named:
        day = _nearest(one, near)
        if day is not None:
            found.append(Day(one.extent, day, "day", has_year=bool(one.year)))
    return tuple(sorted(found, key=lambda one: one.extent))


def deadlines(signals: FieldSignals, near: int) -> tuple[Day, ...]:
    """Return the dates of a field, as :func:`days` knows them, with which something ends."""
    speaks = cache(lambda extent: _speaks_of_offer(signals.parsed.text, extent))
    return tuple(one for one in days(signals, near) if _ends(signals, one, speaks))


def embargoes(signals: FieldSignals, near: int) -> tuple[Embargo, ...]:
    """Return the notices of a field, in order; a date without a year is the one nearest to the day *near*."""
    text = signals.parsed.text
    if next(iter(_NOTICE_CUE.finditer(text)), None) is None:
        return ()
    known = days(signals, near)
    starts = [one.extent.start for one in known]
    found = []
    for notice in _NOTICE.finditer(text):
        at = bisect_left(starts, notice.end())
        day = known[at] if at < len(known) and _is_near(text, notice.end(), starts[at]) else None
        moment_ms = None if day is None else _moment_ms(text, notice.end(), day)
        found.append(Embargo(Extent(*notice.span()), moment_ms))
    return tuple(found)


def _is_near(text: str, notice_end: int, start: int) -> bool:
    """Tell whether a date at *start* belongs to the notice; a blank line ends a block."""
    return start <= notice_end + _NOTICE_REACH and "\n\n" not in text[notice_end:start]


def _last_day(mention: DateMention) -> int:
    day = mention.start_ms // DAY_MS
    first = date.fromordinal(day + _EPOCH)
    if mention.precision == "month":
        return day + monthrange(first.year, first.month)[1] - 1
    return date(first.year, 12, 31).toordinal() - _EPOCH


def _nearest(named: CalendarDay, near: int) -> int | None:
    """Return the day that *named* means beside *near*; None if none of the years at hand has it."""
    year = date.fromordinal(near + _EPOCH).year
    years = (named.year,) if named.year else (year - 1, year, year + 1)
    made = [day for one in years if (day := _day(one, named)) is not None]
    return min(made, key=lambda day: (abs(day - near), -day), default=None)


def _day(year: int, named: CalendarDay) -> int | None:
    try:
        return date(year, named.month, named.day).toordinal() - _EPOCH
    except ValueError:
        return None


def _speaks_of_offer(text: str, sentence: Extent) -> bool:
    words = text[sentence.start : sentence.end]
    return _OFFER.search(words) is not None and _PAST.search(words) is None


def _ends(signals: FieldSignals, day: Day, speaks: Callable[[Extent], bool]) -> bool:
    """Tell whether something ends with *day*; *speaks* tells whether a sentence speaks of an offer."""
    text, at = signals.parsed.text, day.extent.start
    if day.precision == "day" and text[at : day.extent.end].isdecimal():  # the first day of "16–20 December"
        return False
    sentence = signals.sentence_at(at)
    begin = max(sentence.extent.start if sentence else 0, at - _CUE_REACH)
    if _ENOUGH.search(text, begin, at):
        return True
    if day.precision == "year" or sentence is None or not _PLAIN.search(text, begin, at):
        return False
    return speaks(sentence.extent)


def _moment_ms(text: str, notice_end: int, day: Day) -> int:
    """Return the moment that *day* and a time of day near it name; without a zone it is UTC."""
    end = day.extent.end
    for start, stop in ((end, end + _TIME_REACH), (notice_end, day.extent.start)):
        for time in clock_times(text[start:stop]):
            zone = _ZONE.match(text, start + time.extent.end)
            minutes = time.minutes - (_ZONE_MINUTES.get(zone["zone"].lower(), 0) if zone else 0)
            return day.day * DAY_MS + minutes * _MINUTE_MS
    return day.day * DAY_MS
