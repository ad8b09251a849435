"""Folding and its way back."""

import unicodedata

import pytest

from guardrails.matching.fold import _joins, fold, fold_key
from guardrails.model.span import Extent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Guaranteed", "guaranteed"),
        ("GU\u00adA\u200bRAN\ufeffTEED", "guaranteed"),
        ("Straße", "strasse"),
        ("ﬁne", "fine"),
        ("ＦＲＥＥ", "free"),
        ("e\u0301te\u0301", "été"),
        ("e\u200b\u0301", "é"),
        ("risk\u00a0free", "risk free"),
        ("risk \n free", "risk free"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("one\n \n\ntwo", "one\n\ntwo"),
        ("\u1112\u1161\u11ab", "\ud55c"),
        ("❤\ufe0f", "❤"),
        ("You can’t", "you can't"),
        ("can\u02bct can´t can`t can\u2032t", "can't can't can't can't"),
        ("risk\u2011free risk–free risk\u2212free", "risk-free risk-free risk-free"),
        ("no risk—free of charge", "no risk—free of charge"),
        ("laid\u2800off", "laid off"),
        ("ꜰʀᴇᴇ 🅵🆁🅴🅴 🅕🅡🅔🅔", "free free free"),
        ("", ""),
    ],
)
def test_folding(text: str, expected: str) -> None:
    """Case, width, composition, invisible characters, white space and the sort of apostrophe or hyphen make no difference."""
    assert expected == fold(text).text


@pytest.mark.parametrize(
    ("text", "needle", "expected"),
    [
        ("A Straße B", "strasse", "Straße"),
        ("so f\u200br\u200bee!", "free", "f\u200br\u200bee"),
        ("x risk  free y", "risk free", "risk  free"),
        ("cafe\u0301 noir", "café", "cafe\u0301"),
        ("free\u00ad now", "free", "free"),
        ("a ﬁn b", "i", "ﬁ"),
        ("you can’t ﬁnd it", "can't", "can’t"),
    ],
)
def test_extent(text: str, needle: str, expected: str) -> None:
    """A folded range maps to the smallest range of whole characters behind it."""
    folded = fold(text)
    at = folded.text.index(needle)
    extent = folded.extent(at, at + len(needle))

    assert expected == text[extent.start : extent.end]


def test_ascii_needs_no_map() -> None:
    """Plain ASCII with a blank line between blocks keeps its positions without a map."""
    folded = fold("One line\nbroken.\n\nTwo")

    assert folded.pieces is None
    assert "one line broken.\n\ntwo" == folded.text
    assert Extent(3, 5) == folded.extent(3, 5)


def test_even_text_needs_no_map() -> None:
    """Umlauts and typographic quotes fold one to one and need no map."""
    assert fold("„Größer“ für Mädchen".replace("ß", "ss")).pieces is None


def test_key_of_nothing() -> None:
    """A literal of spaces and invisible characters has an empty key."""
    assert fold_key(" \u200b\u00a0 ") == ""


def test_every_second_of_a_composition_joins() -> None:
    """Every character that canonically composes with the one before it joins its chunk."""
    seconds = {
        chr(int(parts[1], 16))
        for code in range(0x110000)
        if len(parts := unicodedata.decomposition(chr(code)).split()) == 2 and not parts[0].startswith("<")
    }

    assert [] == sorted(second for second in seconds if not _joins(second))
