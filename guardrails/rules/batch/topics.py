"""
What the numbers of an item are about, so that items can be held against each other.

A *topic* is what makes two numbers be about the same thing: the fact that both cite; the name or phrase that both are
plainly the price or day of; the same sentence around them; the same three words next to them. Facts and names hold
across languages, sentences and words within one. A topic names its sort of value as well: prices in different
currencies are about different things.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias

from guardrails.model.span import Extent, Span
from guardrails.rules.batch.item import ReadItem
from guardrails.signals.amounts import Amount
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.mentions import CalendarDate, Mention, Value, mentions
from guardrails.signals.stopwords import STOP_WORDS
from guardrails.signals.subjects import dated, is_plain, priced

Basis = Literal["fact", "subject", "sentence", "words"]
BASES: tuple[Basis, ...] = ("fact", "subject", "sentence", "words")
"""What a topic rests on, the surest first."""

Topic: TypeAlias = tuple[Basis, tuple[Hashable, ...]]
"""The basis, and what it is; for a fact that begins with its id."""

_SMALL_COUNT = 11_000_000
"""In millionths. Smaller bare counts ("three tips") differ from text to text."""

_NEAR = 3
_EMPTY = STOP_WORDS["en"] | STOP_WORDS["de"]
_LEAST_WORDS = 4
"""Words that must be left of a sentence, without its numbers, to be known again."""

_CURRENCY_LENGTH = len("EUR")
_MOST_MENTIONS = 20
_LONGEST_SENTENCE = 1_000
"""Code points; longer sentences, and those with more mentions, are lists of numbers, and would take quadratic time."""


@dataclass(frozen=True, slots=True)
class Said:
    """A *value* that stands at *span* in an item, with its topics."""

    span: Span
    value: Value
    topics: tuple[Topic, ...]


def said(item: ReadItem) -> Iterator[Said]:
    """Yield every number, date and time of *item* in order."""
    for signals in item.signals:
        starts = [word.start for word in signals.words]
        for extent, inside in groupby(mentions(signals), key=lambda mention: mention.sentence):
            sentence = _Sentence(signals, starts, extent, tuple(inside), item.language)
            if len(sentence.mentions) <= _MOST_MENTIONS and extent.end - extent.start <= _LONGEST_SENTENCE:
                for mention in sentence.mentions:
                    span = signals.parsed.span(mention.extent)
                    if span is not None:
                        yield Said(span, mention.value, tuple(sentence.topics(mention)))


def is_of_market(value: Value) -> bool:
    """Tell whether a whole market may have its own: prices, days and times."""
    return not isinstance(value, Amount) or _is_price(value)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its mentions; *starts* are those of all words of its field."""

    signals: FieldSignals
    starts: Sequence[int]
    extent: Extent
    mentions: tuple[Mention, ...]
    language: str

    def topics(self, mention: Mention) -> Iterator[Topic]:
        """Yield every topic of *mention*."""
        sort = _sort(mention.value)
        for fact in mention.facts if len(mention.facts) == 1 else mention.own:
            yield "fact", (fact, sort, *self._rank(mention, sort))
        subject = self._subject(mention)
        if subject:
            yield "subject", (sort, *subject)
        if not self.language:
            return
        words = tuple(self._words(self.extent.start, self.extent.end))
        if len(words) >= _LEAST_WORDS:
            yield "sentence", (sort, self.language, self.mentions.index(mention), words)
        is_compared = isinstance(mention.value, Amount) and _is_price(mention.value) and not self._is_plain()
        if not (is_compared or _is_small_count(mention.value)):
            yield from self._near(mention, sort)

    def _is_plain(self) -> bool:
        return is_plain(self.signals.parsed.text, self.extent)

    def _rank(self, mention: Mention, sort: str) -> tuple[int, int]:
        """Return which it is of the mentions of its sort that cite the same facts, and of how many."""
        alike = [m for m in self.mentions if _sort(m.value) == sort and m.own == mention.own]
        return alike.index(mention), len(alike)

    def _subject(self, mention: Mention) -> tuple[str, ...]:
        is_price = isinstance(mention.value, Amount) and _is_price(mention.value)
        if not (is_price or (isinstance(mention.value, CalendarDate) and mention.value.day)):
            return ()
        subject = (priced if is_price else dated)(self.signals.parsed.text, self.extent, mention.extent)
        return (subject.key, subject.role, "" if subject.is_name else self.language) if subject else ()

    def _near(self, mention: Mention, sort: str) -> Iterator[Topic]:
        """Yield three words next to *mention*: before it, after it, and on both sides; one must mean something."""
        before = tuple(self._words(self.extent.start, mention.extent.start))[-_NEAR:]
        after = tuple(self._words(mention.extent.end, self.extent.end))[:_NEAR]
        for right in range(_NEAR + 1):
            left = _NEAR - right
            words = (before[len(before) - left :], after[:right])
            is_there = len(before) >= left and len(after) >= right
            if is_there and not _EMPTY.issuperset((*words[0], *words[1])):
                yield "words", (sort, self.language, *words)

    def _words(self, start: int, end: int) -> Iterator[str]:
        """Yield the folded words between two positions that are no part of a mention."""
        for at in range(bisect_left(self.starts, start), bisect_left(self.starts, end)):
            word = self.signals.words[at]
            if not any(mention.extent.overlaps(word) for mention in self.mentions):
                yield self.signals.keys[at]


def _sort(value: Value) -> str:
    """Return the unit of a number, else what it is; values of other sorts are never compared."""
    if isinstance(value, CalendarDate):
        return "day" if value.day else "month" if value.month else "year"
    return f"number {value.unit}" if isinstance(value, Amount) else "time"


def _is_price(amount: Amount) -> bool:
    return len(amount.unit) == _CURRENCY_LENGTH and amount.unit.isupper()


def _is_small_count(value: Value) -> bool:
    return isinstance(value, Amount) and not value.unit and value.high < _SMALL_COUNT
