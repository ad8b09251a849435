"""
What analysis saw in one field, computed lazily and once per check.

All positions are extents of the parsed text. Every list is sorted by start.
"""

from __future__ import annotations

from functools import cached_property

from guardrails.signals.signal import (
    BlockLanguage,
    Citation,
    Claim,
    DateMention,
    Hedge,
    PersonalDatum,
    Quantity,
    Readability,
    Sentence,
)
from guardrails.model.span import Extent
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
        raise NotImplementedError

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Sentences in order."""
        raise NotImplementedError

    @cached_property
    def readability(self) -> Readability:
        """Counts and reading ease of the whole field."""
        raise NotImplementedError

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Numbers with their units."""
        raise NotImplementedError

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """Calendar dates."""
        raise NotImplementedError

    @cached_property
    def hedges(self) -> tuple[Hedge, ...]:
        """Softening words."""
        raise NotImplementedError

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        """Pointers to sources."""
        raise NotImplementedError

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Claims, one per sentence and type."""
        raise NotImplementedError

    @cached_property
    def personal(self) -> tuple[PersonalDatum, ...]:
        """Personal data."""
        raise NotImplementedError

    @cached_property
    def block_languages(self) -> tuple[BlockLanguage, ...]:
        """The language of every block."""
        raise NotImplementedError

    def sentence_at(self, position: int) -> Sentence | None:
        """Return the sentence that holds *position*, or None between sentences."""
        raise NotImplementedError
