"""
Passages: the pieces of a text that are compared when texts are held against each other.

A passage is a sentence, or a sentence with those after it until there are enough words; it never leaves its block. So
that a passage is found wherever it starts, every sentence begins one, and neighbours overlap. A sentence of more words
than a passage may have is cut.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from guardrails.model.span import Extent
from guardrails.signals.analysis import FieldSignals

MOST_WORDS = 80
"""Longest piece of a sentence, so that comparing two passages takes bounded time."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text with its folded *words*."""

    extent: Extent
    words: tuple[str, ...]


def passages(signals: FieldSignals, least_words: int) -> Iterator[Passage]:
    """Yield every passage of a field that has at least *least_words* words, in order."""
    words = signals.words
    for edges in _edges(signals):
        for number, first in enumerate(edges[:-1]):
            end = next((edge for edge in edges[number + 1 :] if edge - first >= least_words), None)
            if end is not None:
                yield Passage(Extent(words[first].start, words[end - 1].end), signals.keys[first:end])


def _edges(signals: FieldSignals) -> Iterator[list[int]]:
    """Yield for every block the numbers of the words that begin a sentence or a piece of one, and where it ends."""
    starts = [word.start for word in signals.words]
    sentences = [bisect_left(starts, sentence.extent.start) for sentence in signals.sentences]
    for block in signals.parsed.blocks:
        begin, end = bisect_left(starts, block.extent.start), bisect_left(starts, block.extent.end)
        inside = sentences[bisect_left(sentences, begin) : bisect_left(sentences, end)]
        whole = sorted({begin, *inside, end})
        pieces = {edge for one, other in pairwise(whole) for edge in range(one, other, MOST_WORDS)}
        yield sorted({*pieces, end})
