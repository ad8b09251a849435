"""Numbers, days, times and facts as values that can be compared."""

from __future__ import annotations

import pytest

from guardrails.model.span import Extent
from guardrails.signals.amounts import Amount, amount
from guardrails.signals.calendar_days import CalendarDay, calendar_days, weekday_name
from guardrails.signals.clock_times import clock_times
from guardrails.signals.mentions import CalendarDate, TimeOfDay, mentions
from tests.signals.support import quotes, signals


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,500.00 €", "EUR 1500"),
        ("72 %", "72 percent"),
        ("half of us", "50 %"),
        ("90 minutes", "1.5 hours"),
        ("two years", "24 months"),
        ("1.5 kg", "1,500 g"),
        ("3 m", "300 cm"),
        ("a dozen", "12"),
        ("2 to 3 hours", "120 to 180 minutes"),
    ],
)
def test_equal_amounts(one: str, other: str) -> None:
    """Notation, unit of the same sort and number words make no difference."""
    (first,), (second,) = (signals(text).quantities for text in (one, other))

    assert amount(first) == amount(second)


@pytest.mark.parametrize(
    ("one", "other"), [("149 €", "£149"), ("30 days", "1 month"), ("5 %", "5 percentage points"), ("3 kg", "3")]
)
def test_other_amounts(one: str, other: str) -> None:
    """Currencies, months and days, percent and points are not converted."""
    (first,), (second,) = (signals(text).quantities for text in (one, other))

    assert amount(first) != amount(second)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 3 March 2026", [("3 March 2026", 2026, 3, 3)]),
        ("am 3. März", [("3. März", 0, 3, 3)]),
        ("March 3rd and", [("March 3rd", 0, 3, 3)]),
        ("on March 3, we", [("March 3", 0, 3, 3)]),
        ("vom 16.11. bis 14.12.2026", [("16.11.", 0, 11, 16), ("14.12.2026", 2026, 12, 14)]),
        ("3–5 December 2026", [("3", 2026, 12, 3), ("5 December 2026", 2026, 12, 5)]),
        ("29 February", [("29 February", 0, 2, 29)]),
        ("31 April", []),
        ("In March 16 teams joined", []),
        ("Version 4.2. is out", []),
        ("12 March 2026 and 14 May", [("12 March 2026", 2026, 3, 12), ("14 May", 0, 5, 14)]),
    ],
)
def test_calendar_days(text: str, expected: list[tuple[str, int, int, int]]) -> None:
    """A day counts with and without its year, the first of a range too; a count before or after a month does not."""
    found = calendar_days(text)

    assert expected == [(text[d.extent.start : d.extent.end], d.year, d.month, d.day) for d in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Monday, 3 March 2026", 0),
        ("Mon. 3 March 2026", 0),
        ("Montag, den 3. März 2026", 0),
        ("Sonnabend, 3.3.2026", 5),
        ("Do, 3. März 2026", 3),
        ("2026-03-03 (Tuesday)", 1),
        ("So, 3 March 2026 it is", None),
        ("Mon–Fri, 3 March 2026", None),
        ("Monday to Friday, 3 March 2026", None),
        ("3 March 2026, Monday to Friday", None),
        ("On Monday we met. 3 March 2026", None),
    ],
)
def test_weekday(text: str, expected: int | None) -> None:
    """A weekday belongs to the day that it stands right before, unless it ends a range."""
    (day,) = calendar_days(text)

    assert expected == day.weekday


def test_right_weekday() -> None:
    """The calendar knows the weekday of a full date only; its name is in the language of the other."""
    assert 1 == CalendarDay(Extent(0, 0), 2026, 3, 3).right_weekday
    assert None is CalendarDay(Extent(0, 0), 0, 3, 3).right_weekday
    assert ["Tuesday", "Dienstag", "Dienstag"] == [weekday_name(1, like) for like in ("Mon", "Montag", "Mo")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at 18:30", [1110]),
        ("um 18.30 Uhr", [1110]),
        ("6 pm, 12 a.m., 12 pm", [1080, 0, 720]),
        ("from 6 to 8 pm", [1080, 1200]),
        ("9–17 Uhr", [540, 1020]),
        ("16:9, 1:100 and 25:00", []),
    ],
)
def test_clock_times(text: str, expected: list[int]) -> None:
    """Times of day in twelve and in twenty-four hours; ratios are none."""
    assert expected == [time.minutes for time in clock_times(text)]


def test_mentions_in_order() -> None:
    """Numbers, dates and times come once each, in order; numbers in markers and addresses do not."""
    found = mentions(signals("On 3 March 2026 at 6 pm, since May 2017: 920 lumens [fact:N-001], www.x.example/?a=12."))

    assert [
        CalendarDate(2026, 3, 3),
        TimeOfDay(1080),
        CalendarDate(2017, 5, 0),
        Amount("", 920_000_000, 920_000_000),
    ] == [mention.value for mention in found]


def test_facts_of_a_mention() -> None:
    """A mention has the facts of its sentence (a marker ends none), and as its own those before the next mention."""
    found = mentions(
        signals("Up to 920 lumens [fact:N-1] of 1,850 [fact:N-2] [fact:N-3]. Then 72 %. [fact:N-4] Or 5 kg.")
    )

    assert [("N-1", "N-2", "N-3")] * 2 + [("N-4",)] * 2 == [mention.facts for mention in found]
    assert [("N-1",), ("N-2", "N-3"), ("N-4",), ()] == [mention.own for mention in found]


def test_what_a_date_says() -> None:
    """A full date says its month, its year and its day, too."""
    assert {
        CalendarDate(2026, 3, 3),
        CalendarDate(2026, 3, 0),
        CalendarDate(2026, 0, 0),
        CalendarDate(0, 3, 3),
    } == set(CalendarDate(2026, 3, 3).said)
    assert {CalendarDate(0, 3, 3)} == set(CalendarDate(0, 3, 3).said)


def test_quotes_of_mentions() -> None:
    """The extent of a mention is the number with its unit."""
    analysed = signals("It gives 1,5 % and costs 149 €.")

    assert ["1,5 %", "149 €"] == quotes(analysed, mentions(analysed))
