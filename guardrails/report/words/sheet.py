"""
Tables and lists of values as data: what stands where, and how it is said of one thing.

A part of the report is then a few constants of sentences, and a function that puts them in order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from guardrails.report.document import Cell, Pairs, Table

T = TypeVar("T")

MOST = 25
"""Longest list in the text; the rest is in the CSV and JSON forms."""


class Column(NamedTuple, Generic[T]):
    """One column: its head, what stands in it for one thing, and its share of the width (0 for whatever is left)."""

    head: str
    cell: Callable[[T], Cell]
    width: int = 0


@dataclass(frozen=True)
class Sheet(Generic[T]):
    """A table of things of one sort."""

    caption: str
    columns: tuple[Column[T], ...]

    def of(self, things: Iterable[T], *, after: str = "") -> Table:
        """Return the table of these things; *after* follows the caption."""
        return Table(
            self.caption + after,
            tuple(column.head for column in self.columns),
            tuple(tuple(column.cell(one) for column in self.columns) for one in things),
            tuple(column.width for column in self.columns if column.width),
        )


class Line(NamedTuple, Generic[T]):
    """A name, and the value that one thing has under it."""

    name: str
    value: Callable[[T], Cell]


@dataclass(frozen=True)
class Lines(Generic[T]):
    """Names with values, of one thing."""

    lines: tuple[Line[T], ...]

    def of(self, thing: T, *more: tuple[str, Cell]) -> Pairs:
        """Return the values of *thing*, and what follows them."""
        return Pairs((*((one.name, one.value(thing)) for one in self.lines), *more))
