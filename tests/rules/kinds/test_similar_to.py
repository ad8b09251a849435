"""Facts about the kind similar-to."""

from __future__ import annotations

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from guardrails.model.draft import Source
from guardrails.model.finding import Hit
from guardrails.rules.kinds import kind
from tests.rules.kinds.driver import Setting, hits

PAGE = (
    "Turn the ring to dim the lamp, and press it to change the colour from warm to cool white. The arm stays where you "
    "put it. Light. Rethought. For everyone at home.\n\nWe keep spare parts for every lamp for at least ten years."
)
PUBLISHED = Setting(sources=(Source("page-1", "published", text=PAGE), Source("s", "press", text="Other words here.")))


def _matches(found: list[Hit]) -> list[str]:
    return [hit.match for hit in found]


def _params(**params: object) -> str:
    return yaml.safe_dump(params)


@pytest.mark.parametrize(
    "text",
    [
        "Turn the ring to dim the lamp, and press it to change the colour from warm to cool white.",
        "TURN the ring to dim the lamp – and press it, to change the colour from warm to cool white!",
        "Turn the ring to dim your lamp, and press it to change its colour from warm to cool white.",
        "We keep spare parts for every lamp for at least ten years, and that is a promise from all of us here.",
        "Light. Rethought. For everyone at home. The arm stays where you put it.",
    ],
)
def test_close_to_published_copy(text: str) -> None:
    """Case, punctuation, single words and what is added make no difference; short sentences count together."""
    (hit,) = hits("similar-to", "{}", text, setting=PUBLISHED)

    assert "page-1" == dict(hit.evidence)["source"]
    assert hit.confidence_pm == int(dict(hit.evidence)["score_pm"]) >= 800


@pytest.mark.parametrize(
    "text",
    [
        "Turn the ring to dim the lamp.",
        "You dim it with a ring, and one press makes the light colder or warmer, as you like it in the evening.",
        "Press the key to change the language from German to English, and turn the page to see the next chapter.",
        "Other words here.",
    ],
)
def test_not_close(text: str) -> None:
    """Short passages, the same thought in other words and sources of other kinds are no hits."""
    assert [] == _matches(hits("similar-to", "{}", text, setting=PUBLISHED))


def test_hits_that_touch_are_one() -> None:
    """A copied paragraph is one hit, however many sentences it has; what stands around it is none of it."""
    text = f"Hello there. {PAGE.splitlines()[0]} Yours, Nimbrel, with many good wishes for the dark and cold season."
    (hit,) = hits("similar-to", "{}", text, setting=PUBLISHED)

    assert hit.match.startswith("Turn the ring")
    assert hit.match.endswith("The arm stays where you put it. Light")


def test_exceptions() -> None:
    """What may be repeated is no hit, and does not hide what stands beside it."""
    parts = "We keep spare parts for every lamp for at least ten years."
    params = _params(exceptions=[parts])

    assert [] == hits("similar-to", params, parts, setting=PUBLISHED)
    assert 1 == len(hits("similar-to", params, f"{parts}\n\n{PAGE.splitlines()[0]}", setting=PUBLISHED))


def test_bad_example() -> None:
    """A bad example brings what to say instead and why, and counts only in its locale."""
    text = "In today's fast-paced world, good light is a necessity and no luxury."
    params = _params(examples=[{"term": text, "say_instead": "Say it.", "why": "cliché", "locale": "en"}], sources=[])
    english, german = (Setting((("locale", (locale,)),)) for locale in ("en-GB", "de-DE"))
    (hit,) = hits("similar-to", params, text, setting=english)

    assert ("Say it.", "cliché", "100") == (
        dict(hit.values)["say_instead"],
        dict(hit.evidence)["why"],
        dict(hit.values)["count"],
    )
    assert [] == hits("similar-to", params, text, setting=german)


def test_examples_beside_sources() -> None:
    """The closest text is named, whichever list it is from."""
    near = "Turn the ring to dim the light, and press it to change the colour from warm to cool white."
    found = hits("similar-to", _params(examples=[near]), PAGE.splitlines()[0], setting=PUBLISHED)

    assert ["page-1"] == [dict(hit.evidence).get("source") for hit in found]
    assert [None] == [
        dict(hit.evidence).get("source")
        for hit in hits("similar-to", _params(examples=[near]), near, setting=PUBLISHED)
    ]


def test_other_rule_other_index() -> None:
    """Two rules with other texts do not share what they look for."""
    one, other = (
        "One two three four five six seven eight nine.",
        "Red orange yellow green blue indigo violet and white.",
    )

    assert 1 == len(hits("similar-to", _params(examples=[one]), one))
    assert 0 == len(hits("similar-to", _params(examples=[other]), one))
    assert 1 == len(hits("similar-to", _params(examples=[one], shingle=2), one))


def test_long_sentences_are_cut() -> None:
    """A text without a full stop is compared in pieces, and is one hit."""
    text = " ".join(f"w{number * number % 9973}" for number in range(2_000))
    (hit,) = hits("similar-to", "{}", text, setting=Setting(sources=(Source("p", "published", text=text),)))

    assert text == hit.match
    assert len(dict(hit.evidence)["text"]) <= 200


@pytest.mark.parametrize(
    "params",
    [
        {"examples": ["Too short."]},
        {"exceptions": ["Too short."]},
        {"sources": []},
        {"threshold": 0},
        {"threshold": 101},
        {"shingle": 1},
        {"least_words": 3},
        {"least_words": 81},
    ],
)
def test_bad_params(params: dict[str, object]) -> None:
    """Texts that are too short, and limits out of range, are refused."""
    with pytest.raises(ValidationError):
        TypeAdapter(kind("similar-to").params).validate_python(params)
