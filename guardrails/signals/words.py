"""
Words of a text.

A word is a run of letters, digits and the marks that belong to them. Apostrophes and hyphens inside it do not divide
it ("don't", "risk-free"), nor do the separators of a number ("1.500,00", "10:30"). Underscores divide. In scripts
without spaces a word is the whole run between punctuation.
"""

from __future__ import annotations

from guardrails.model.span import Extent
from guardrails.text.expression import expression

# Combining marks of Latin, Greek and Cyrillic, vowel signs of Indic and Thai scripts, and invisible characters.
_MARKS = (
    "\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09d7"
    "\u0a01-\u0a4d\u0b82\u0bbe-\u0bcd\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200d\u2060"
    "\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"
)
_PART = rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*"
_WORD = expression(rf"{_PART}(?:['’ʼ\-\u2010\u2011]{_PART}|(?<=\d)[.,:]\d(?:[^\W_]|[{_MARKS}])*)*")


def words(text: str) -> tuple[Extent, ...]:
    """Return the extents of the words of *text*, in order."""
    return tuple([Extent._make(found.span()) for found in _WORD.finditer(text)])
