"""Facts about the kind consistency."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from guardrails.model.finding import Hit
from guardrails.rules.kinds import kind
from tests.rules.kinds.driver import hits


def _matches(found: list[Hit]) -> list[str]:
    return [hit.match for hit in found]


DISAGREEING = {
    "price in two sentences": ("Nimbrel Desk costs 89 €. You get the Nimbrel Desk for 99 €.", "99 €"),
    "price before its subject": ("You pay 149 € for Nimbrel Desk. Nimbrel Desk: 159 €", "159 €"),
    "price in another notation": ("Der Nimbrel Desk kostet 1.149,00 €. Nimbrel Desk (1.194 EUR) ist da.", "1.194 EUR"),
    "price of a short name": ("The Nimbrel Desk costs 149 €. Buy the Desk for 159 € today.", "159 €"),
    "price of a name across headings": ("Nimbrel Desk: £129.\n\n# Order\n\nNimbrel Desk is £139.", "£139"),
    "day and day": ("The repair evening is on 3 December 2026. Come to the repair evening on 4 December.", "4 December"),
    "German day": ("Der Reparaturabend findet am 3. Dezember statt. Der Reparaturabend ist am 4.12.", "4.12."),
    "last day of an offer": ("The offer ends on 14 December. The offer runs until 24 December.", "24 December"),
    "weekday": ("We open on Monday, 3 March 2026.", "Monday"),
    "German weekday": ("Wir öffnen am Mo., 3. März 2026.", "Mo"),
    "weekday in brackets": ("We open on 3 March 2026 (Monday).", "Monday"),
    "hyphen": ("The Nimbrel Desk is here. A Nimbrel-Desk lasts. Nimbrel Desk lights.", "Nimbrel-Desk"),
    "joined": ("With NimbrelDesk you read. The Nimbrel Desk and the Nimbrel Desk stay.", "NimbrelDesk"),
    "noun": ("Die neue Landing Page ist da.\n\nUnsere Landingpage hilft. Die Landing Page.", "Landingpage"),
    "capital inside": ("Our GitHub page and our GitHub team use Github.", "Github"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DISAGREEING.values(), ids=DISAGREEING)
def test_what_disagrees_is_found(text: str, expected: str) -> None:
    """The later or rarer way to say it is the hit."""
    assert [expected] == _matches(hits("consistency", "{}", text))


AGREEING = [
    "Nimbrel Desk costs 149 €. Nimbrel Floor costs 249 €. Nimbrel Go costs 89 €.",
    "Nimbrel Desk costs 149 € in Germany. Nimbrel Desk costs £129 in the UK.",
    "Nimbrel Desk costs 149 €. Until 14 December Nimbrel Desk is 126.65 € instead of 149 €.",
    "Nimbrel Desk kostet 149 €. Bisher war Nimbrel Desk für 169 € erhältlich.",
    "Nimbrel Desk costs 149 €. With 15 percent off, Nimbrel Desk is 126.65 €.",
    "Nimbrel Desk costs 149 €. In monthly parts, Nimbrel Desk is 12.50 € a month.",
    "Nimbrel Desk costs 149 €. Nimbrel Desk from 99 € at our partners.",
    "Nimbrel Desk costs 149 €, plus shipping of 5.90 €. Shipping of Nimbrel Desk costs 5.90 €.",
    "A lamp for 89 €. Another lamp for 99 €. A lamp costs 109 €.",
    "Die kleine Lampe kostet 149 €. Die große Lampe kostet 249 €.",
    "# Desk\n\nThe lamp costs 149 €.\n\n# Floor\n\nThe lamp costs 249 €.",
    "# Desk\n\nPrice: 149 €\n\nPrice: 159 €",
    "Nimbrel Desk costs 149 €. Two Nimbrel Desk lamps cost 289 €.",
    "Nimbrel Desk costs 149 to 169 €. Nimbrel Desk is 149 €.",
    "We sold lamps for 20,000 € in May and for 30,000 € in June.",
    "The first repair evening is on 3 December. The next repair evening is on 7 January.",
    "The repair evening was on 3 December. The repair evening is on 7 January.",
    "The repair evening moved to 4 December. The repair evening is on 3 December.",
    "The offer starts on 16 November. The offer ends on 14 December.",
    "The sale runs from 16 November until 14 December 2026.",
    "The repair evening is on 3 December 2026. Join the repair evening on Thursday, 3 December.",
    "Der Reparaturabend findet am 3. Dezember 2026 statt. Der Reparaturabend ist am 3.12.2026.",
    "We met on 3 March 2026. We met again on 5 March 2026.",
    "Date: 3 March 2026\n\nDate: 4 March 2026",
    "Open Monday to Friday, 3 March 2026 included. Closed Mon–Fri, 3 March 2026.",
    "Friday and Saturday, 6 and 7 March 2026. Tuesday, 3 March 2026. Dienstag, 3. März 2026.",
    "So, 3 March 2026 it is. Monday, 3 March.",
    "A long-term plan for the long term. Check in, then see the check-in. The set-up: set up the lamp.",
    "# Nimbrel-Desk\n\nThe Nimbrel Desk is here.",
    "Trust Score: how we count.\n\nTrustScore is a class.",
    "GITHUB, GitHub and github are one.",
    "Anna-Lena and Anna met Lena. Hash-to-Scalar, hash to scalar.",
    "Use localStorage, the Local Storage of the browser.",
]


@pytest.mark.parametrize("text", AGREEING)
def test_what_agrees_is_silent(text: str) -> None:
    """Other subjects, currencies, conditions, comparisons, sections and parts of speech are no disagreement."""
    assert [] == _matches(hits("consistency", "{}", text))


def test_the_other_place_is_named() -> None:
    """A hit points to the place it disagrees with, across fields."""
    (hit,) = hits("consistency", "{}", "Nimbrel Desk: 149 €", "Get the Nimbrel Desk for 159 €.")

    assert (1, "159 €", "149 €") == (hit.field, hit.match, dict(hit.values)["say_instead"])
    assert [(0, 14)] == [(field, extent.start) for field, extent in hit.related]


def test_the_rarer_price_is_the_hit() -> None:
    """What is said less often is the hit, wherever it stands."""
    found = hits("consistency", "{}", "Nimbrel Desk: 159 €", "Nimbrel Desk: 149 €", "Nimbrel Desk costs 149 €.")

    assert ["159 €"] == _matches(found)


def test_listed_spellings() -> None:
    """Of a listed group the spelling used most is right; another group does not matter, nor does an exception."""
    params = "{spellings: [[e-mail, email], [web site, website]], exceptions: [email guide]}"
    text = "Write an email. Your Email or e-mail? See the email guide and the website."

    assert ["e-mail"] == _matches(hits("consistency", params, text))
    assert [] == hits("consistency", params, "Write an e-mail, see the email guide.")


def test_listed_subjects() -> None:
    """Two names of one thing have one price in the whole draft."""
    text = "# A\n\nThe Desk costs 149 €.\n\n# B\n\nNimbrel Desk Lamp: 159 €."

    assert [] == hits("consistency", "check: [prices]", text)
    assert ["159 €"] == _matches(hits("consistency", "{subjects: [[Desk, Nimbrel Desk Lamp]], check: [prices]}", text))


def test_only_what_is_checked() -> None:
    """A rule makes only the checks it names."""
    text = "Nimbrel Desk: 149 €. Nimbrel Desk costs 159 €. Monday, 3 March 2026."

    assert ["Monday"] == _matches(hits("consistency", "check: [weekdays]", text))
    assert ["159 €"] == _matches(hits("consistency", "check: [prices]", text))


def test_right_weekday_in_the_same_language() -> None:
    """The weekday to write instead is in the language of the wrong one."""
    found = hits("consistency", "{}", "Montag, 3. März 2026. Mon, 4 March 2026.")

    assert ["Dienstag", "Wednesday"] == [dict(hit.values)["say_instead"] for hit in found]
    assert ["suggested"] * 2 == [hit.fixes[0].safety for hit in found]


@pytest.mark.parametrize(
    "params",
    [
        {"check": []},
        {"check": ["colours"]},
        {"spellings": [["email"]]},
        {"spellings": [["Email", "email"]]},
        {"subjects": [["Desk", ""]]},
    ],
)
def test_bad_params(params: dict[str, object]) -> None:
    """Groups that cannot disagree, and rules without a check, are refused."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind("consistency").params).validate_python(params)
