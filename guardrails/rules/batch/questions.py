"""
One question for a passage that needs a person in several items.

A passage is the sentence that a finding stands in, or its whole paragraph where the sentence has fewer than eight words;
passages are the same if their words are, folded and without punctuation. A passage that needs a person in one item only
is no matter of the batch, and neither is a finding without a place (something is missing).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guardrails.model.canonical import sha256_hex
from guardrails.model.finding import Finding
from guardrails.model.span import Extent, Span
from guardrails.rules.batch.item import Place, ReadItem
from guardrails.signals.analysis import FieldSignals

LEAST_WORDS = 8
"""A shorter passage ("Order now.") may be the same by chance and mean something else elsewhere."""


@dataclass(frozen=True, slots=True)
class Question:
    """
    A passage that needs a person in several items.

    Attributes:
        id: SHA-256 of canonical ``["bq/1", *words]``: the same passage is the same question in another batch.

        places: Every place of it that needs a person, in order of the items; at least two items have one.

        rules: Ids of the rules that ask for a person there, sorted.
    """

    id: str
    places: tuple[Place, ...]
    rules: tuple[str, ...]


def questions(items: Sequence[ReadItem]) -> tuple[Question, ...]:
    """Return a question for every passage that needs a person in more than one of *items*."""
    asked: defaultdict[tuple[str, ...], dict[tuple[str, Span], list[Finding]]] = defaultdict(dict)
    for item in items:
        for words, span, finding in _escalating(item):
            asked[words].setdefault((item.item.id, span), []).append(finding)
    return tuple(_question(words, at) for words, at in asked.items() if len({item for item, _ in at}) > 1)


def _question(words: tuple[str, ...], at: dict[tuple[str, Span], list[Finding]]) -> Question:
    places = tuple(Place(item, span, tuple(finding.id for finding in found)) for (item, span), found in at.items())
    rules = sorted({finding.rule.id for found in at.values() for finding in found})
    return Question(sha256_hex(["bq/1", *words]), places, tuple(rules))


def _escalating(item: ReadItem) -> Iterator[tuple[tuple[str, ...], Span, Finding]]:
    """Yield for every finding that calls for a person the words of its passage and where that stands."""
    fields = {signals.parsed.id: signals for signals in item.signals}
    sentences: dict[str, _Sentences] = {}
    for finding in item.item.assessment.findings:
        span = finding.spans[0]
        if finding.calls_for == "escalate" and span.start < span.end and span.field in fields:
            known = sentences.setdefault(span.field, _Sentences(fields[span.field]))
            extent = known.passage(span)
            place = fields[span.field].parsed.span(extent) if extent else None
            if extent and place:
                yield known.words(extent), place, finding


class _Sentences:
    """The sentences of a field by where they stand in the submitted text."""

    def __init__(self, signals: FieldSignals) -> None:
        placed = ((signals.parsed.span(s.extent), s.extent) for s in signals.sentences)
        self._placed = sorted((span.start, span.end, extent) for span, extent in placed if span is not None)
        self._signals = signals
        self._starts = [word.start for word in signals.words]

    def passage(self, span: Span) -> Extent | None:
        """Return the sentence or else the paragraph that *span* starts in; None if it is too short or there is none."""
        at = bisect_left(self._placed, (span.end,)) - 1
        while at > 0 and self._placed[at - 1][1] > span.start:
            at -= 1
        if at < 0 or self._placed[at][1] <= span.start:
            return None
        sentence = self._placed[at][2]
        block = self._signals.parsed.block_at(sentence.start)
        for extent in (sentence, block.extent if block else sentence):
            if len(self.words(extent)) >= LEAST_WORDS:
                return extent
        return None

    def words(self, extent: Extent) -> tuple[str, ...]:
        """Return the folded words of *extent*."""
        first, last = bisect_left(self._starts, extent.start), bisect_left(self._starts, extent.end)
        return self._signals.keys[first:last]
