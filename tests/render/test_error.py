"""Errors for people."""

from __future__ import annotations

from guardrails.errors import DraftError, Place, PolicyError
from guardrails.render.error import error_lines
from guardrails.render.paint import Paint


def test_an_error_points_at_its_place(golden) -> None:
    """Code, message, place, the line with a caret, help."""
    error = PolicyError(
        "unknown-key",
        "unknown key “mesage”",
        help="did you mean “message”?",
        place=Place("policies/brand/x.yaml", 7, 1, "mesage: no"),
    )

    golden("render/error.txt", "\n".join(error_lines(error, Paint())) + "\n")


def test_every_mistake_of_a_policy_is_shown() -> None:
    """All problems of one load are printed, the first once."""
    first, second = PolicyError("a", "first"), PolicyError("b", "second")
    first.problems = (first, second)

    assert list(error_lines(first, Paint())) == ["error[a]: first", "", "error[b]: second"]


def test_an_error_without_a_place_is_short() -> None:
    """Nothing is invented."""
    assert list(error_lines(DraftError("x", "no"), Paint())) == ["error[x]: no"]
