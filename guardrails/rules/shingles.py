"""
Passages by the runs of words (shingles) they share, and how alike two of them are.

An index is made of folded passages once; looking one passage up in it takes time in its length, not in the length of the
index. What shares enough runs is compared letter by letter with rapidfuzz, the shorter within the longer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_SHARED_PERCENT = 30
"""Passages are compared only if the shorter one shares this many of its runs: one changed word in six leaves half."""

_COMPARED = 3
"""So many of the passages that share most runs are compared."""

_MOST_PLACES = 200
"""A run of words that stands in more passages than this leads to the first of them only."""

_LONGER_PERCENT = 125
"""From this length of the longer passage on, the shorter is looked for inside it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A passage in an index: the *number* of the text it is from, its words joined, and how many runs they make."""

    number: int
    text: str
    runs: int


@dataclass(frozen=True, slots=True)
class ShingleIndex:
    """Listed passages, and for every run of *size* words the indexes of those it stands in."""

    size: int
    listed: tuple[Listed, ...]
    places: Mapping[tuple[str, ...], Sequence[int]]

    def near(self, words: tuple[str, ...]) -> Iterator[Listed]:
        """Yield the few listed passages that share most runs with *words*, those that share most first."""
        runs = _runs(words, self.size)
        counts = Counter(place for run in runs for place in self.places.get(run, ()))
        shares = ((count * 100 // min(len(runs), self.listed[place].runs), place) for place, count in counts.items())
        enough = sorted((-share, place) for share, place in shares if share >= _SHARED_PERCENT)
        return (self.listed[place] for _, place in enough[:_COMPARED])


def shingle_index(passages: Iterable[tuple[int, tuple[str, ...]]], size: int) -> ShingleIndex:
    """Return the index of *passages* (number of the text, folded words); of equal ones the first is kept."""
    listed: dict[tuple[str, ...], Listed] = {}
    places: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, words in passages:
        if words not in listed:
            runs = _runs(words, size)
            for run in runs:
                if len(places[run]) < _MOST_PLACES:
                    places[run].append(len(listed))
            listed[words] = Listed(number, " ".join(words), len(runs))
    return ShingleIndex(size, tuple(listed.values()), dict(places))


def similarity(one: str, other: str, least: int) -> int:
    """Return the similarity (0–100) of two texts, the shorter within the longer; 0 below *least*."""
    from rapidfuzz import fuzz  # late: most drafts are close to nothing

    short, long = sorted((one, other), key=len)
    compare = fuzz.partial_ratio if len(long) * 100 > len(short) * _LONGER_PERCENT else fuzz.ratio
    return int(compare(short, long, score_cutoff=least))


def _runs(words: tuple[str, ...], size: int) -> set[tuple[str, ...]]:
    return {words[at : at + size] for at in range(len(words) - size + 1)}
