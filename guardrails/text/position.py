"""
Positions of a text in the units other programs count in: lines and columns, UTF-16 units, UTF-8 bytes.

The native unit is the code point. Every other unit differs from it only by the wider characters before a position, so
each is the code point offset plus the number of such characters, found by bisection. A line ends at LF, CRLF or a
lone CR, as in the Language Server Protocol.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

from guardrails.text.expression import expression

_LINE_END = expression(r"\r\n?|\n")
_TWO_BYTES_UP = expression("[^\x00-\x7f]")
_THREE_BYTES_UP = expression("[^\x00-\u07ff]")
_ASTRAL = expression("[^\x00-\uffff]")


class Positions:
    """
    The positions of one text; each index is made on first use.

    Offsets are code points from 0 to ``len(text)`` inclusive. Lone surrogates are refused before anything is parsed;
    here one would count as three bytes.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def line(self, offset: int) -> int:
        """Return the line of *offset*, from 1; an offset between CR and LF is still on the line they end."""
        return bisect_right(self._line_starts, offset)

    def column(self, offset: int) -> int:
        """Return the column of *offset* in its line, in code points, from 1."""
        return offset - self._line_starts[self.line(offset) - 1] + 1

    def utf16(self, offset: int) -> int:
        """Return how many UTF-16 units stand before *offset*."""
        return offset + bisect_left(self._astral, offset)

    def byte(self, offset: int) -> int:
        """Return how many UTF-8 bytes stand before *offset*."""
        wider = bisect_left(self._two_up, offset)
        if not wider:
            return offset
        return offset + wider + bisect_left(self._three_up, offset) + bisect_left(self._astral, offset)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self._text))]

    @cached_property
    def _two_up(self) -> list[int]:
        return self._places(_TWO_BYTES_UP)

    @cached_property
    def _three_up(self) -> list[int]:
        return self._places(_THREE_BYTES_UP)

    @cached_property
    def _astral(self) -> list[int]:
        return self._places(_ASTRAL)

    def _places(self, wide: re.Pattern[str]) -> list[int]:
        return [] if self._text.isascii() else [found.start() for found in wide.finditer(self._text)]
