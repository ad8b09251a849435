"""
What a sentence claims, by words and numbers.

Twelve types, per sentence, by the lexicon in ``claim_lexicon`` and a rule for numbers. A hedge does not remove a claim
and is noted beside it. What is missed: claims without a cue word (a quotation without a speaker, an implied effect),
irony, and what only the sentence before makes a claim. Rivals are no type here: their names belong to the workspace.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache

from guardrails.matching.pattern import Compiled, compile_pattern
from guardrails.model.span import Extent
from guardrails.signals.claim_lexicon import EXCEPTIONS, TRIGGERS
from guardrails.signals.plain_numbers import claims_nothing
from guardrails.signals.signal import Claim, ClaimType, Hedge, Quantity, Sentence

_EDGE = r"(?:^|[^\pL\pN])"

_LATIN_END = 0x250
"""End of the Latin letters of Unicode's first four blocks: what English, German and French are written with."""

_BEYOND = re.compile(r"[^\x00-\u024f]")
_CLASS = re.compile(r"\[(?:\\.|[^\]\\])*\]|\\p[LN]")
_CATEGORY = re.compile(r"\\p([LN])")


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
    latin = not any(unicodedata.category(char)[0] in "LN" for char in _BEYOND.findall(sentence))
    for kind in TRIGGERS:
        trigger = _triggers(kind, latin)
        excepted: list[Extent] | None = None
        for found in trigger.finditer(sentence):
            if excepted is None:
                excepted = _excepted(kind, sentence, latin=latin)
            extent = Extent(*found.span(1))
            if not any(exception.overlaps(extent) for exception in excepted):
                yield kind, extent
                break


def _excepted(kind: ClaimType, sentence: str, *, latin: bool) -> list[Extent]:
    if kind not in EXCEPTIONS:
        return []
    return [Extent(*found.span(1)) for found in _exceptions(kind, latin).finditer(sentence)]


def _counted(text: str, sentence: Extent, quantities: Sequence[Quantity]) -> Extent | None:
    """Return the first number that is a claim about the subject."""
    for quantity in quantities:
        if not claims_nothing(text, sentence, quantity):
            return quantity.extent
    return None


@cache
def _triggers(kind: ClaimType, latin: bool) -> Compiled:
    return _compiled(TRIGGERS[kind], latin=latin)


@cache
def _exceptions(kind: ClaimType, latin: bool) -> Compiled:
    return _compiled(EXCEPTIONS[kind], latin=latin)


def _compiled(entries: Sequence[str], *, latin: bool) -> Compiled:
    pattern = _whole(entries)
    return compile_pattern(_for_latin(pattern) if latin else pattern, ignore_case=True)


def _for_latin(pattern: str) -> str:
    r"""
    Return *pattern* with the Latin part of ``\pL`` and ``\pN`` written out.

    It matches the same where all letters and numbers are Latin, and compiles in a tenth of the time.
    """

    def written(found: re.Match[str]) -> str:
        ranges = _CATEGORY.sub(lambda category: _latin(category[1]), found[0])
        return ranges if found[0][0] == "[" else f"[{ranges}]"

    return _CLASS.sub(written, pattern)


@cache
def _latin(category: str) -> str:
    """Return the Latin characters of *category* (``L`` or ``N``), as the inside of a class."""
    return "".join(char for char in map(chr, range(_LATIN_END)) if unicodedata.category(char)[0] == category)


def _whole(entries: Sequence[str]) -> str:
    return rf"{_EDGE}({'|'.join(entries)})(?:[^\pL\pN]|$)"
