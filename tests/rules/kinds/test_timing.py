"""Facts about the kind ``timing``."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from guardrails.model.finding import Hit
from guardrails.rules.kinds import kind
from guardrails.text.moment import moment_ms
from tests.rules.kinds.driver import AS_OF_MS, Setting, hits

DAY_MS = 86_400_000
LAUNCH = 'checks: []\nembargoes: [{phrases: [Arc, "New Lamp"], not_before: "2026-12-01T09:00:00Z"}]'


def _at(text: str) -> Setting:
    """Return a setting in which the draft is published at *text*; a date alone is its whole day, as in a context."""
    return Setting(publish_at_ms=moment_ms(text) + (DAY_MS - 1 if len(text) == 10 else 0))


def _problems(text: str, setting: Setting | None = None, params: str = "{}") -> list[str]:
    return [dict(hit.evidence)["problem"] for hit in hits("timing", params, *text.split("|"), setting=setting)]


@pytest.mark.parametrize(("offset", "count"), [(-1, 1), (0, 0), (1, 0)])
def test_embargo_ends_on_the_millisecond(offset: int, count: int) -> None:
    """Before its moment an embargoed phrase is a hit, from that millisecond on it is none."""
    setting = Setting(publish_at_ms=moment_ms("2026-12-01T09:00:00Z") + offset)

    assert count == len(hits("timing", LAUNCH, "The Arc is here.", setting=setting))


def test_embargo_without_schedule() -> None:
    """Where nobody knows when a draft is published, it is judged as published now."""
    assert AS_OF_MS < moment_ms("2026-12-01")
    assert ["embargo"] == _problems("Meet the new lamp.", params=LAUNCH)


def test_embargo_on_a_whole_day() -> None:
    """A day of publication begins at midnight: an embargo until 9 holds on it, one until midnight does not."""
    midnight = LAUNCH.replace("T09:00:00Z", "")

    assert ["embargo"] == _problems("The Arc.", _at("2026-12-01"), LAUNCH)
    assert [] == _problems("The Arc.", _at("2026-12-01"), midnight)
    assert ["embargo"] == _problems("The Arc.", _at("2026-11-30"), midnight)


def test_the_strictest_embargo_counts() -> None:
    """Of two embargoes on one phrase the later moment holds; a longer phrase has its own."""
    params = """
checks: []
embargoes:
  - {phrases: [Arc, Arc Mini], not_before: "2026-10-01"}
  - {phrases: [Arc], not_before: "2026-12-01"}
"""
    found = hits("timing", params, "Arc, Arc Mini", setting=_at("2026-11-01"))

    assert [("Arc", 0)] == [(hit.match, hit.extent.start) for hit in found]


@pytest.mark.parametrize(
    ("publish_at", "problems"),
    [("2026-12-13", []), ("2026-12-14", []), ("2026-12-14T23:59:59Z", []), ("2026-12-15T00:00:00Z", ["ended"])],
)
@pytest.mark.parametrize("end", ["14. Dezember 2026", "14. Dezember", "14.12.2026"])
def test_an_offer_ends_with_its_day(publish_at: str, problems: list[str], end: str) -> None:
    """The last day is part of the offer; the day after it is none, with a year or without."""
    assert problems == _problems(f"15 Prozent Rabatt bis zum {end} im Shop.", _at(publish_at))


def test_a_day_without_a_year_is_less_sure() -> None:
    """The hit counts the days since, and says how sure it is."""
    (dated,) = hits("timing", "{}", "Valid until 14 December 2025.")
    (short,) = hits("timing", "{}", "Valid until 14 September.")

    assert ("7", 800, 1000) == (dict(short.values)["count"], short.confidence_pm, dated.confidence_pm)


@pytest.mark.parametrize(
    ("text", "publish_at", "problems"),
    [
        ("Today only: free delivery.", "2026-11-28", ["undated"]),
        ("Today only, 28 November: free delivery.", "2026-11-28", []),
        ("Today only|Free delivery on 28 November 2026.", "2026-11-28", []),
        ("Today only, 28 November: free delivery.", "2026-11-29", ["other-day", "ended"]),
        ("Nur heute, am 28.11., ohne Versandkosten.", "2026-11-28T08:00:00Z", []),
        ("The offer ends tomorrow, 29 November.", "2026-11-28", []),
        ("The offer ends tomorrow, 29 November.", "2026-11-27", ["other-day"]),
        ("Letzte Chance! Nur noch bis 30. November.", "2026-11-28", []),
        ("Last chance|The offer ends on 30 November.", "2026-11-28", []),
        ("Last chance|We met on 3 March 2019.", "2026-11-28", ["undated"]),
        ("Nur noch 3 Tage!", "2026-11-28", ["undated"]),
        ("Only 2 days left: valid until 30 November.", "2026-11-28", []),
        ("Nothing is as good as today.", "2026-11-28", []),
    ],
)
def test_relative_words(text: str, publish_at: str, problems: list[str]) -> None:
    """A relative word needs a day that fits, in its own paragraph or anywhere if that names none."""
    assert problems == _problems(text, _at(publish_at))


def test_relative_words_need_a_schedule() -> None:
    """Which day is today in a draft without a date of publication? Each half of the check can be left out."""
    text = "Today only, 21 September 2026: free delivery."

    assert ["unscheduled"] == _problems(text)
    assert [] == _problems(text, params="checks: [date]")
    assert ["undated"] == _problems("Today only: free delivery.", params="checks: [date, schedule]")
    assert ["unscheduled"] == _problems("Today only: free delivery.", params="checks: [schedule]")


@pytest.mark.parametrize(
    ("publish_at", "problems"), [("2026-12-01T07:59:59Z", ["notice"]), ("2026-12-01T08:00:00Z", [])]
)
def test_own_notice(publish_at: str, problems: list[str]) -> None:
    """The draft's own embargo is kept; its zone counts."""
    assert problems == _problems("Embargoed until 9:00 CET on 1 December 2026", _at(publish_at))


def test_a_notice_that_cannot_be_read_holds() -> None:
    """A notice without a date is a hit, whenever the draft is published."""
    assert ["notice"] == _problems("Sperrfrist beachten", _at("2999-01-01"))


def _limits(found: list[Hit]) -> list[str]:
    return [dict(hit.values)["limit"] for hit in found]


def test_limit_is_what_it_is_measured_by() -> None:
    """``{limit}`` holds the moment of an embargo and the last day of an offer."""
    assert ["2026-12-01T09:00:00Z"] == _limits(hits("timing", LAUNCH, "Arc"))
    assert ["2025-12-14"] == _limits(hits("timing", "{}", "Valid until 14 December 2025."))


@pytest.mark.parametrize(
    "params",
    [
        {"checks": []},
        {"embargoes": [{"phrases": [], "not_before": "2026-12-01"}]},
        {"embargoes": [{"phrases": ["Arc"], "not_before": "1 December"}]},
    ],
)
def test_bad_params(params: dict[str, object]) -> None:
    """A rule that asks nothing, an embargo on nothing and a moment that cannot be read are refused."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind("timing").params).validate_python(params)
