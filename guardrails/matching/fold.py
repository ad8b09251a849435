r"""
Folding: the form in which literals and text are compared, with an exact way back.

Folding writes one apostrophe and one hyphen for all that are typed for them, and plain letters for small capitals and
letters in filled circles and squares; drops default-ignorable code points (soft hyphen, zero-width characters, variation
selectors, tags, byte order mark), normalises to NFKC, case-folds, and turns every run of white space into one space. A run
that holds a blank line becomes ``"\n\n"`` instead, which no folded literal contains. Text is folded chunk by chunk, a chunk
being a character with everything that could compose with it, so that each folded character knows the source it came from.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from guardrails.model.span import Extent
from guardrails.text.expression import expression

# Default_Ignorable_Code_Point of DerivedCoreProperties.txt, Unicode 14 to 16 (the set has not changed between them).
_IGNORABLE_RANGES = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_IGNORABLE_CLASS = "".join(f"{chr(low)}-{chr(high)}" for low, high in _IGNORABLE_RANGES)
_IGNORABLE = expression(f"[{_IGNORABLE_CLASS}]")
# Conjoining vowels and trailing consonants: letters that compose with the letter before them.
_JAMO = expression("[\u1160-\u11ff\ud7b0-\ud7ff]")

# Written for one another, and not made equal by NFKC: apostrophes (keyboards, word processors and content systems each set
# their own), hyphens up to the en dash (an em dash parts what stands around it), a blank that is no white space, small
# capitals, and letters in filled circles and squares.
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_SAME = (
    dict.fromkeys("\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02c8\u2032\u00b4`", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\u2043\u02d7", "-")
    | {"\u2800": " "}
    | _SMALL_CAPITALS
    | {chr(first + at): chr(ord("a") + at) for first in (0x1F150, 0x1F170) for at in range(26)}
)

_BLANK_LINE = "\n\n"
# White space other than one plain space, or a run that is not ASCII with the letter it may compose with.
_SPECIAL = expression(
    rf"(?P<space>(?! (?![\s{_IGNORABLE_CLASS}]))[{_IGNORABLE_CLASS}]*\s[\s{_IGNORABLE_CLASS}]*)"
    r"|[\x21-\x7f]?[^\x00-\x7f\s]+",
)


class _Piece(NamedTuple):
    """Folded text from *at* on comes from source ``[start, end)``: character by character if *even*, else whole."""

    at: int
    start: int
    end: int
    even: bool


@dataclass(frozen=True, slots=True)
class Folded:
    """
    Folded text with its map; ``pieces`` is None where positions are the same in both.

    Attributes:
        text: The folded text.

        pieces: The map, sorted by folded position, covering all of ``text``.

        starts: ``at`` of every piece.
    """

    text: str
    pieces: tuple[_Piece, ...] | None = None
    starts: tuple[int, ...] = ()

    def extent(self, start: int, end: int) -> Extent:
        """Return the smallest source extent of whole characters behind folded ``[start, end)``, not empty."""
        if self.pieces is None:
            return Extent(start, end)
        first = self.pieces[bisect_right(self.starts, start) - 1]
        last = self.pieces[bisect_right(self.starts, end - 1) - 1]
        return Extent(
            first.start + start - first.at if first.even else first.start,
            last.start + end - last.at if last.even else last.end,
        )

    def is_aligned(self, position: int) -> bool:
        """Tell whether folded *position* stands between two source characters, not inside the folding of one."""
        if self.pieces is None or position >= len(self.text):
            return True
        piece = self.pieces[bisect_right(self.starts, position) - 1]
        return piece.even or piece.at == position


def fold(text: str) -> Folded:
    """Fold *text*; characters that stand for themselves, with single spaces, cost no map."""
    text = _with_one_sign(text)
    if "\n\n\n" not in text and (text.isascii() or all(map(_stands_alone, set(text)))):
        plain = _BLANK_LINE.join([" ".join(part.split()) for part in text.casefold().split(_BLANK_LINE)])
        if len(plain) == len(text):
            return Folded(plain)
    return _mapped(_runs(text))


def fold_key(literal: str) -> str:
    """Return *literal* folded for comparison: no white space at its ends, single spaces inside; may be empty."""
    folded = _with_one_sign(literal).lower() if literal.isascii() else fold(literal).text
    return " ".join(folded.split())


def is_ignorable(char: str) -> bool:
    """Tell whether folding drops *char*."""
    return _IGNORABLE.match(char) is not None


def _with_one_sign(text: str) -> str:
    """Return *text* with one sign for those that are written for one another, each in its place."""
    for char in ("`",) if text.isascii() else _SAME.keys() & set(text):
        text = text.replace(char, _SAME[char])
    return text


def _mapped(runs: Iterator[tuple[str, int, int, bool]]) -> Folded:
    at = 0
    parts: list[str] = []
    pieces: list[_Piece] = []
    for folded, start, end, even in runs:
        parts.append(folded)
        pieces.append(_Piece(at, start, end, even))
        at += len(folded)
    if all(piece.even and piece.at == piece.start for piece in pieces):
        return Folded("".join(parts))
    return Folded("".join(parts), tuple(pieces), tuple(piece.at for piece in pieces))


def _runs(text: str) -> Iterator[tuple[str, int, int, bool]]:
    """Yield ``(folded, source start, source end, even)`` in order, nothing empty."""
    done = 0
    for special in _SPECIAL.finditer(text):
        start, end = special.span()
        if special["space"] is None and all(map(_stands_alone, special[0])):
            continue
        if done < start:
            yield text[done:start].casefold(), done, start, True
        if special["space"] is None:
            yield from _chunks(text, start, end)
        else:
            space = _BLANK_LINE if text.count("\n", start, end) > 1 else " "
            yield space, start, end, end - start == len(space)
        done = end
    if done < len(text):
        yield text[done:].casefold(), done, len(text), True


def _chunks(text: str, start: int, end: int) -> Iterator[tuple[str, int, int, bool]]:
    first = start
    while first < end:
        last = after = first + 1
        while after < end and _joins(text[after]):
            after += 1
            last = last if is_ignorable(text[after - 1]) else after
        folded = _folded_chunk(text[first:last])
        if folded:
            yield folded, first, last, len(folded) == last - first == 1
        first = after


@lru_cache(maxsize=4096)
def _stands_alone(char: str) -> bool:
    """Tell whether *char* is folded to one character wherever it stands, by nothing but its case."""
    return char.isspace() or (not _joins(char) and _folded_chunk(char) == char.casefold() and len(char.casefold()) == 1)


@lru_cache(maxsize=4096)
def _joins(char: str) -> bool:
    """Tell whether *char* may compose with what stands before it, or vanishes."""
    head = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.category(head)[0] == "M" or _JAMO.match(head) is not None or is_ignorable(char)


@lru_cache(maxsize=4096)
def _folded_chunk(chunk: str) -> str:
    # Compatibility caseless matching, The Unicode Standard, section 3.13, definition D146.
    visible = _IGNORABLE.sub("", chunk)
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", visible).casefold())
    return _IGNORABLE.sub("", unicodedata.normalize("NFKC", once.casefold()))
