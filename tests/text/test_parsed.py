"""The map from parsed text back to the source."""

from __future__ import annotations

from guardrails.backends.documents import READERS
from guardrails.model.draft import Field
from guardrails.model.span import Extent, Span
from guardrails.text.parsed import ParsedField


def parsed(text: str) -> ParsedField:
    """Read *text* as Markdown."""
    return READERS["markdown"](Field("body", text, "markdown"))


def span_of(field: ParsedField, words: str) -> Span | None:
    """Return the span of *words* in the parsed text."""
    at = field.text.index(words)
    return field.span(Extent(at, at + len(words)))


def test_span_of_words_as_they_stand() -> None:
    """Words without markup in them map to exactly themselves."""
    assert span_of(parsed("# Best results"), "results") == Span("body", 7, 14)


def test_span_over_markup() -> None:
    """Words with markup in them map to the smallest range that covers them, and are not verbatim."""
    field = parsed("Is **guar**anteed now")

    assert span_of(field, "guaranteed") == Span("body", 5, 17)
    assert not field.is_verbatim(Extent(3, 13))


def test_span_of_a_decoded_character() -> None:
    """A decoded character maps to all it stands for."""
    assert span_of(parsed("f&uuml;r"), "ü") == Span("body", 1, 7)


def test_span_of_a_separator() -> None:
    """What only separates blocks has no span."""
    assert span_of(parsed("one\n\ntwo"), "\n\n") is None


def test_span_over_blocks() -> None:
    """An extent over two blocks maps from the first to the second."""
    assert span_of(parsed("one\n\n- two"), "one\n\ntwo") == Span("body", 0, 10)


def test_empty_span() -> None:
    """An empty extent maps to a place."""
    assert parsed("# Hi").span(Extent(2, 2)) == Span("body", 4, 4)


def test_empty_field() -> None:
    """An empty field has neither pieces nor blocks."""
    field = parsed("")

    assert (field.text, field.pieces, field.blocks) == ("", (), ())
    assert field.span(Extent(0, 0)) == Span("body", 0, 0)


def test_block_at() -> None:
    """A position belongs to the block that holds it, and none between blocks."""
    field = parsed("# Hi\n\nthere")
    kinds = [block.kind if (block := field.block_at(at)) else None for at in range(len(field.text))]

    assert kinds == ["heading"] * 2 + [None] * 2 + ["paragraph"] * 5
