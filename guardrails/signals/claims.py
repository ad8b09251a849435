"""
What a sentence claims, by words and numbers.

Twelve types, per sentence, by the lexicon in ``claim_lexicon`` and a rule for numbers. A hedge does not remove a claim
and is noted beside it. What is missed: claims without a cue word (a quotation without a speaker, an implied effect),
irony, and what only the sentence before makes a claim. Rivals are no type here: their names belong to the workspace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from guardrails.matching.pattern import Compiled, PatternSet, compile_pattern, flagged
from guardrails.model.span import Extent
from guardrails.signals.claim_lexicon import EXCEPTIONS, TRIGGERS
from guardrails.signals.plain_numbers import claims_nothing
from guardrails.signals.signal import Claim, ClaimType, Hedge, Quantity, Sentence

_EDGE = r"(?:^|[^\pL\pN])"


def claims(
    text: str, sentences: Sequence[Sentence], quantities: Sequence[Quantity], hedges: Sequence[Hedge]
) -> tuple[Claim, ...]:
    """Return the claims of *sentences*, sorted by sentence, then by type; one per sentence and type."""
    made: list[Claim] = []
    for sentence in sentences:
        extent = sentence.extent
        triggers = dict(_worded(text[extent.start : extent.end]))
        inside = [quantity for quantity in quantities if extent.covers(quantity.extent)]
        if (number := _counted(text, extent, inside)) is not None:
            triggers["quantified"] = Extent(number.start - extent.start, number.end - extent.start)
        hedged = any(extent.covers(hedge.extent) for hedge in hedges)
        made.extend(_claim(extent, kind, triggers[kind], hedged=hedged) for kind in sorted(triggers))
    return tuple(made)


def _claim(sentence: Extent, kind: ClaimType, trigger: Extent, *, hedged: bool) -> Claim:
    return Claim(sentence, kind, Extent(sentence.start + trigger.start, sentence.start + trigger.end), hedged)


def _worded(sentence: str) -> Iterator[tuple[ClaimType, Extent]]:
    kinds = tuple(TRIGGERS)
    for number in _any_trigger().possible(sentence):
        kind = kinds[number]
        excepted = [Extent(*m.span(1)) for m in _exceptions(kind).finditer(sentence)] if kind in EXCEPTIONS else []
        for found in _triggers(kind).finditer(sentence):
            trigger = Extent(*found.span(1))
            if not any(extent.overlaps(trigger) for extent in excepted):
                yield kind, trigger
                break


def _counted(text: str, sentence: Extent, quantities: Sequence[Quantity]) -> Extent | None:
    """Return the first number that is a claim about the subject."""
    for quantity in quantities:
        if not claims_nothing(text, sentence, quantity):
            return quantity.extent
    return None


@cache
def _triggers(kind: ClaimType) -> Compiled:
    return compile_pattern(_whole(TRIGGERS[kind]), ignore_case=True)


@cache
def _exceptions(kind: ClaimType) -> Compiled:
    return compile_pattern(_whole(EXCEPTIONS[kind]), ignore_case=True)


@cache
def _any_trigger() -> PatternSet:
    return PatternSet([flagged(_whole(entries), ignore_case=True) for entries in TRIGGERS.values()])


def _whole(entries: Sequence[str]) -> str:
    return rf"{_EDGE}({'|'.join(entries)})(?:[^\pL\pN]|$)"
