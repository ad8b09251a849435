"""Short ways to say what a reader made of a text."""

from __future__ import annotations

from guardrails.backends.documents import READERS
from guardrails.model.draft import Field, Format
from guardrails.text.parsed import ParsedField


def parsed(text: str, form: Format) -> ParsedField:
    """Read *text*."""
    return READERS[form](Field("body", text, form))


def blocks(field: ParsedField) -> list[tuple[str, str]]:
    """Return kind and text of every block."""
    return [(block.kind, field.text[block.extent.start : block.extent.end]) for block in field.blocks]


def pieces(field: ParsedField) -> list[tuple[str, str, str]]:
    """Return kind, text and source of every piece that is not synthetic."""
    ends = [*(piece.start for piece in field.pieces[1:]), len(field.text)]
    return [
        (piece.kind, field.text[piece.start : end], field.source[piece.source_start : piece.source_end])
        for piece, end in zip(field.pieces, ends, strict=False)
        if piece.kind != "synthetic"
    ]


def links(field: ParsedField) -> list[tuple[str, str]]:
    """Return text and target of every link."""
    return [(field.text[extent.start : extent.end], target) for extent, target in field.links]
