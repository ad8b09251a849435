"""Bands of a voice, proposed from good copy, and the rule they become."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from guardrails.backends.documents import READERS
from guardrails.errors import PolicyError
from guardrails.model.draft import Field
from guardrails.policy.compile import compile_policy
from guardrails.policy.load import load_workspace
from guardrails.policy.scaffold import init_workspace
from guardrails.policy.testing import test_rules
from guardrails.policy.voice_bands import LEAST_TEXTS, Proposal, proposal
from guardrails.policy.voice_rule import held, rule_yaml
from guardrails.text.parsed import ParsedField
from guardrails.trial import run_rule

CALM = "The lamp stands on the table, and you see the page. Turn the ring to dim it. It is warm. You read. We wait."
LONG = (
    "It must be said that the lamp was tested by a team that was asked to look at it for as long as it was needed. " * 5
)


def _fields(text: str) -> tuple[ParsedField, ...]:
    return (READERS["markdown"](Field("body", text, "markdown")),)


def _texts(*texts: str) -> list[tuple[str, tuple[ParsedField, ...]]]:
    return [(f"t{number}", _fields(text)) for number, text in enumerate(texts)]


def _calm(count: int = LEAST_TEXTS) -> list[tuple[str, tuple[ParsedField, ...]]]:
    """Return *count* texts that differ a little."""
    return _texts(*(f"{CALM} {'So do the others here. ' * (number % 3)}" for number in range(count)))


def test_bands_hold_none_of_their_texts() -> None:
    """What is measured is inside, and a text of another voice is not."""
    found = proposal(_calm())

    assert ("en", LEAST_TEXTS, None) == (found.language, found.texts, found.address)
    assert not any(held(fields, found) for _, fields in _calm())
    assert held(_fields(LONG), found)


def test_equal_texts_leave_room() -> None:
    """Where all texts agree a band still reaches some way to either side."""
    found = proposal(_texts(*[CALM] * LEAST_TEXTS))
    words = found.bands["sentence_words"]

    assert (words.values[0] - 3, words.values[0] + 3) == (words.low, words.high)


def test_more_texts_are_surer() -> None:
    """The same spread gives narrower bands the more texts it rests on."""
    few, many = (proposal(_calm(count)).bands["you_words"] for count in (12, 60))

    assert (few.high or 0) > (many.high or 0)


def test_a_scale_has_ends() -> None:
    """A band that reaches an end of its scale is open there."""
    active = proposal(_calm()).bands["active"]

    assert active.high is None
    assert active.low is not None


@pytest.mark.parametrize(
    ("texts", "code", "words"),
    [
        (_calm(LEAST_TEXTS - 1), "too-few-texts", f"bands need {LEAST_TEXTS} texts, got {LEAST_TEXTS - 1}"),
        ([*_calm(9), *_texts("Too short.")], "too-few-texts", "too short or in another language: t0"),
        ([*_calm(), *_texts(f"{'Das ist die Lampe, und sie steht nicht auf dem Tisch. ' * 6}")], "mixed-languages", "1 in de"),
        (_texts(*["Lampe"] * 10), "mixed-languages", "none we know"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused(
    texts: list[tuple[str, tuple[ParsedField, ...]]], code: str, words: str
) -> None:
    """Too few texts, texts that are too short, and several languages are errors that say what is missing."""
    with pytest.raises(PolicyError) as error:
        proposal(texts)

    assert code == error.value.code
    assert words in error.value.message


def test_a_named_language_leaves_the_others_out() -> None:
    """With a language, texts in another one are listed, not measured."""
    german = _texts("Das ist die Lampe, und sie steht nicht auf dem Tisch. " * 6)

    assert ("t0",) == proposal([*german, *_calm()], "en").left_out


def test_a_common_form_of_address_is_part_of_the_rule() -> None:
    """It is proposed if all texts that address the reader agree."""
    polite = (
        "Stellen Sie die Lampe hin, und sehen Sie auf das Buch. Das ist es. Es ist hell. Nun ist es warm. Und gut. "
    )
    familiar = polite.replace("Stellen Sie", "Stell du").replace("sehen Sie", "sieh du")

    assert "sie" == proposal(_texts(*[polite] * 10), "de").address
    assert proposal(_texts(*[polite] * 9, familiar), "de").address is None


def _rule(found: Proposal) -> str:
    good, bad = _calm()[0][1][0], _fields(f"  {LONG}\tYou're next.")[0]
    spans = tuple((start, end) for _, start, end in held((bad,), found))
    return rule_yaml(found, "house.voice-en", good=[(good, ())] * 2, bad=[(bad, spans)] * 2)


def test_the_rule_fits_a_workspace(tmp_path: Path) -> None:
    """The printed rule loads, and its examples come out as marked."""
    init_workspace(tmp_path, "northwind", until=date(2027, 12, 31))
    rule = _rule(proposal(_calm()))
    (tmp_path / "policies" / "house" / "voice-en.yaml").write_text(rule, encoding="utf-8")
    loaded = load_workspace(tmp_path)
    report = test_rules(loaded, run_rule(compile_policy(loaded), READERS, as_of_ms=0), only={"house.voice-en"})

    assert report.passed, [str(failure) for failure in report.failures]
    assert 4 == len(report.results)


def test_the_rule_says_what_it_rests_on() -> None:
    """The head names the texts, the figures and what was left out; without bad examples the rule is a draft."""
    found = proposal([*_calm(), *_texts("Too short.")], "en")
    lines = rule_yaml(found, "house.voice-en").splitlines()

    assert lines[0].startswith(f"# Proposed by “guardrails policy measure” from {LEAST_TEXTS} texts in English, ")
    assert "# Left out, too short or in another language: t0" in lines
    assert "status: draft" in lines
    assert "status: observe" in _rule(found).splitlines()
