"""
Positions in text.

A :class:`Span` points into a *submitted field* and is what people and programs see. An :class:`Extent` points into
the *parsed text* of a field and never leaves ``text``, ``matching``, ``signals`` and ``rules``; the field's source
map turns one into the other, once, in ``rules/run.py``. Both are half-open and count Unicode code points.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple


class Extent(NamedTuple):
    """
    The half-open range ``[start, end)`` of a field's parsed text.

    A named tuple: every word of a text is one, and a tuple is made, compared and hashed without running Python.
    """

    start: int
    end: int

    def covers(self, other: Extent) -> bool:
        """Tell whether *other* lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Extent) -> bool:
        """Tell whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end


class Extents:
    """Extents of one text in order; tells by bisection how another one lies to them."""

    def __init__(self, extents: Iterable[Extent]) -> None:
        self.ordered = sorted(extents)
        self._starts = [extent.start for extent in self.ordered]
        self._furthest = list(accumulate((extent.end for extent in self.ordered), max))

    def cover(self, extent: Extent) -> bool:
        """Tell whether *extent* lies wholly inside one of them."""
        at = bisect_right(self._starts, extent.start)
        return at > 0 and self._furthest[at - 1] >= extent.end

    def overlap(self, extent: Extent) -> bool:
        """Tell whether one of them shares at least one code point with *extent*."""
        at = bisect_left(self._starts, extent.end)
        return at > 0 and self._furthest[at - 1] > extent.start


class Span(NamedTuple):
    """The half-open code-point range ``[start, end)`` of the submitted field with id *field*."""

    field: str
    start: int
    end: int
