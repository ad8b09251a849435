"""Laws of folding and scanning."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.matching.fold import _SAME, fold, fold_key, is_ignorable
from guardrails.matching.scanner import Scanner
from guardrails.model.policy import Literal_, Pattern, Plan
from tests.matching.support import naive_scan, parsed_field

_CHARS = st.sampled_from("aAbBsSßﬁfi12 \u00a0\n.-'’\u200b\u00ad\u0301\u0308éÉſKk½²™漢\u1112\u1161\u11abﾞｶ")
_TEXTS = st.text(_CHARS, max_size=40)
_SPACED = st.lists(
    st.sampled_from(["aB", "Äé", "ß", "“", " ", "\n", "\n\n", "\t", "\x1f"]) | st.text(_CHARS, max_size=2)
)
_BLOCKS = st.lists(_TEXTS.filter(lambda text: "\n\n" not in text), max_size=3)
_LITERALS = st.builds(Literal_, st.text(_CHARS, max_size=4), st.booleans())
_PATTERNS = st.builds(
    Pattern, st.sampled_from(["a+", "s.", "^b", "[0-9]+$", "é", "(a|b)*"]), st.booleans(), st.just(())
)
_PLANS = st.lists(st.builds(Plan, st.lists(_LITERALS | _PATTERNS, max_size=5).map(tuple)), max_size=4)


@settings(max_examples=300, deadline=None)
@given(_PLANS, st.lists(_BLOCKS, max_size=2))
def test_scan_equals_searching_one_by_one(plans: list[Plan], drafts: list[list[str]]) -> None:
    """The shared scan finds what searching for each unit by itself finds."""
    fields = [parsed_field(*blocks) for blocks in drafts]

    assert naive_scan(plans, fields) == Scanner(plans).scan(fields)


@settings(max_examples=500, deadline=None)
@given(_SPACED.map("".join) | st.text(max_size=30))
def test_folding_is_compatibility_caseless(text: str) -> None:
    """Once signs that are typed for one another are one, text is folded as the Unicode Standard has it (D146)."""
    same = text.translate(str.maketrans(_SAME))
    visible = "".join(char for char in unicodedata.normalize("NFD", same) if not is_ignorable(char))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible.casefold()).casefold())

    assert " ".join("".join(char for char in folded if not is_ignorable(char)).split()) == fold_key(text)


@settings(max_examples=500, deadline=None)
@given(_SPACED.map("".join))
def test_a_folded_character_comes_from_its_place(text: str) -> None:
    """The source behind a folded character folds to it, and a blank line is two line feeds, however long it was."""
    folded = fold(text)
    for at, char in enumerate(folded.text):
        extent = folded.extent(at, at + 1)
        behind = text[extent.start : extent.end]

        assert char in fold(behind).text or (char == "\n" and "\n" in behind)
    assert "\n\n\n" not in folded.text


@settings(max_examples=300, deadline=None)
@given(_TEXTS | st.text(max_size=30))
def test_chunks_cover_the_text_in_order(text: str) -> None:
    """Every folded character maps to a range of the text, and the ranges do not run backwards."""
    folded = fold(text)
    extents = [folded.extent(at, at + 1) for at in range(len(folded.text))]

    assert all(0 <= extent.start < extent.end <= len(text) for extent in extents)
    assert extents == sorted(extents)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Zs", "Zl", "Zp", "Cc", "Cs"]), max_size=12))
def test_composition_makes_no_difference(text: str) -> None:
    """Canonically equal texts fold to the same."""
    assert fold(unicodedata.normalize("NFD", text)).text == fold(unicodedata.normalize("NFC", text)).text


@settings(max_examples=200, deadline=None)
@given(
    st.text("abcäöß XYZ", min_size=1, max_size=12), st.lists(st.sampled_from("\u200b\u00ad\u2060\ufeff"), max_size=4)
)
def test_invisible_characters_hide_nothing(word: str, invisible: list[str]) -> None:
    """Invisible characters inside a word change nothing of its folding."""
    evasive = "".join(char + "".join(invisible) for char in word)

    assert fold(word).text == fold(evasive).text
