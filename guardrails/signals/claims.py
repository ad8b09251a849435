"""
What a sentence claims, by words and numbers.

Twelve types, per sentence, by the lexicon in ``claim_lexicon`` and a rule for numbers. A hedge does not remove a claim
and is noted beside it. What is missed: claims without a cue word (a quotation without a speaker, an implied effect),
irony, and what only the sentence before makes a claim. Rivals are no type here: their names belong to the workspace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from guardrails.matching.pattern import Compiled, PatternSet, compile_pattern, flagged
from guardrails.model.span import Extent
from guardrails.signals.claim_lexicon import EXCEPTIONS, TRIGGERS
from guardrails.signals.signal import Claim, ClaimType, Hedge, Quantity, Sentence

_EDGE = r"(?:^|[^\pL\pN])"
_PLAIN_COUNT = 11_000_000  # in millionths: counts of ten and less are mostly no claim ("3 tips", "two wheels")
_NO_CLAIM_AFTER = re.compile(
    r"[\s-]*(?:\w+[\s-]+)?(?:warranty|guarantee|garantie|trial|tips?|steps?|pages?|ways|reasons|chapters?|questions|ideas|"
    r"off\b|of (?:what|the price)|discount|rabatt|ago|old|from now|later|left|seats|tipps|schritte|seiten|gründe|fragen|alt\b|testphase)",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"(?:please|bitte|wait|bake|press|hold|rinse|leave|apply|charge|push|heat|mix|stir|add|take|store|keep|shake|let|"
    r"click|enter|choose|select|book|join us|meet|bring|chill|simmer|warten|drücken|halten|backen|lassen|geben)\b",
    re.IGNORECASE,
)


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
    """Return the first number that is a claim about the subject: no price, no discount, no term, no absolute."""
    for quantity in quantities:
        if _is_claim(quantity) and _NO_CLAIM_AFTER.match(text, quantity.extent.end, sentence.end) is None:
            timed = quantity.kind in {"duration", "measure"}
            if not (timed and _INSTRUCTION.match(text, sentence.start, sentence.end)):
                return quantity.extent
    return None


def _is_claim(quantity: Quantity) -> bool:
    if quantity.kind == "count":
        return quantity.micro >= _PLAIN_COUNT
    return quantity.kind != "currency" and (quantity.unit, quantity.value) != ("%", "100")


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
