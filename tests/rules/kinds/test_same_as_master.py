"""Facts about the kind same-as-master."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from guardrails.model.context import Values
from guardrails.model.draft import Source
from guardrails.model.finding import Hit
from guardrails.rules.kinds import kind
from tests.rules.kinds.driver import Setting, hits

MASTER = (
    "Nimbrel Desk gives at most 920 lumens [fact:N-001]. Nimbrel Floor gives 1,850 lumens [fact:N-002].\n\n"
    "The housing is 72 percent recycled aluminium. [fact:N-005] The lamp costs 1,149.00 €, or £989.50 in the UK. You "
    "set it from 2,700 to 6,500 kelvin, and it runs for 90 minutes without a cable.\n\n"
    "The offer runs from 16 November to 14 December 2026, from 9 am to 6 pm. We keep parts for ten years, since May 2017. "
    "While stocks last."
)
ENGLISH: Values = (("locale", ("en-GB",)), ("stage", ("adaptation",)))
GERMAN: Values = (("locale", ("de-DE",)), ("stage", ("adaptation",)))
DISCLAIMERS = """
check: [disclaimers]
disclaimers:
  - {en: While stocks last., de: [Solange der Vorrat reicht., Nur solange vorrätig.]}
  - {"*": Capital at risk.}
"""


def _setting(master: str = MASTER, values: Values = GERMAN) -> Setting:
    return Setting(values, (Source("s", "press", text="1 000 000 %"), Source("m", "master", text=master)))


def _matches(found: list[Hit]) -> list[str]:
    return [hit.match for hit in found]


@pytest.mark.parametrize(
    "text",
    [
        "920 Lumen, 1.850 Lumen [fact:N-002].",
        "Das Gehäuse: 72 % Aluminium, zu 72 Prozent, 72-prozentig.",
        "Sie kostet 1.149 €, 1.149,00 EUR oder EUR 1.149,00.",
        "Von 2.700 bis 6.500 Kelvin, oder nur 6.500 Kelvin.",
        "Sie läuft 1,5 Stunden.",
        "Vom 16. November bis 14.12.2026, von 9 bis 18 Uhr, bis 18:00.",
        "Bis Dezember 2026. Seit 2017, seit Mai 2017. Ersatzteile für 10 Jahre, 120 Monate.",
        "Drei Tipps, 5 Schritte und zwei Lampen.",
        "Die Lampe.",
    ],
)
def test_carried_over(text: str) -> None:
    """Notation, language, unit of the same sort and what is left out make no difference."""
    assert [] == _matches(hits("same-as-master", "{}", text, setting=_setting()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("290 Lumen.", "290"),
        ("72,5 % Aluminium.", "72,5 %"),
        ("Sie kostet 1.194 €.", "1.194 €"),
        ("Sie kostet £1,149.", "£1,149"),
        ("2.700 bis 6.000 Kelvin.", "2.700 bis 6.000"),
        ("Sie läuft 90 Stunden.", "90 Stunden"),
        ("Bis 24. Dezember 2026.", "24. Dezember 2026"),
        ("Bis 14. Dezember 2025.", "14. Dezember 2025"),
        ("Bis 19 Uhr.", "19"),
        ("Seit 2016.", "2016"),
        ("Ersatzteile für 12 Jahre.", "12 Jahre"),
    ],
)
def test_changed(text: str, expected: str) -> None:
    """A number, date or time that the master lacks is a hit where it stands."""
    assert [expected] == _matches(hits("same-as-master", "{}", text, setting=_setting()))


def test_number_of_another_fact() -> None:
    """A number that the master gives beside another fact only is a hit, with the number of the fact to say instead."""
    (hit,) = hits("same-as-master", "{}", "1.850 Lumen [fact:N-001].", setting=_setting())

    assert ("1.850", "fact of the number") == (hit.match, dict(hit.evidence)["what"])
    assert dict(hit.values)["say_instead"].startswith("920")


def test_fact_after_the_full_stop() -> None:
    """A marker that opens a sentence belongs to the sentence before it."""
    assert [] == hits("same-as-master", "{}", "72 % Aluminium. [fact:N-005] Mehr dazu bald.", setting=_setting())


def test_unknown_fact() -> None:
    """A fact that the master does not cite is a hit at its id."""
    assert ["N-009"] == _matches(hits("same-as-master", "{}", "72 % [fact:N-009].", setting=_setting())[1:])
    assert ["N-009"] == _matches(hits("same-as-master", "{}", "Hell [fact:N-009].", setting=_setting()))


def test_short_master_is_read_both_ways() -> None:
    """Where a text is too short to show its language, a lone mark is read in either notation."""
    assert [] == hits("same-as-master", "{}", "1.850 Lumen", setting=_setting("1,850 lumens"))
    assert [] == hits("same-as-master", "{}", "1,850 lumens", setting=_setting("1.850 Lumen", ENGLISH))
    assert ["1.580"] == _matches(hits("same-as-master", "{}", "1.580 Lumen", setting=_setting("1,850 lumens")))


def test_wrong_notation_in_a_longer_text() -> None:
    """In a text that shows its language a number in the notation of another one is another number."""
    text = "Die Lampe ist für alle, die am Abend noch lange lesen und dabei nicht auf gutes Licht verzichten wollen: "

    assert ["1,850"] == _matches(hits("same-as-master", "{}", f"{text}1,850 Lumen.", setting=_setting()))


def test_disclaimer_is_lost() -> None:
    """A disclaimer of the master must stand in the draft, in its own language, nearly word for word."""
    english, german = _setting(values=ENGLISH), _setting()

    assert ["Solange der Vorrat reicht."] == [
        dict(hit.values)["say_instead"] for hit in hits("same-as-master", DISCLAIMERS, "Im Shop.", setting=german)
    ]
    assert [] == hits("same-as-master", DISCLAIMERS, "Nur solange vorrätig!", setting=german)
    assert 1 == len(hits("same-as-master", DISCLAIMERS, "Nur solange vorrätig!", setting=english))
    assert [] == hits("same-as-master", DISCLAIMERS, "While stoks last.", setting=english)


def test_disclaimer_the_master_lacks() -> None:
    """A disclaimer that the master does not have is not due."""
    assert [] == hits("same-as-master", DISCLAIMERS, "Im Shop.", setting=_setting("Nimbrel Desk is here."))


def test_disclaimer_in_another_field() -> None:
    """Any field may hold the disclaimer; a lost one is reported once, at the end of the last field."""
    (hit,) = hits("same-as-master", DISCLAIMERS, "Im Shop.", "Jetzt.", setting=_setting())

    assert (1, 6, "") == (hit.field, hit.extent.start, hit.match)
    assert [] == hits("same-as-master", DISCLAIMERS, "Im Shop.", "Solange der Vorrat reicht", setting=_setting())


@pytest.mark.parametrize(
    ("stages", "params", "expected"),
    [
        (("adaptation",), "{}", 1),
        (("adaptation",), "unknown_stage: ignore", 1),
        (("adaptation", "final"), "{}", 1),
        (("adaptation", "final"), "unknown_stage: ignore", 0),
        (("final",), "{}", 0),
        (("adaptation",), "check: [numbers, dates]", 0),
    ],
)
def test_no_master(stages: tuple[str, ...], params: str, expected: int) -> None:
    """An adaptation without a master is a hit of no length, if that is checked; so may be a draft of unknown stage."""
    setting = Setting((("stage", stages),), (Source("m", "master", text=" "), Source("s", "press", text="100 %")))
    found = hits("same-as-master", params, "Zu 72 %.", setting=setting)

    assert ["master"] * expected == [dict(hit.evidence)["what"] for hit in found]


def test_no_master_beside_a_master() -> None:
    """With a master nothing is said about its absence; several masters count as one."""
    sources = (Source("a", "master", text="72 %"), Source("b", "master", text="81 %"))
    found = hits("same-as-master", "{}", "72 %, 81 %, 90 %", setting=Setting(GERMAN, sources))

    assert ["90 %"] == _matches(found)


def test_least_count() -> None:
    """Counts from the given number on are compared."""
    assert ["3"] == _matches(hits("same-as-master", "least_count: 0", "3 Tipps", setting=_setting()))
    assert [] == hits("same-as-master", "least_count: 1000", "290 Lumen", setting=_setting())


@pytest.mark.parametrize(
    "params",
    [
        {"check": []},
        {"check": ["disclaimers"]},
        {"disclaimers": [{"de": "…"}]},
        {"disclaimers": [{}]},
        {"similarity": 101},
        {"least_count": -1},
        {"unknown_stage": "maybe"},
    ],
)
def test_bad_params(params: dict[str, object]) -> None:
    """Rules that check nothing and limits out of range are refused."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind("same-as-master").params).validate_python(params)
