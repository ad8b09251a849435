"""
What a report looks like before it has a form: sections of a few kinds of block, which every renderer knows.

Text is plain; a stretch between backticks is code. A renderer adds nothing to the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

Tone = Literal["good", "attention", "gap", "plain"]
"""``good``: as it should be. ``attention``: somebody has to act. ``gap``: nothing is known. ``plain``: neither."""


class Mark(NamedTuple):
    """A word with a tone; the word alone says all, the tone only helps to find it."""

    text: str
    tone: Tone


Cell: TypeAlias = "str | int | Mark"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; *lead* is one of larger type, at the head of a section."""

    text: str
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A plain list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Callout:
    """Something that must not be overlooked."""

    title: str
    text: str
    tone: Tone


class Figure(NamedTuple):
    """A number that counts, what it counts, and what to think of it."""

    value: str
    label: str
    note: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Figures:
    """A few numbers side by side."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and values."""

    pairs: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table with a caption; the first cell of a row is its header.

    Attributes:
        rows: Of as many cells as *head*. Integers stand to the right.

        widths: Shares of the width, where the columns differ much; empty lets the renderer decide.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...] = ()


class Bar(NamedTuple):
    """One bar of a chart, in parts from left to right."""

    label: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of stacked bars; *alternative* says in words what it shows, *parts* name the colours by their tones."""

    title: str
    alternative: str
    parts: tuple[Mark, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type or compare, character by character."""

    text: str


Block: TypeAlias = "Paragraph | Items | Callout | Figures | Pairs | Table | Bars | Code"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its blocks; *id* is stable, for links."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole: *subtitle* and *facts* stand under the title, *foot* at the end of every page."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    first: Section
    sections: tuple[Section, ...]
    foot: str
    as_of_ms: int
    lang: str = "en"
