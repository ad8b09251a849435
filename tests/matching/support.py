"""Parsed fields made of plain blocks, and the slow scan that the fast one must agree with."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from guardrails.matching.boundary import is_whole
from guardrails.matching.disguise import Disguised, disguised
from guardrails.matching.fold import Folded, fold, fold_key
from guardrails.matching.match import Candidate
from guardrails.matching.pattern import compile_pattern
from guardrails.model.policy import Literal_, Pattern, Plan
from guardrails.model.span import Extent
from guardrails.text.parsed import Block, ParsedField, Piece


def parsed_field(*blocks: str, name: str = "body") -> ParsedField:
    """Return a field whose blocks are paragraphs with these texts, as they stand."""
    text = "\n\n".join(blocks)
    made, at = [], 0
    for block in blocks:
        made.append(Block("paragraph", Extent(at, at + len(block))))
        at += len(block) + 2
    pieces = (Piece(0, 0, len(text)),) if text else ()
    return ParsedField(name, "text", text, text, tuple(made), pieces)


def naive_scan(plans: Sequence[Plan], fields: Sequence[ParsedField]) -> dict[int, list[Candidate]]:
    """Search for each unit by itself."""
    found = {
        number: sorted(
            candidate
            for unit_number, unit in enumerate(plan.units)
            for field_number, parsed in enumerate(fields)
            for candidate in _unit(unit, unit_number, field_number, parsed)
        )
        for number, plan in enumerate(plans)
    }
    return {number: candidates for number, candidates in found.items() if candidates}


def _unit(unit: Literal_ | Pattern, number: int, field: int, parsed: ParsedField) -> list[Candidate]:
    extents = _literal(unit, parsed) if isinstance(unit, Literal_) else _pattern(unit, parsed)
    return [Candidate(field, extent, number) for extent in extents]


def _literal(unit: Literal_, parsed: ParsedField) -> list[Extent]:
    key = fold_key(unit.text)
    folded = fold(parsed.text)
    found = []
    at = folded.text.find(key) if key else -1
    while at >= 0:
        extent = folded.extent(at, at + len(key))
        inside = any(block.extent.covers(extent) for block in parsed.blocks)
        if inside and (not unit.whole or _is_whole(parsed.text, folded, at, at + len(key), extent)):
            found.append(extent)
        at = folded.text.find(key, at + 1)
    revealed = {extent for word in disguised(parsed.text) for extent in _in_disguise(unit, key, word, parsed)}
    return found + sorted(revealed)


def _in_disguise(unit: Literal_, key: str, word: Disguised, parsed: ParsedField) -> list[Extent]:
    places = [at for at in range(len(word.text)) if key and word.text.startswith(key, at)]
    extents = [extent for at in places if (extent := word.extent(at, at + len(key))) is not None]
    inside = [extent for extent in extents if any(block.extent.covers(extent) for block in parsed.blocks)]
    return [extent for extent in inside if not unit.whole or is_whole(parsed.text, extent)]


def _is_whole(text: str, folded: Folded, start: int, end: int, extent: Extent) -> bool:
    if not (folded.is_aligned(start) and folded.is_aligned(end)):
        return False
    before = [char for char in text[: extent.start] if fold(char).text]
    after = [char for char in text[extent.end :] if fold(char).text]
    neighbours = before[-1:] + after[:1]
    return not any(unicodedata.category(c)[0] in "LM" or unicodedata.category(c) in {"Nd", "Nl"} for c in neighbours)


def _pattern(unit: Pattern, parsed: ParsedField) -> list[Extent]:
    compiled = compile_pattern(unit.pattern, unit.ignore_case)
    return [
        Extent(block.extent.start + start, block.extent.start + end)
        for block in parsed.blocks
        for start, end in (m.span() for m in compiled.finditer(parsed.text[block.extent.start : block.extent.end]))
        if start < end
    ]
