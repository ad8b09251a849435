"""What kinds share: plain data of a plan, hits that overlap, exceptions, spelling of replacements."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from guardrails.matching.match import Candidate
from guardrails.model.canonical import Json
from guardrails.model.finding import Hit, HitEdit, HitFix
from guardrails.model.span import Extent, Extents
from guardrails.text.parsed import ParsedField

FORBID = {"extra": "forbid"}
"""The ``__pydantic_config__`` of every ``Params``: an unknown key is an error."""


def mapping(data: Json) -> dict[str, Json]:
    """Return *data*, which a kind's own ``plan`` made an object, as a dict."""
    assert isinstance(data, dict), f"plan data is {type(data).__name__}, not an object"
    return data


def array(data: Json) -> Sequence[Json]:
    """Return *data*, which a kind's own ``plan`` made an array (a list after a way through JSON)."""
    assert isinstance(data, list | tuple), f"plan data is {type(data).__name__}, not an array"
    return data


def strings(data: Json) -> tuple[str, ...]:
    """Return *data*, which a kind's own ``plan`` made an array of strings, as a tuple."""
    return tuple(str(item) for item in array(data))


def integer(data: Json) -> int:
    """Return *data*, which a kind's own ``plan`` made an integer."""
    assert isinstance(data, int), f"plan data is {type(data).__name__}, not an integer"
    return data


def longest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep of overlapping candidates the longest, among equals the leftmost; return the rest in reading order."""
    kept: defaultdict[int, list[Candidate]] = defaultdict(list)
    by_length = sorted(candidates, key=lambda c: (c.extent.start - c.extent.end, c.field, c.extent.start, c.unit))
    for candidate in by_length:
        near = kept[candidate.field]
        # What is kept does not overlap, so only the neighbours can.
        at = bisect_right(near, candidate)
        if not any(c.extent.overlaps(candidate.extent) for c in near[max(at - 1, 0) : at + 1]):
            near.insert(at, candidate)
    return [candidate for field in sorted(kept) for candidate in kept[field]]


def without_exceptions(candidates: Sequence[Candidate], first_exception: int) -> list[Candidate]:
    """Drop exceptions (units from *first_exception* on) and every candidate that lies wholly inside one."""
    exceptions: defaultdict[int, list[Extent]] = defaultdict(list)
    for candidate in candidates:
        if candidate.unit >= first_exception:
            exceptions[candidate.field].append(candidate.extent)
    excepted = {field: Extents(extents) for field, extents in exceptions.items()}
    return [
        c
        for c in candidates
        if c.unit < first_exception and not (c.field in excepted and excepted[c.field].cover(c.extent))
    ]  # fmt: skip


def plain_hits(parsed: Sequence[ParsedField], candidates: Iterable[Candidate]) -> Iterable[Hit]:
    """Yield a hit without anything to add for every candidate."""
    for candidate in candidates:
        yield Hit(candidate.field, candidate.extent, slice_of(parsed[candidate.field], candidate.extent))


def slice_of(parsed: ParsedField, extent: Extent) -> str:
    """Return the parsed text at *extent*."""
    return parsed.text[extent.start : extent.end]


def replacement(extent: Extent, text: str, *, safe: bool) -> HitFix:
    """Return the fix that puts *text* at *extent*."""
    return HitFix("safe" if safe else "suggested", (HitEdit(extent, text),))


def as_written(word: str, match: str) -> str:
    """Return *word* with the capitals of *match*: an initial capital stays, all capitals stay."""
    if len(match) > 1 and match.isupper():
        return word.upper()
    if match[:1].isupper() and word[:1].islower():
        return word[:1].upper() + word[1:]
    return word


def covers_locale(effective: str, wanted: str) -> bool:
    """Tell whether locale *effective* is *wanted* or lies in it (``de-AT`` lies in ``de``)."""
    return effective.casefold() == wanted.casefold() or effective.casefold().startswith(f"{wanted.casefold()}-")
