"""Facts about the kind ``voice``."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from guardrails.model.finding import Hit
from guardrails.rules.kinds import kind
from tests.rules.kinds.driver import hits

SHORT = "language: en\nmin_sentences: 3\nbands: {sentence_words: {min: 3, max: 5}}"


def _values(hit: Hit) -> dict[str, str]:
    return dict(hit.values)


@pytest.mark.parametrize(
    ("text", "count"), [("One. Two. Three.", "1"), ("A lamp is on. " * 3, ""), ("This lamp has an arm now. " * 3, "6")]
)
def test_a_band_includes_its_ends(text: str, count: str) -> None:
    """A measure at an end of its band is in it, one step further is a hit with what it came to."""
    found = hits("voice", SHORT, text)

    assert [count] * bool(count) == [_values(hit)["count"] for hit in found]


def test_a_hit_says_which_way() -> None:
    """It names the measure, the nearer end and what to change, and shows the places."""
    (low,) = hits("voice", SHORT, "One. Two. Three.")
    (high,) = hits("voice", SHORT, "This lamp has an arm now. " * 3)

    assert ("words per sentence", "3", "longer sentences") == (
        low.match,
        *map(_values(low).get, ("limit", "say_instead")),
    )
    assert ("words per sentence", "5", "shorter sentences") == (
        high.match,
        *map(_values(high).get, ("limit", "say_instead")),
    )
    assert 1 == len(high.related)


def test_the_draft_is_measured_as_a_whole() -> None:
    """Fields count together, and the hit stands at the end of the last one."""
    (hit,) = hits("voice", SHORT, "This lamp has an arm now. It has a ring as well.", "You turn the ring to dim it.")

    assert (1, 28) == (hit.field, hit.extent.start)


def test_short_drafts_have_no_bands() -> None:
    """Two sentences are too few, unless they have many words; the form of address is judged all the same."""
    params = "language: de\naddress: sie\nbands: {sentence_words: {max: 3}}\nmin_words: 12"

    assert ["du"] == [hit.match for hit in hits("voice", params, "Magst du Licht, das nicht blendet? Wir auch.")]
    assert 2 == len(hits("voice", params, "Magst du ein Licht, das nicht blendet und warm ist? Wir mögen es auch."))


def test_other_languages_are_left_alone() -> None:
    """A rule for English says nothing about a text in German."""
    text = "Die Lampe wird geprüft, und der Arm wird eingestellt, bevor sie in den Karton gelegt und verschickt wird. "
    params = "language: en\nmin_sentences: 2\nbands: {active: {min: 90}, sentence_words: {max: 5}}"

    assert [] == hits("voice", params, text * 3)
    assert 2 == len(hits("voice", params.replace("en\n", "de\n"), text * 3))


def test_a_wrong_form_is_a_hit_at_its_place() -> None:
    """Both forms are named, so that one message serves bands and address."""
    (hit,) = hits("voice", "language: de\naddress: sie", "Stellen Sie deine Lampe ans Fenster.")

    assert ("deine", 12, "“du”", "“Sie”") == (hit.match, hit.extent.start, *map(_values(hit).get, ("count", "limit")))


def test_an_imperative_is_less_sure() -> None:
    """A verb that is recognised by its shape is a hit of less confidence than a pronoun."""
    found = hits("voice", "language: de\naddress: sie", "Zeig uns deine Lampe.")

    assert [("Zeig", 800), ("deine", 1000)] == [(hit.match, hit.confidence_pm) for hit in found]


@pytest.mark.parametrize(
    "params",
    [
        {"language": "de"},
        {"language": "en", "address": "du"},
        {"language": "fr", "bands": {"active": {"min": 50}}},
        {"language": "en", "bands": {"active": {"max": 101}}},
        {"language": "en", "bands": {"active": {}}},
        {"language": "en", "bands": {"active": {"min": 50, "max": 40}}},
        {"language": "en", "bands": {"rhythm": {"min": 1}}},
        {"language": "it", "address": "tu"},
        {"language": "de", "address": "du", "min_sentences": 0},
    ],
)
def test_bad_params(params: dict[str, object]) -> None:
    """A rule that asks nothing, forms and measures that a language does not have, and impossible bands are refused."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind("voice").params).validate_python(params)
