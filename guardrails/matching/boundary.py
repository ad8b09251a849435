"""
Where a whole word ends.

A hit is whole if neither neighbour is a letter, a digit or a combining mark. Hyphens, apostrophes, underscores and
signs are boundaries, and so are superscript figures and ™, because footnote marks and trade marks stand at the end of
a word. Ignorable characters are looked through: a zero-width space makes no boundary.

In scripts that set no spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) a neighbour inside a
sentence is nearly always a letter, so a whole literal is found only between punctuation; literals in those scripts
must be declared with ``whole=False``.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from guardrails.matching.fold import is_ignorable
from guardrails.model.span import Extent


def is_whole(text: str, extent: Extent) -> bool:
    """Tell whether *extent* of *text* starts and ends at a boundary."""
    return not (_sticks_before(text, extent.start) or _sticks_after(text, extent.end))


def _sticks_before(text: str, position: int) -> bool:
    while position > 0:
        position -= 1
        char = text[position]
        if char < "\x80" or not is_ignorable(char):
            return _sticks(char)
    return False


def _sticks_after(text: str, position: int) -> bool:
    while position < len(text):
        char = text[position]
        if char < "\x80" or not is_ignorable(char):
            return _sticks(char)
        position += 1
    return False


def _sticks(char: str) -> bool:
    return char.isalnum() if char < "\x80" else _continues_word(char)


@lru_cache(maxsize=4096)
def _continues_word(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LM" or category in {"Nd", "Nl"}
