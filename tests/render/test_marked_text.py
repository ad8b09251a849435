"""A whole text with its findings marked in place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.render.excerpt import columns
from guardrails.render.marked_text import WIDTH, Mark, marked_text
from guardrails.render.paint import Paint


def lines(text: str, *marks: Mark) -> list[str]:
    """The lines as printed, without colour."""
    return list(marked_text(text, marks, Paint()))


def test_lines_are_numbered_and_marks_stand_below_them() -> None:
    """The label follows the carets; a line without a mark has none."""
    assert [
        " 1 | A lamp.",
        " 2 | Results guaranteed in a week.",
        "   |         ^^^^^^^^^^ f1",
        " 3 |",
        " 4 | End",
    ] == lines("A lamp.\nResults guaranteed in a week.\n\nEnd\n", Mark(16, 26, "f1"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts(end: str) -> None:
    """Positions stay those of the submitted text."""
    text = f"ab{end}cd"

    assert [" 1 | ab", " 2 | cd", "   | ^^ f1"] == lines(text, Mark(2 + len(end), 4 + len(end), "f1"))


def test_a_long_line_goes_on_below() -> None:
    """Nothing is cut; the label stands where the mark ends."""
    text = "word " * 40
    printed = lines(text, Mark(90, 100, "f1"))

    assert text.split() == " ".join(line[5:] for line in printed if "^" not in line).split()
    assert ["^^^^^", "^^^^^ f1"] == [line[5:].strip() for line in printed if "^" in line]


def test_marks_of_one_line_share_their_carets() -> None:
    """Labels are listed in order, each once."""
    assert "   | ^ ^^^ f1, f2" == lines("a bcd", Mark(0, 1, "f1"), Mark(2, 5, "f2"), Mark(2, 3, "f1"))[1]


def test_wide_characters_take_two_carets() -> None:
    """Carets stand below what they are about on any terminal."""
    assert "   |   ^^^^ f1" == lines("灯灯灯", Mark(1, 3, "f1"))[1]


def test_a_terminal_obeys_nothing_in_the_text() -> None:
    """Escape sequences become visible."""
    assert "\x1b" not in "".join(lines("\x1b[31mred", Mark(0, 5, "f1")))


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), include_characters="\n"), max_size=400))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str) -> None:
    """Whatever the text: its characters come out in order."""
    printed = lines(text)
    bodies = [re.sub(r"^ *\d* \| ?", "", line) for line in printed]

    assert all(columns(body) <= WIDTH for body in bodies)
    assert re.sub(r"\s", "", text) == re.sub(r"\s", "", "".join(bodies))
