"""Fixes and their diff."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.model.draft import Field
from guardrails.model.finding import Edit, Fix
from guardrails.model.span import Span
from guardrails.render.diff import applied, unified_diff, verified_fixes
from guardrails.render.paint import Paint
from tests.render.samples import BODY, assessment, best, revised


def _fix(*edits: tuple[int, int, str]) -> Fix:
    return Fix("x", "safe", verified=True, edits=tuple(Edit(Span("body", a, b), text) for a, b, text in edits))


def test_the_verified_set_is_applied() -> None:
    """The fixes named in “fixed” change exactly their spans."""
    (after,) = applied((BODY,), verified_fixes(revised()))

    assert BODY.text.replace("the best", "loved") == after.text


def test_without_a_verified_set_nothing_is_applied() -> None:
    """A fix that was not verified with the others is not made."""
    assert () == verified_fixes(assessment(best()))


def test_overlapping_edits_are_refused() -> None:
    """Two edits of the same place have no meaning."""
    with pytest.raises(ValueError, match="overlap"):
        applied((BODY,), [_fix((0, 4, "x"), (3, 6, "y"))])


def test_a_diff_shows_old_and_new_lines() -> None:
    """The diff is unified and names the file."""
    diff = list(unified_diff("a.md", "one\ntwo\n", "one\n2\n", Paint()))

    assert ["--- a/a.md", "+++ b/a.md"] == diff[:2]
    assert ["-two", "+2"] == diff[-2:]


@given(st.text("ab\n", max_size=20), st.data())
@settings(max_examples=60, deadline=None)
def test_edits_count_from_the_text_as_submitted(text: str, data: st.DataObject) -> None:
    """Applying two edits at once is applying the later one first."""
    a, b, c, d = sorted(data.draw(st.integers(0, len(text))) for _ in range(4))
    field = Field("body", text)

    (after,) = applied((field,), [_fix((a, b, "X"), (c, d, "YY"))]) if (a, b) != (c, d) else (field,)

    assert (text[:a] + "X" + text[b:c] + "YY" + text[d:] if (a, b) != (c, d) else text) == after.text
