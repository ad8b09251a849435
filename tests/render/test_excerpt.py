"""Excerpts and their carets."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.render.excerpt import columns, excerpt, marked_lines
from guardrails.render.paint import Paint


def _shown(text: str, start: int, end: int, label: str = "") -> list[str]:
    return excerpt(marked_lines(text, start, end), label, Paint(), "warn")


def test_a_tab_takes_the_columns_it_shows() -> None:
    """A tab is shown as spaces, and the carets follow."""
    assert _shown("\tbest", 1, 5) == [" 1 | \u0020   best", "   |     ^^^^"]


def test_wide_characters_take_two_columns() -> None:
    """A caret line below Japanese text counts two columns per character."""
    assert _shown("世界で best", 4, 8) == [" 1 | 世界で best", "   |        ^^^^"]


def test_combining_marks_take_none() -> None:
    """A decomposed umlaut is one column."""
    assert _shown("u\u0308ber best", 6, 10) == [" 1 | u\u0308ber best", "   |      ^^^^"]


def test_a_span_over_lines_marks_each() -> None:
    """Every line of a short span has its carets, the last one the label."""
    assert _shown("one two\nthree", 4, 13, "here") == [" 1 | one two", "   |     ^^^", " 2 | three", "   | ^^^^^ here"]


def test_a_long_span_is_shortened() -> None:
    """Of many lines the first two and the last are shown."""
    text = "\n".join("abcdefghi")

    assert _shown(text, 0, len(text)) == [" 1 | a", "   | ^", " 2 | b", "   | ^", " ...", " 9 | i", "   | ^"]


def test_a_long_line_is_cut_around_the_span() -> None:
    """The marked part of a very long line is visible, with carets below it."""
    text = "x" * 500 + " best " + "y" * 500

    line, carets = _shown(text, 501, 505)

    assert line[carets.index("^") :].startswith("best")
    assert columns(line) < 120


def test_line_ends_of_windows_are_line_ends() -> None:
    """CRLF ends a line and is not shown."""
    assert _shown("one\r\ntwo\r\n", 5, 8) == [" 2 | two", "   | ^^^"]


@given(st.text("ab \t\r\n世\u0308é", max_size=40), st.data())
@settings(max_examples=80, deadline=None)
def test_marked_lines_cover_the_span(text: str, data: st.DataObject) -> None:
    """The marked parts joined are the span without line ends, and lines are numbered on."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    lines = marked_lines(text, start, end)

    quoted = "".join(line.text[line.start : line.end] for line in lines).replace("\r", "").replace(" ", "")
    assert text[start:end].replace("\r", "").replace("\n", "").replace(" ", "") == quoted
    assert list(range(lines[0].number, lines[0].number + len(lines))) == [line.number for line in lines]
    assert all(columns(line) < 140 for line in _shown(text, start, end))
