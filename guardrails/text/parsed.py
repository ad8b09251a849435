"""
Parsed text: what of a field is prose, with an exact map back to the submitted field.

A reader joins the prose of a field into one parsed ``text``; every code point of it belongs to one :class:`Piece` of
the source map. A *verbatim* piece stands in the source code point for code point; a *decoded* one (an entity, an
escape, a folded line end) stands for all of its source range; a *synthetic* one (a separator between blocks) stands
for nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from guardrails.model.draft import Field, Pairs
from guardrails.model.span import Extent, Span

BlockKind = Literal[
    "heading", "paragraph", "list-item", "quote", "cell", "caption", "alt", "title", "label", "meta"
]  # fmt: skip


class Block(NamedTuple):
    """A paragraph, heading, list item … as an extent of the parsed text; *level* is 1–6 for headings, else 0."""

    kind: BlockKind
    extent: Extent
    level: int = 0


class Piece(NamedTuple):
    """Parsed ``[start, next piece's start)`` comes from source ``[source_start, source_end)``."""

    start: int
    source_start: int
    source_end: int
    kind: Literal["verbatim", "decoded", "synthetic"] = "verbatim"


class Suppression(NamedTuple):
    """
    A suppression comment at *at*: *rule* is disabled for findings inside the source's ``[start, end)``.

    No *rule*: the comment begins like one and is none.
    """

    rule: str
    reason: str
    start: int
    end: int
    who: str = ""
    at: int = 0


class Unread(NamedTuple):
    """
    A passage of the source's ``[start, end)`` that is no prose, so that no rule judges it.

    *what* names it in plain words ("code", "front matter" …); *text* is what it says if the source spells it in
    another way, else empty.
    """

    start: int
    end: int
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ParsedField:
    r"""
    One field after reading.

    Attributes:
        source: The submitted text.

        text: The prose, blocks joined by ``"\\n\\n"`` (synthetic).

        blocks: In order of their extents; they do not overlap.

        pieces: The source map, sorted by ``start``, covering all of ``text``; empty only if ``text`` is.

        front_matter: Context keys the field's front matter claims, as strings.

        suppressions: The suppression comments with the part of the source each is about, in order.

        not_seen: What the reader could not look at, e.g. ``"image without alt text"``.

        links: ``(extent of the link text, target)`` of every link. Where a bare address is left out of the prose,
            the extent is its stand-in.

        mute_links: ``(start, end, target)`` of every link with nothing in it to read (an image without alternative
            text, say); the source's ``[start, end)`` is what makes it a link.

        unread: Passages that are published and are no prose, in the order they were read.

        problems: ``(code, message)`` of what makes the field unfit to be judged; each is a fault.
    """

    id: str
    format: str
    source: str
    text: str
    blocks: tuple[Block, ...]
    pieces: tuple[Piece, ...]
    front_matter: Pairs = ()
    suppressions: tuple[Suppression, ...] = ()
    not_seen: tuple[str, ...] = ()
    links: tuple[tuple[Extent, str], ...] = ()
    unread: tuple[Unread, ...] = ()
    problems: Pairs = ()
    mute_links: tuple[tuple[int, int, str], ...] = ()
    _starts: list[int] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the source map."""
        self._starts.extend(piece.start for piece in self.pieces)

    def span(self, extent: Extent) -> Span | None:
        """
        Return the smallest source span that covers *extent*; None if it is wholly synthetic.

        An empty extent maps to the empty span where its position stands in the source.
        """
        if extent.start == extent.end:
            at = self._source_at(extent.start)
            return Span(self.id, at, at)
        first = max(bisect_right(self._starts, extent.start) - 1, 0)
        last = bisect_right(self._starts, extent.end - 1)
        places = [_place(piece, extent) for piece in self.pieces[first:last] if piece.kind != "synthetic"]
        if not places:
            return None
        return Span(self.id, min(places)[0], max([end for _, end in places]))

    def is_verbatim(self, extent: Extent) -> bool:
        """Tell whether the source slice at :meth:`span` is exactly the parsed slice."""
        span = self.span(extent)
        return span is not None and self.source[span.start : span.end] == self.text[extent.start : extent.end]

    def block_at(self, position: int) -> Block | None:
        """Return the block that holds parsed *position*, or None between blocks."""
        index = bisect_right(self.blocks, position, key=lambda block: block.extent.start) - 1
        if index >= 0 and position < max(self.blocks[index].extent.end, self.blocks[index].extent.start + 1):
            return self.blocks[index]
        return None

    def _source_at(self, position: int) -> int:
        if not self.pieces:
            return 0
        piece = self.pieces[max(bisect_right(self._starts, position) - 1, 0)]
        if piece.kind == "verbatim":
            return min(piece.source_start + position - piece.start, piece.source_end)
        return piece.source_end if position > piece.start else piece.source_start


def _place(piece: Piece, extent: Extent) -> tuple[int, int]:
    """Return what of the source *piece* has for *extent*, which overlaps it."""
    if piece.kind == "decoded":
        return piece.source_start, piece.source_end
    shift = piece.source_start - piece.start
    return max(extent.start + shift, piece.source_start), min(extent.end + shift, piece.source_end)


class DocumentReader(Protocol):
    """The port of a document format: submitted field in, parsed field out; pure, never raises on any string."""

    def __call__(self, field: Field, /) -> ParsedField:
        """Read one field."""
