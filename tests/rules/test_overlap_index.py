"""Overlaps found by bisection are those found by comparing every pair."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.matching.match import Candidate
from guardrails.model.span import Extent
from guardrails.rules.overlap import longest, without_exceptions

EXTENTS = st.builds(lambda start, length: Extent(start, start + length), st.integers(0, 30), st.integers(1, 9))
CANDIDATES = st.lists(st.builds(Candidate, st.integers(0, 1), EXTENTS, st.integers(0, 3)), max_size=20)


@settings(max_examples=100)
@given(CANDIDATES)
def test_longest_is_greedy_over_all_pairs(candidates: list[Candidate]) -> None:
    """A candidate is kept if it overlaps none kept before it."""
    kept: list[Candidate] = []
    for one in sorted(candidates, key=lambda c: (c.extent.start - c.extent.end, c.field, c.extent.start, c.unit)):
        if not any(c.field == one.field and c.extent.overlaps(one.extent) for c in kept):
            kept.append(one)
    assert longest(candidates) == sorted(kept)


@settings(max_examples=100)
@given(CANDIDATES)
def test_excepted_is_inside_any_exception(candidates: list[Candidate]) -> None:
    """A candidate goes if any exception of its field covers it."""
    exceptions = [c for c in candidates if c.unit >= 2]
    expected = [
        c
        for c in candidates
        if c.unit < 2 and not any(e.field == c.field and e.extent.covers(c.extent) for e in exceptions)
    ]
    assert without_exceptions(candidates, 2) == expected
