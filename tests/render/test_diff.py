"""Fixes and their diff."""

from __future__ import annotations

from guardrails.render.diff import unified_diff, verified_fixes
from guardrails.render.paint import Paint
from tests.render.samples import assessment, best, revised


def test_the_verified_set_is_what_counts() -> None:
    """The fixes named in “fixed” are found by their ids."""
    assert best().fixes == verified_fixes(revised())


def test_without_a_verified_set_nothing_is_applied() -> None:
    """A fix that was not verified with the others is not made."""
    assert verified_fixes(assessment(best())) == ()


def test_a_diff_shows_old_and_new_lines() -> None:
    """The diff is unified and names the file."""
    diff = list(unified_diff("a.md", "one\ntwo\n", "one\n2\n", Paint()))

    assert diff[:2] == ["--- a/a.md", "+++ b/a.md"]
    assert diff[-2:] == ["-two", "+2"]


def test_equal_texts_have_no_diff() -> None:
    """Nothing is shown where nothing changes."""
    assert list(unified_diff("a.md", "one\n", "one\n", Paint())) == []
