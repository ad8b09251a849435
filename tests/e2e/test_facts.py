"""The fact sheet of the fixture workspace, from YAML to verdict."""

from __future__ import annotations

import pytest

from guardrails.model.draft import Draft, Field
from guardrails.model.state import State
from guardrails.render.paint import Paint
from guardrails.render.text import text_lines
from guardrails.text.moment import moment_ms
from tests.e2e import nimbrel

PLACES = {"en": ("en-GB", "uk"), "de": ("de-DE", "de")}
WORDINGS = [(fact.id, locale, text) for fact in nimbrel.policy().facts.facts for locale, text in fact.wording]


def _verdict(text: str, locale: str, as_of: str = nimbrel.AS_OF) -> str:
    spoken, market = PLACES[locale]
    caller = (("channel", "product-page"), ("locale", spoken), ("market", market))
    draft = Draft((Field("body", text),))
    return nimbrel.assessed(draft, State(principal=nimbrel.AGENT, caller=caller), moment_ms(as_of)).verdict


def test_every_fact_has_approved_wording_in_both_languages() -> None:
    """Writers find a sentence for each."""
    assert {(fact.id, locale) for fact in nimbrel.policy().facts.facts for locale in PLACES} == {
        (name, locale) for name, locale, _ in WORDINGS
    }


@pytest.mark.parametrize(("name", "locale", "text"), WORDINGS)
def test_approved_wording_passes_with_its_citation(name: str, locale: str, text: str) -> None:
    """What is approved is not held by our own rules."""
    assert "pass" == _verdict(f"{text} [fact:{name}]", locale)


def test_a_fact_that_has_ended_holds_the_draft() -> None:
    """The same text passes on the last day and is held on the day after."""
    name, locale, text = next(entry for entry in WORDINGS if entry[0] == "N-009")

    assert "pass" == _verdict(f"{text} [fact:{name}]", locale, "2027-01-31T23:59:59.999Z")
    assert "revise" == _verdict(f"{text} [fact:{name}]", locale, "2027-02-01")


@pytest.mark.parametrize(
    ("name", "as_of", "words"),
    [
        ("N-099", nimbrel.AS_OF, "is on no fact sheet"),
        ("N-003", "2027-03-04", "is no longer valid"),
        ("N-003", "2026-03-03", "is not valid yet"),
    ],
)
def test_people_are_told_what_is_wrong_with_a_fact(name: str, as_of: str, words: str) -> None:
    """“No source” alone would puzzle whoever has just cited one."""
    draft = Draft((Field("body", f"Nimbrel Go runs for 14 hours at 30 percent brightness [fact:{name}]."),))
    state = State(principal=nimbrel.AGENT, caller=(("locale", "en-GB"),))
    found = nimbrel.assessed(draft, state, moment_ms(as_of))

    assert f"   = fact: {name} {words}" in list(text_lines("d.md", found, draft.fields, binding=True, paint=Paint()))


def test_a_fact_on_no_sheet_holds_the_draft() -> None:
    """An invented number with an invented citation does not pass."""
    assert "revise" == _verdict("Nimbrel Go runs for 14 hours [fact:N-099].", "en")
