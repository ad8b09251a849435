"""Sentences are searched for claims at once, type by type, and that changes no answer."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.model.span import Extent
from guardrails.signals.claim_lexicon import EXCEPTIONS, TRIGGERS
from guardrails.signals.claims import Claims
from guardrails.signals.signal import CLAIM_TYPES, Claim, Sentence
from tests.signals.support import signals

_ENTRIES = [entry for entries in (*TRIGGERS.values(), *EXCEPTIONS.values()) for entry in entries]
_WORDS = sorted({word for entry in _ENTRIES for word in re.findall(r"(?<!\\)\b[\w'-]+\b", entry) if len(word) > 1})
_PHRASES = (
    "while most other", "ours", "the best in", "the world", "save up to", "€", "5.", '"', "says", "says.", "no",
    "100 %", "will", "of the year", "unlike other", "»,", "…", "more than", "happy", "a few", "3", "Ж",
)  # fmt: skip
_SENTENCES = st.lists(
    st.lists(st.sampled_from(_PHRASES) | st.sampled_from(_WORDS) | st.text(max_size=2), min_size=1, max_size=5)
    .map(" ".join)
    .map(str.strip)
    .filter(bool),
    max_size=4,
)


def _placed(sentences: list[str]) -> tuple[str, list[Sentence]]:
    """Return a text of *sentences* and where they stand."""
    text, made = "", []
    for sentence in sentences:
        made.append(Sentence(Extent(len(text), len(text) + len(sentence)), ()))
        text += f"{sentence} "
    return text, made


def _found(text: str, sentences: list[Sentence]) -> list[Claim]:
    return list(Claims(text, sentences, (), ()).of())


@settings(max_examples=200, deadline=None)
@given(_SENTENCES)
def test_a_sentence_claims_what_it_claims_alone(sentences: list[str]) -> None:
    """What stands before and after a sentence makes no difference to its claims."""
    text, placed = _placed(sentences)

    assert [claim for one in placed for claim in _found(text, [one])] == _found(text, placed)


def test_types_can_be_asked_for_one_by_one() -> None:
    """A type gives the same claims whether or not others were asked for before it."""
    text = "The fastest CRM, guaranteed. Studies show that it cuts costs by 40 %, and it could get cheaper."
    at_once = signals(text).claims.of()
    asked = signals(text).claims
    one_by_one = [claim for kind in reversed(CLAIM_TYPES) for claim in asked.of([kind])]

    assert len(at_once) > 3
    assert list(at_once) == sorted(one_by_one, key=lambda claim: (claim.extent, claim.type))
