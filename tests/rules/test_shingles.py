"""Passages by the runs of words they share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guardrails.rules.shingles import shingle_index, similarity

_PASSAGES = st.lists(st.lists(st.sampled_from("abcdef"), min_size=4, max_size=12).map(tuple), min_size=1, max_size=6)


def test_equal_passages_are_kept_once() -> None:
    """The first text that says it is named."""
    index = shingle_index([(0, ("a", "b", "c", "d")), (1, ("a", "b", "c", "d"))], 3)

    assert [(0, "a b c d", 2)] == [(one.number, one.text, one.runs) for one in index.listed]


def test_what_shares_most_comes_first() -> None:
    """Only a few of the passages that share runs are compared, the nearest first."""
    words = tuple("abcdefgh")
    index = shingle_index([(n, (*words[:n], *("xyzuvw"[: 8 - n]))) for n in range(3, 9)], 3)

    assert [8, 7, 6] == [one.number for one in index.near(words)]


@given(_PASSAGES, st.integers(2, 4))
def test_a_passage_is_near_itself(passages: list[tuple[str, ...]], size: int) -> None:
    """Whatever else is listed, a listed passage with as many runs as any is found by its own words."""
    index = shingle_index(enumerate(passages), size)
    found = [one.text for one in index.near(passages[0])]

    assert " ".join(passages[0]) in found or len(found) == 3


def test_similarity_within_a_longer_text() -> None:
    """The shorter text is looked for inside a much longer one, whichever comes first; below the least it is 0."""
    short, long = "good light is a necessity", "we all know that good light is a necessity for everyone at home"

    assert 100 == similarity(short, long, 80) == similarity(long, short, 80)
    assert 0 == similarity(short, "something else altogether, and longer", 80)
