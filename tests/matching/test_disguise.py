"""Words spelt so that no list finds them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.matching.disguise import disguised
from guardrails.matching.scanner import Scanner
from guardrails.model.policy import Literal_, Plan
from tests.matching.support import parsed_field


def found(term: str, *blocks: str) -> list[str]:
    """The slices at which *term* is found."""
    parsed = parsed_field(*blocks)
    candidates = Scanner([Plan((Literal_(term),))]).scan([parsed]).get(0, [])
    return [parsed.text[c.extent.start : c.extent.end] for c in candidates]


@pytest.mark.parametrize(
    "text",
    [
        "g u a r a n t e e d", "G U A R A N T E E D", "g-u-a-r-a-n-t-e-e-d", "g.u.a.r.a.n.t.e.e.d", "g·u·a·r·a·n·t·e·e·d",
        "g_u_a_r_a_n_t_e_e_d", "g*u*a*r*a*n*t*e*e*d", "g\u00a0u\u00a0a\u00a0r\u00a0a\u00a0n\u00a0t\u00a0e\u00a0e\u00a0d",
        "gu4ranteed", "guar4nt33d", "guarant€d"[:7] + "eed", "gu@ranteed", "guaran7eed", "gu4r4n7e3d", "GUARANTE3D",
    ],
)  # fmt: skip
def test_a_disguised_word_is_found(text: str) -> None:
    """Where it stands, the whole of it, and nothing around it."""
    assert [text] == found("guaranteed", f"Results {text} in a week.")


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("risk", "No r1sk!", ["r1sk"]),
        ("click", "C1ick here, cl!ck there, c|ick.", ["C1ick", "cl!ck", "c|ick"]),
        ("amazing", "It is @mazing.", ["@mazing"]),
        ("save", "$ave now", ["$ave"]),
        ("günstig", "g ü n s t i g", ["g ü n s t i g"]),
        ("straße", "S T R A S S E and s t r a ß e", ["S T R A S S E", "s t r a ß e"]),
        ("guaranteed", "w e g u a r a n t e e d i t", ["g u a r a n t e e d"]),
        ("free", "f r e e", ["f r e e"]),
    ],
)
def test_ways_to_spell(term: str, text: str, expected: list[str]) -> None:
    """Every sign is read as the letter that it looks like."""
    assert expected == found(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("nest", "o n e s t o p"),  # in spaced text every letter seems to end a word
        ("abc", "a b c"),
        ("guaranteed", "g u a r a n t e e d x y"[:9]),
        ("best", "b e s\n\nt"),
        ("gas", "Gate g4s8"),
        ("is", "Version 15 of 1S"),
        ("all", "@ll"),
        ("ease", "info@e-ase.example"),
        ("base", "8ase64 v8ase"[:5]),
        ("sos", "505"),
        ("ab", "a-b"),
        ("guaranteed", "g u-a r-a n-t e-e d"),
    ],
)
def test_what_is_no_disguise(term: str, text: str) -> None:
    """Short runs, mixed gaps, mere figures, parts of spaced words: nothing is made of them."""
    assert [] == found(term, text)


def test_words_with_figures_are_found_as_they_are() -> None:
    """A term with a figure is found by its own spelling, once."""
    for text in ("CO2", "B2B", "Web3", "mp3", "GU10", "h264"):
        assert [text] == found(text, f"The {text} lamp.")


def test_a_word_that_can_be_read_in_two_ways_is_found_once() -> None:
    """Both readings hold the term."""
    assert ["gu4rant"] == found("guarant", "gu4rant-1t and g1")


def test_a_disguised_word_stays_in_its_block() -> None:
    """Letters of two paragraphs spell nothing."""
    assert [] == found("best", "b e", "s t")


@given(st.text(alphabet="ab 1@.-_ü0\n", max_size=60))
@settings(max_examples=300, deadline=None)
def test_every_character_knows_where_it_stands(text: str) -> None:
    """Positions are those of the text, in order, and each letter is the one that stands there."""
    for word in disguised(text):
        assert len(word.text) == len(word.at)
        assert list(word.at) == sorted(word.at)
        for number, (char, at) in enumerate(zip(word.text, word.at, strict=True)):
            assert number in word.swapped or char in text[at].casefold()
