"""
Letters that look like other letters.

A small table of Cyrillic and Greek letters that cannot be told from a Latin one, after Unicode's confusables.txt (the
plain cases); no full confusables data.
"""

from __future__ import annotations

import unicodedata

from guardrails.text.expression import expression

FOREIGN = expression("[\u0370-\u03ff\u0400-\u052f]")
"""A Greek or Cyrillic letter."""

LOOKALIKES = dict(
    zip(
        "АВЕЅІЈКМНОРСТХУавеѕіјорсухһԁԛԝ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧανορυχι",
        "ABESIJKMHOPCTXYabesijopcyxhdqw" + "ABEZHIKMNOPTYXavopuxi",
        strict=True,
    )
)
"""Cyrillic and Greek letters, and the Latin ones they look like."""

# What is often put for another character in names: rarer letters, two letters for one, figures for letters.
_SWAPS = (
    ("ӏ", "l"), ("ı", "i"), ("ł", "l"), ("ø", "o"), ("đ", "d"),
    ("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("3", "e"), ("5", "s"),
)  # fmt: skip


def is_mixed(word: str) -> bool:
    """Tell whether *word* has Latin letters, and others that all look like Latin ones."""
    foreign = [char for char in word if FOREIGN.match(char)]
    return bool(foreign) and has_latin(word) and all(char in LOOKALIKES for char in foreign)


def has_latin(word: str) -> bool:
    """Tell whether one of the letters of *word* is Latin."""
    return any(char.isalpha() and (char.isascii() or "LATIN" in unicodedata.name(char, "")) for char in word)


def skeleton(name: str) -> str:
    """Return what *name* looks like at a glance: two names with one skeleton are easily taken for each other."""
    plain = unicodedata.normalize("NFKD", "".join(LOOKALIKES.get(char, char) for char in name)).casefold()
    shown = "".join(char for char in plain if not unicodedata.combining(char))
    for written, meant in _SWAPS:
        shown = shown.replace(written, meant)
    return shown
