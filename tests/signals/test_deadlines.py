"""Days without a year, days that end something, and notices of an embargo."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.signals.deadlines import days, deadlines, embargoes
from tests.signals.support import signals

EPOCH = date(1970, 1, 1).toordinal()
NEAR = date(2026, 11, 23).toordinal() - EPOCH


def _iso(day: int) -> str:
    return date.fromordinal(day + EPOCH).isoformat()


def _ends(*blocks: str) -> list[str]:
    return [_iso(one.day) for one in deadlines(signals(*blocks), NEAR)]


def _days(text: str) -> list[str]:
    return [_iso(one.day) for one in days(signals(text), NEAR)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 14 December", "2026-12-14"), ("on 22 November", "2026-11-22"), ("am 2. Januar", "2027-01-02"),
        ("bis 1.6. im Shop", "2026-06-01"), ("on 1 May", "2027-05-01"), ("on 3 March 2019", "2019-03-03"),
        ("in March 2026", "2026-03-31"), ("in 2026", "2026-12-31"), ("am 14.\u00a0Dezember", "2026-12-14"),
    ],
)  # fmt: skip
def test_days(text: str, expected: str) -> None:
    """A day without a year is the nearest one, before or after; a month and a year are their last day."""
    assert [expected] == _days(text)


def test_no_such_day() -> None:
    """29 February is none where no year at hand has one."""
    assert [] == _days("on 29 February")
    assert 1 == len(days(signals("on 29 February"), NEAR + 400))


@pytest.mark.parametrize(
    "text",
    [
        "The offer ends on 14 December 2026.", "Valid until midnight on Monday, 14 December 2026.",
        "Register by 14 December 2026.", "Deadline for entries: 14 December.", "15% off until 14 December 2026.",
        "15 percent off from 16 November to 14 December 2026.", "Save £20 through December 14, 2026.",
        "The sale runs from 16 November – 14 December.", "Free delivery on orders until 14 December.",
        "Das Angebot endet am 14. Dezember 2026.", "Gültig bis einschließlich Montag, den 14.12.2026.",
        "Anmeldeschluss: 14.12.2026", "15 Prozent Rabatt vom 16. November bis 14. Dezember.",
        "Der Sonderpreis gilt noch bis zum 14. Dezember.", "Bestellen Sie bis zum 14. Dezember.",
        "Nur am 14. Dezember 2026: Gutschein im Laden.", "The sale runs until 6 pm on 14 December.",
        "Rabatt vom 10. bis 14. Dezember.",
    ],
)  # fmt: skip
def test_deadlines(text: str) -> None:
    """A date with which an offer, a sale or a period of entry ends."""
    assert ["2026-12-14"] == _ends(text)


@pytest.mark.parametrize(
    "text",
    [
        "We had sold 48,000 lamps by 30 September 2026.", "Until 14 December 2026 we had one lamp.",
        "He worked here until 2019.", "The offer ended on 14 December 2026.", "Das Angebot endete am 14. Dezember 2026.",
        "We meet on 14 December 2026.", "Die Werkstatt öffnet am 14. Dezember 2026.", "Until 2024, 40% of lamps were red.",
        "Bis 2019 war die Lampe grau.", "From 14 December 2026 the offer begins.",
    ],
)  # fmt: skip
def test_no_deadlines(text: str) -> None:
    """A date in a story, in the past tense, or at the beginning of something ends nothing."""
    assert [] == _ends(text)


def test_imprecise_deadlines_end_late() -> None:
    """The month and the year that something is valid until count to their last day."""
    assert ["2026-02-28"] == _ends("Valid until February 2026.")
    assert ["2027-12-31"] == _ends("Gültig bis 2027.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Embargoed until 1 December 2026", "2026-12-01T00:00"), ("EMBARGO: 1 Dec 2026, 09:00 CET", "2026-12-01T08:00"),
        ("Not for release before 1 December 2026 at 9 am GMT.", "2026-12-01T09:00"),
        ("Under strict embargo until 6pm on 1 December 2026", "2026-12-01T18:00"),
        ("Sperrfrist: 1. Dezember 2026, 9 Uhr", "2026-12-01T09:00"), ("Not\u00a0for\u00a0release before 1 Dec 2026", "2026-12-01T00:00"), ("Gesperrt bis 1.12.2026, 9.30 Uhr MEZ", "2026-12-01T08:30"),
        ("Sperrfrist bis 1. Dezember, 10:00 Uhr", "2026-12-01T10:00"), ("Frei ab 1. Dezember 2026.", "2026-12-01T00:00"),
        ("Sous embargo jusqu'au 1.12.2026", "2026-12-01T00:00"), ("Sperrfrist beachten!", None),
        ("Under embargo.", None),
    ],
)  # fmt: skip
def test_embargoes(text: str, expected: str | None) -> None:
    """A notice has the moment that stands behind it, in UTC; none if no date is near."""
    (found,) = embargoes(signals(text), NEAR)
    moment = None if found.moment_ms is None else datetime.fromtimestamp(found.moment_ms / 1000, UTC).isoformat()[:16]

    assert expected == moment


def test_other_embargoes() -> None:
    """Politics have embargoes, too."""
    assert () == embargoes(signals("The embargo on lamps was lifted on 1 December 2026."), NEAR)


def test_a_notice_reads_its_own_paragraph_only() -> None:
    """A date in the next paragraph is not that of the notice."""
    (found,) = embargoes(signals("Under embargo", "1 December 2026"), NEAR)

    assert found.moment_ms is None


@given(st.text(alphabet="bis 0123456789.–Dezmbrundl:\n", max_size=80))
def test_any_text(text: str) -> None:
    """Whatever stands there is looked at without complaint, and in order."""
    found = deadlines(signals(text or "x"), NEAR)

    assert sorted(one.extent for one in found) == [one.extent for one in found]
