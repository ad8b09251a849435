"""
Words spelt so that no list finds them: ``g u a r a n t e e d``, ``g-u-a-r-a-n-t-e-e-d``, ``gu4r4nteed``.

They are read as people read them. *Spaced*: four or more single letters in a row with the same sign between them (a
space, full stop, hyphen, middle dot …); a literal is found in it if it is the whole of it, or has six letters or more,
because in spaced text every letter seems to end a word. *Swapped*: a word of at least four letters, half of them
letters indeed, with figures or signs between or before its letters that look like others (``0 1 3 4 5 7 8 @ $ ! |``); a
literal is found if it takes one of them in, and ``1`` and ``!`` are read as i and as l.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from guardrails.model.span import Extent
from guardrails.text.expression import expression

_LETTER = r"[^\W\d_]"
_GAP = r"(?P<gap>[ \u00a0\u202f.·•∙*_|/~+-])"
# What is rare in prose and always there, to look for first; then the whole of it.
_GAPS = expression(rf"{_GAP}(?={_LETTER}(?P=gap){_LETTER}(?P=gap))")
_SPACED = expression(rf"(?<![^\W_]){_LETTER}{_GAP}{_LETTER}(?:(?P=gap){_LETTER}){{2,}}(?![^\W_])")
_SIGN = expression(rf"[0134578@$!|](?={_LETTER})")
_SWAPPED = expression(rf"(?<={_LETTER}).|(?<![\w@$!|.])[034578@$](?={_LETTER}{{3}})")
_TOKEN_PART = expression(r"[\w@$!|-]")
_READS_AS = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "|": "l"}
_EITHER = "1!"
_SIGNS = frozenset((*_READS_AS, *_EITHER))
_LEAST_LETTERS = 4
_LEAST_PART = 6


class Disguised(NamedTuple):
    """
    A word as it reads, folded, and where each character of it stands in the text.

    *swapped* are the positions in ``text`` that were not read as they stand; none for a spaced word.
    """

    text: str
    at: tuple[int, ...]
    swapped: frozenset[int]

    def extent(self, start: int, end: int) -> Extent | None:
        """Return where ``[start, end)`` of the word stands, or None if that much of it is not to be believed."""
        if self.swapped:
            is_meant = not self.swapped.isdisjoint(range(start, end))
        else:
            is_meant = end - start >= (_LEAST_PART if end - start < len(self.text) else _LEAST_LETTERS)
        return Extent(self.at[start], self.at[end - 1] + 1) if is_meant else None


def disguised(text: str) -> Iterator[Disguised]:
    """Yield the disguised words of *text*; one that can be read in two ways twice."""
    done = 0
    for gap in _GAPS.finditer(text):
        if gap.start() >= max(done, 1) and (found := _SPACED.match(text, gap.start() - 1)):
            done = found.end()
            letters = [(char, at) for at in range(found.start(), done, 2) for char in text[at].casefold()]
            yield Disguised("".join(char for char, _ in letters), tuple(at for _, at in letters), frozenset())
    done = 0
    for sign in _SIGN.finditer(text):
        if sign.start() >= done and _SWAPPED.match(text, sign.start()):
            start, done = _token(text, sign.start())
            yield from _swapped(text, start, done)


def _token(text: str, at: int) -> tuple[int, int]:
    start, end = at, at + 1
    while start > 0 and _TOKEN_PART.match(text[start - 1]):
        start -= 1
    while end < len(text) and _TOKEN_PART.match(text[end]):
        end += 1
    return start, end


def _swapped(text: str, start: int, end: int) -> Iterator[Disguised]:
    token = text[start:end]
    letters, signs = sum(char.isalpha() for char in token), sum(char in _SIGNS for char in token)
    if letters + signs < _LEAST_LETTERS or letters < signs:
        return
    for either in "il" if any(char in token for char in _EITHER) else "i":
        read = [(char, number) for number, one in enumerate(token) for char in _read(one, either)]
        swapped = frozenset(at for at, (_, number) in enumerate(read) if token[number] in _SIGNS)
        yield Disguised("".join(char for char, _ in read), tuple(start + number for _, number in read), swapped)


def _read(char: str, either: str) -> str:
    return either if char in _EITHER else _READS_AS.get(char) or char.casefold()
