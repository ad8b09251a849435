"""Claim patterns for Latin text are the full patterns, made faster."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.model.span import Extent
from guardrails.signals.claim_lexicon import EXCEPTIONS, TRIGGERS
from guardrails.signals.claims import Claims, _compiled
from guardrails.signals.signal import Sentence

WORDS = (
    "the",
    "best",
    "in",
    "world",
    "guaranteed",
    "faster",
    "than",
    "größer",
    "als",
    "klimaneutral",
    "ſ",
    "50",
    "²",
    "–",
)
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(st.characters(max_codepoint=0x24F), max_size=4)).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_latin_text_matches_the_same(text: str) -> None:
    """Where every letter is Latin, the written-out classes find what the full ones find."""
    for entries in (*TRIGGERS.values(), *EXCEPTIONS.values()):
        narrow, full = (_compiled(entries, latin=latin) for latin in (True, False))
        assert [m.span(1) for m in narrow.finditer(text)] == [m.span(1) for m in full.finditer(text)]


@pytest.mark.parametrize("text", ["\u0416guaranteed", "guaranteed\u0416", "guaranteed\u2163"])
def test_letters_of_other_scripts_are_letters(text: str) -> None:
    """A Cyrillic letter or a Roman numeral beside a trigger makes it part of another word."""
    extent = Extent(0, len(text))
    assert Claims(text, (Sentence(extent, (extent,)),), (), ()).of() == ()
