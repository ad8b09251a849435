"""
Prose in the making: readers say what they see, in reading order, and get a :class:`ParsedField` with its source map.

A block is opened by the first content after :meth:`Prose.enter`, :meth:`Prose.leave` or :meth:`Prose.close`, and
vanishes if nothing of it is prose. *Asides* (alternative texts, titles, labels) become blocks of their own after the
block they stand in, so that they neither break its sentences nor get lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from guardrails.model.draft import Field, Pairs
from guardrails.model.span import Extent
from guardrails.text.parsed import Block, BlockKind, ParsedField, Piece, Suppression

STAND_IN = "\ufffc"
"""OBJECT REPLACEMENT CHARACTER: stands where a reader left something out, so that no phrase reaches across it."""

SEPARATOR = "\n\n"
"""Stands between blocks."""

_Kind = Literal["verbatim", "decoded", "synthetic"]


class _Link:
    """A link, the source's ``[start, end)`` that makes it, and whether there is anything in it to read."""

    __slots__ = ("end", "is_shown", "start", "target")

    def __init__(self, target: str, start: int, end: int) -> None:
        self.target, self.start, self.end = target, start, end
        self.is_shown = False


class _Buffer:
    """One block in the making; *items* are ``(text, source start, source end, kind)``, verbatim ones without text."""

    __slots__ = ("gap", "has_prose", "items", "kind", "length", "level", "link_start", "links")

    def __init__(self, kind: BlockKind, level: int, link_start: int | None) -> None:
        self.kind: BlockKind = kind
        self.level = level
        self.items: list[tuple[str, int, int, _Kind]] = []
        self.length = 0
        self.has_prose = False
        self.gap: tuple[str, int, int] | None = None
        self.links: list[tuple[int, int, _Link, bool]] = []
        self.link_start = link_start

    def add(self, text: str, start: int, end: int, kind: _Kind) -> None:
        """Append what is no verbatim text."""
        self.items.append((text, start, end, kind))
        self.length += len(text)

    def add_verbatim(self, start: int, end: int) -> None:
        """Append the source's ``[start, end)``, joined to what stands right before it."""
        items = self.items
        if items and items[-1][2] == start and items[-1][3] == "verbatim":
            items[-1] = ("", items[-1][1], end, "verbatim")
        else:
            items.append(("", start, end, "verbatim"))
        self.length += end - start

    def end_link(self, link: _Link) -> None:
        """Remember the link that ends here, unless nothing stands in it."""
        if self.link_start is not None and self.link_start < self.length:
            self.links.append((self.link_start, self.length, link, self._shows(self.link_start)))
        self.link_start = None

    def _shows(self, start: int) -> bool:
        """Tell whether something from the block's *start* on comes from the source."""
        at = self.length
        for text, _, _, kind in reversed(self.items):
            if at <= start or kind != "synthetic":
                return at > start
            at -= len(text)
        return False


class Prose:
    """What has been read of one field so far; all positions are code points of *source*."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._containers: list[tuple[BlockKind, int]] = [("paragraph", 0)]
        self._buffers: list[_Buffer] = []
        self._asides: list[_Buffer] = []
        self._link: _Link | None = None
        self._begun: list[_Link] = []
        self._texts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._pieces: list[Piece] = []
        self._links: list[tuple[Extent, str]] = []

    @property
    def has_link(self) -> bool:
        """Tell whether a link is open."""
        return self._link is not None

    @property
    def is_open(self) -> bool:
        """Tell whether a block is open."""
        return bool(self._buffers)

    def enter(self, kind: BlockKind | None = None, level: int = 0) -> int:
        """Enter a container whose blocks are of *kind* (None: as around it); return the depth to leave it with."""
        self.close()
        depth = len(self._containers)
        self._containers.append(self._containers[-1] if kind is None else (kind, level))
        return depth

    def leave(self, depth: int) -> None:
        """Leave the container that :meth:`enter` returned *depth* for, and whatever is still open inside it."""
        self.close()
        del self._containers[max(depth, 1) :]

    def verbatim(self, start: int, end: int) -> None:
        """Add the source's ``[start, end)`` as it stands."""
        if start < end:
            buffer = self._buffer()
            buffer.has_prose = True
            buffer.add_verbatim(start, end)

    def decoded(self, text: str, start: int, end: int) -> None:
        """Add *text*, which all of the source's ``[start, end)`` stands for."""
        if text:
            buffer = self._buffer()
            buffer.has_prose = True
            buffer.add(text, start, end, "decoded")

    def gap(self, text: str, start: int, end: int) -> None:
        """Add the white space *text* (one code point), unless at an edge of a block or beside other white space."""
        if not self._buffers or not self._buffers[-1].items:
            return
        buffer = self._buffers[-1]
        if buffer.gap is not None:
            if text == "\n":
                buffer.gap = (text, start, end)
            return
        last, _, last_end, kind = buffer.items[-1]
        if not (self.source[last_end - 1] if kind == "verbatim" else last[-1]).isspace():
            buffer.gap = (text, start, end)

    def stand_in(self, start: int, end: int, *, is_prose: bool = False) -> None:
        """Mark that the source's ``[start, end)`` is left out; with *is_prose* it can be found and pointed at."""
        buffer = self._buffer()
        buffer.has_prose |= is_prose
        buffer.add(STAND_IN, start, end, "decoded" if is_prose else "synthetic")

    def begin_link(self, target: str, start: int, end: int) -> None:
        """Begin a link, which the source's ``[start, end)`` makes; one that is still open ends."""
        self.end_link()
        self._link = _Link(target, start, end)
        self._begun.append(self._link)
        if self._buffers:
            buffer = self._buffers[-1]
            buffer.link_start = buffer.length + (buffer.gap is not None)

    def end_link(self) -> None:
        """End the link, if one is open."""
        if self._link is not None and self._buffers:
            self._buffers[-1].end_link(self._link)
        self._link = None

    def begin_aside(self, kind: BlockKind) -> None:
        """Begin a text that is no part of the block around it; an alternative text is part of the link around it."""
        self._buffers.append(_Buffer(kind, 0, 0 if kind == "alt" and self._link is not None else None))

    def end_aside(self) -> bool:
        """End the innermost aside; tell whether there was any prose in it."""
        aside = self._buffers.pop()
        if self._link is not None:
            aside.end_link(self._link)
        if aside.has_prose:
            self._asides.append(aside)
        return aside.has_prose

    def close(self) -> None:
        """End the open block, if there is one."""
        if not self._buffers and not self._asides:
            return
        while len(self._buffers) > 1:
            self.end_aside()
        ended = [*self._buffers, *self._asides]
        if self._link is not None and self._buffers:
            self._buffers[0].end_link(self._link)
        self._buffers.clear()
        self._asides.clear()
        for buffer in ended:
            if buffer.has_prose:
                self._flush(buffer)

    def parsed(
        self,
        field: Field,
        *,
        front_matter: Pairs = (),
        suppressions: Iterable[Suppression] = (),
        not_seen: Iterable[str] = (),
    ) -> ParsedField:
        """Return what was read of *field*, with what is known beside its prose."""
        self.close()
        return ParsedField(
            id=field.id,
            format=field.format,
            source=self.source,
            text="".join(self._texts),
            blocks=tuple(self._blocks),
            pieces=tuple(self._pieces),
            front_matter=front_matter,
            suppressions=tuple(suppressions),
            not_seen=tuple(not_seen),
            links=tuple(self._links),
            mute_links=tuple((link.start, link.end, link.target) for link in self._begun if not link.is_shown),
        )

    def _buffer(self) -> _Buffer:
        if not self._buffers:
            kind, level = self._containers[-1]
            self._buffers.append(_Buffer(kind, level, None if self._link is None else 0))
        buffer = self._buffers[-1]
        if buffer.gap is not None:
            text, start, end = buffer.gap
            buffer.gap = None
            if self.source[start:end] == text:
                buffer.add_verbatim(start, end)
            else:
                buffer.add(text, start, end, "decoded")
        return buffer

    def _flush(self, buffer: _Buffer) -> None:
        pieces, texts, at = self._pieces, self._texts, self._length
        if self._blocks:
            end = pieces[-1].source_end
            pieces.append(Piece(at, end, end, "synthetic"))
            texts.append(SEPARATOR)
            at += len(SEPARATOR)
        begin = at
        for text, start, end, kind in buffer.items:
            pieces.append(Piece(at, start, end, kind))
            texts.append(self.source[start:end] if kind == "verbatim" else text)
            at += len(texts[-1])
        self._length = at
        self._blocks.append(Block(buffer.kind, Extent(begin, at), buffer.level))
        for start, end, link, shows in buffer.links:
            self._links.append((Extent(begin + start, begin + end), link.target))
            link.is_shown = link.is_shown or shows
