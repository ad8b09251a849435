"""Reading plain text."""

from __future__ import annotations

import pytest

from tests.backends.documents.reading import blocks, links, parsed, pieces


def test_paragraphs() -> None:
    """Blank lines separate paragraphs, whatever white space they hold."""
    assert blocks(parsed("One\ntwo\n \t\n\n three ", "text")) == [("paragraph", "One\ntwo"), ("paragraph", "three")]


@pytest.mark.parametrize("marker", ["-", "*", "•", "1.", "12)"])
def test_list_items(marker: str) -> None:
    """A line with a marker begins a list item, and the marker is no prose."""
    text = f"Intro\n{marker} one\n  more\n{marker} two"

    assert blocks(parsed(text, "text")) == [("paragraph", "Intro"), ("list-item", "one\n  more"), ("list-item", "two")]


@pytest.mark.parametrize("text", ["-5 degrees", "2024. A year", "1.5 litres", "-", "*bold*"])
def test_no_markers(text: str) -> None:
    """Signs, years and decimals are no markers."""
    assert blocks(parsed(text, "text")) == [("paragraph", text)]


def test_line_ends() -> None:
    """CRLF is one decoded line end, LF stays as it is."""
    assert pieces(parsed("a\r\nb\nc", "text")) == [
        ("verbatim", "a", "a"),
        ("decoded", "\n", "\r\n"),
        ("verbatim", "b\nc", "b\nc"),
    ]


def test_combining_marks_and_emoji() -> None:
    """Decomposed letters and joined emoji stand in the text code point by code point."""
    text = "u\u0308ber 👩\u200d🔬 🙂"

    assert pieces(parsed(text, "text")) == [("verbatim", text, text)]


def test_addresses() -> None:
    """An address stays in the text and is a link, without the full stop behind it."""
    field = parsed("See https://example.com/a_b.", "text")

    assert field.text == "See https://example.com/a_b."
    assert links(field) == [("https://example.com/a_b", "https://example.com/a_b")]


@pytest.mark.parametrize("text", ["", " \n\t\r\n ", "\r"])
def test_nothing(text: str) -> None:
    """White space alone is no prose."""
    assert (parsed(text, "text").text, parsed(text, "text").blocks) == ("", ())
