"""
What analysis saw in one field, computed lazily and once per check.

All positions are extents of the parsed text. Every list is sorted by start.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from functools import cached_property

from guardrails.matching.fold import fold, fold_key
from guardrails.model.span import Extent
from guardrails.signals.citations import citations
from guardrails.signals.claims import Claims
from guardrails.signals.dates import dates
from guardrails.signals.hedges import hedges
from guardrails.signals.language import block_languages
from guardrails.signals.personal import personal
from guardrails.signals.quantities import quantities
from guardrails.signals.readability import readability
from guardrails.signals.sentences import sentences
from guardrails.signals.signal import (
    BlockLanguage,
    Citation,
    DateMention,
    Hedge,
    PersonalDatum,
    Quantity,
    Readability,
    Sentence,
)
from guardrails.signals.words import words
from guardrails.text.parsed import ParsedField

__all__ = ["FieldSignals", "Sentence"]


class FieldSignals:
    """Signals of one field; each property is computed on first use."""

    def __init__(self, parsed: ParsedField, languages: tuple[str, ...]) -> None:
        """Remember the field; *languages* are the languages its text may be in, the most likely first."""
        self.parsed = parsed
        self.languages = languages

    @cached_property
    def words(self) -> tuple[Extent, ...]:
        """Words in order."""
        return words(self.parsed.text)

    @cached_property
    def folded(self) -> str:
        """The text as literals are compared; its positions are not those of the text."""
        return fold(self.parsed.text).text

    @cached_property
    def lower(self) -> tuple[str, ...]:
        """The words in order, each in lower case."""
        text = self.parsed.text
        return tuple([text[start:end].lower() for start, end in self.words])

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The words in order, each folded."""
        return tuple([word if word.isascii() else fold_key(word) for word in self.lower])

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Sentences in order."""
        return sentences(self.parsed.text, self.parsed.blocks, self.words)

    @cached_property
    def block_languages(self) -> tuple[BlockLanguage, ...]:
        """The language of every block."""
        return block_languages(self.parsed.text, self.parsed.blocks, self.words, self.lower, self.languages)

    @cached_property
    def language(self) -> str:
        """The language of most words; the first possible one where blocks are too short to tell."""
        counts: Counter[str] = Counter()
        for block in self.block_languages:
            counts[block.language] += block.words if block.language else 0
        [(language, count)] = counts.most_common(1) or [("", 0)]
        return language if count else next(iter(self.languages), "")

    @cached_property
    def readability(self) -> Readability:
        """Counts and reading ease of the whole field."""
        return readability(self.lower, self.sentences, self.language)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Numbers with their units."""
        other = [*(date.extent for date in self.dates), *(datum.extent for datum in self.personal)]
        return quantities(self.parsed.text, self.language, self.words, self.lower, other)

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """Calendar dates."""
        return dates(self.parsed.text)

    @cached_property
    def hedges(self) -> tuple[Hedge, ...]:
        """Softening words."""
        return hedges(self.parsed.text)

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        """Pointers to sources."""
        return citations(self.parsed.text, self.parsed.links)

    @cached_property
    def claims(self) -> Claims:
        """Claims, one per sentence and type, of the types that are asked for."""
        return Claims(self.parsed.text, self.sentences, self.quantities, self.hedges)

    @cached_property
    def personal(self) -> tuple[PersonalDatum, ...]:
        """Personal data."""
        return personal(self.parsed.text)

    def sentence_at(self, position: int) -> Sentence | None:
        """Return the sentence that holds *position*, or None between sentences."""
        index = bisect_right(self.sentences, position, key=lambda sentence: sentence.extent.start) - 1
        if index >= 0 and position < self.sentences[index].extent.end:
            return self.sentences[index]
        return None
