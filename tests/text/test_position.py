"""Positions in lines and columns, UTF-16 units and bytes."""

from __future__ import annotations

import pytest

from guardrails.text.position import Positions


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of *offset*."""
    positions = Positions(text)
    return positions.line(offset), positions.column(offset)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("", 0, (1, 1)),
        ("ab", 2, (1, 3)),
        ("a\nb", 2, (2, 1)),
        ("a\r\nb", 3, (2, 1)),
        ("a\r\nb", 2, (1, 3)),
        ("a\rb", 2, (2, 1)),
        ("a\n", 2, (2, 1)),
        ("a\u2028b", 2, (1, 3)),
        ("\U0001f642x", 1, (1, 2)),
        ("u\u0308x", 2, (1, 3)),
    ],
)
def test_line_and_column(text: str, offset: int, expected: tuple[int, int]) -> None:
    """Lines end at LF, CRLF and CR; columns count code points."""
    assert expected == place(text, offset)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("abc", 3, (3, 3)),
        ("üb", 1, (1, 2)),
        ("純x", 1, (1, 3)),
        ("🙂x", 1, (2, 4)),
        ("👩\u200d🔬x", 3, (5, 11)),
        ("u\u0308x", 2, (2, 3)),
    ],
)
def test_other_units(text: str, offset: int, expected: tuple[int, int]) -> None:
    """UTF-16 units and bytes before an offset are those of the encoded text."""
    positions = Positions(text)

    assert expected == (positions.utf16(offset), positions.byte(offset))
