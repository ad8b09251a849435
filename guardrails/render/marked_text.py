"""A whole text with line numbers and carets below what findings are about, wrapped so that nothing of it is cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guardrails.render.excerpt import columns
from guardrails.render.paint import Paint, printable

WIDTH = 96
"""Columns of a line of text; the gutter comes before it."""

_LINE = re.compile(r"([^\r\n]*)(?:\r\n?|\n|$)")
_WORD = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Mark:
    """``[start, end)`` of a text, in code points, and what stands behind its carets."""

    start: int
    end: int
    label: str


def marked_text(text: str, marks: Sequence[Mark], paint: Paint) -> Iterator[str]:
    """
    Yield *text* line by line; lines end at LF, CRLF or CR, and are continued below where they are too long.

    A mark's label stands where the mark ends.
    """
    lines = [(found.start(1), found[1].replace("\t", " ")) for found in _LINE.finditer(text)]
    if len(lines) > 1 and not lines[-1][1]:
        lines.pop()  # what follows the last line's end
    width = len(str(len(lines)))
    for number, (start, line) in enumerate(lines, 1):
        for index, (at, piece) in enumerate(_pieces(start, line)):
            gutter = f" {number if index == 0 else '':>{width}} |"
            yield f"{paint('dim', gutter)} {printable(piece)}".rstrip()
            carets = _carets(at, piece, marks)
            if carets:
                yield f"{paint('dim', f' {chr(32) * width} |')} {paint('bad', carets)}"


def _pieces(start: int, line: str) -> Iterator[tuple[int, str]]:
    """Yield *line*, which starts at *start*, in pieces of at most :data:`WIDTH` columns, at least one."""
    at, piece = start, ""
    for part in _parts(line):
        if piece and columns(piece + part) > WIDTH:
            yield at, piece
            at, piece = at + len(piece), ""
        piece += part
    yield at, piece


def _parts(line: str) -> Iterator[str]:
    """Yield words with the space after them; one that is too long for a line, letter by letter."""
    for word in _WORD.findall(line):
        yield from word if columns(word) > WIDTH else (word,)


def _carets(at: int, piece: str, marks: Sequence[Mark]) -> str:
    """Return the line below *piece*, which starts at *at*: carets below its marks, then the labels that end here."""
    end = at + len(piece)
    here = [mark for mark in marks if mark.start < end and mark.end > at]
    if not here:
        return ""
    row = [" "] * columns(piece)
    for mark in here:
        low, high = max(mark.start - at, 0), min(mark.end, end) - at
        first, last = columns(piece[:low]), columns(piece[:high])
        row[first:last] = "^" * (last - first)
    labels = ", ".join(dict.fromkeys(mark.label for mark in here if mark.end <= end))
    return f"{''.join(row).rstrip()} {labels}".rstrip()
