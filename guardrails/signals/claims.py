"""
What a sentence claims, by words and numbers.

Twelve types, per sentence, by the lexicon in ``claim_lexicon`` and a rule for numbers. A hedge does not remove a claim
and is noted beside it. What is missed: claims without a cue word (a quotation without a speaker, an implied effect),
irony, and what only the sentence before makes a claim. Rivals are no type here: their names belong to the workspace.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Container, Iterator, Sequence
from functools import cache, cached_property
from itertools import accumulate

from guardrails.matching.pattern import Compiled, compile_pattern
from guardrails.model.span import Extent, Extents
from guardrails.signals.claim_lexicon import EXCEPTIONS, TRIGGERS
from guardrails.signals.plain_numbers import claims_nothing
from guardrails.signals.signal import CLAIM_TYPES, Claim, ClaimType, Hedge, Quantity, Sentence
from guardrails.text.expression import expression

_EDGE = r"(?:^|[^\pL\pN])"

_APART = "\n.\n"
"""Stands between sentences that are searched at once: nothing matches across it, and either side finds its edge."""

_LATIN_END = 0x250
"""End of the Latin letters of Unicode's first four blocks: what English, German and French are written with."""

_BEYOND = expression(r"[^\x00-\u024f]")
_CLASS = expression(r"\[(?:\\.|[^\]\\])*\]|\\p[LN]")
_CATEGORY = expression(r"\\p([LN])")


class Claims:
    """
    The claims of one text; a type is looked for when it is first asked for.

    Args:
        text: The text.

        sentences: All its sentences, in order.

        quantities: All its quantities, in order.

        hedges: All its hedges.
    """

    def __init__(
        self, text: str, sentences: Sequence[Sentence], quantities: Sequence[Quantity], hedges: Sequence[Hedge]
    ) -> None:
        self._text = text
        self._sentences = [sentence.extent for sentence in sentences]
        self._quantities = quantities
        self._hedged = {self._holder(hedge.extent) for hedge in hedges}
        self._known: dict[ClaimType, dict[int, Extent]] = {}

    def of(self, types: Container[str] = CLAIM_TYPES) -> tuple[Claim, ...]:
        """Return the claims of *types*, sorted by sentence, then by type; one per sentence and type."""
        asked = [kind for kind in CLAIM_TYPES if kind in types]
        found = {(at, kind): trigger for kind in asked for at, trigger in self._triggers(kind).items()}
        return tuple(
            Claim(self._sentences[at], kind, found[at, kind], hedged=at in self._hedged) for at, kind in sorted(found)
        )

    def _triggers(self, kind: ClaimType) -> dict[int, Extent]:
        """Return the first trigger in each sentence that claims something of *kind*, by the sentence's number."""
        if kind not in self._known:
            self._known[kind] = {}
            for at, trigger in self._counted() if kind == "quantified" else self._worded(kind):
                self._known[kind].setdefault(at, trigger)
        return self._known[kind]

    def _counted(self) -> Iterator[tuple[int, Extent]]:
        for quantity in self._quantities:
            at = self._holder(quantity.extent)
            if at >= 0 and not claims_nothing(self._text, self._sentences[at], quantity):
                yield at, quantity.extent

    def _worded(self, kind: ClaimType) -> Iterator[tuple[int, Extent]]:
        joined, starts, latin = self._joined
        for trigger in _not_excepted(kind, joined, latin=latin):
            at = bisect_right(starts, trigger.start) - 1
            shift = self._sentences[at].start - starts[at]
            yield at, Extent(trigger.start + shift, trigger.end + shift)

    @cached_property
    def _joined(self) -> tuple[str, list[int], bool]:
        """All sentences as one text, where each starts in it, and whether all its letters and numbers are Latin."""
        parts = [self._text[sentence.start : sentence.end] for sentence in self._sentences]
        joined = _APART.join(parts)
        starts = accumulate((len(part) + len(_APART) for part in parts), initial=0)
        return joined, list(starts), not any(unicodedata.category(char)[0] in "LN" for char in _BEYOND.findall(joined))

    def _holder(self, extent: Extent) -> int:
        """Return the number of the sentence that holds all of *extent*, −1 if there is none."""
        at = bisect_right(self._sentences, extent.start, key=lambda sentence: sentence.start) - 1
        return at if at >= 0 and self._sentences[at].covers(extent) else -1


def _not_excepted(kind: ClaimType, text: str, *, latin: bool) -> Iterator[Extent]:
    triggers = _spans(_triggers(kind, latin), text)
    excepted = Extents(_spans(_exceptions(kind, latin), text) if triggers and kind in EXCEPTIONS else ())
    return (trigger for trigger in triggers if not excepted.overlap(trigger))


def _spans(pattern: Compiled, text: str) -> list[Extent]:
    return [Extent._make(found.span(1)) for found in pattern.finditer(text)]


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
