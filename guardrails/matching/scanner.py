"""
One scan of a draft for everything all rules look for.

Folded literals and the anchors of patterns go into one Aho-Corasick automaton, each once. Literal hits are final
after the boundary test. An anchored pattern runs in the blocks where one of its anchors occurs; the others run where
a set of them all says they may match, or in every block if they are few. The answer is the same as that of searching
for each unit by itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from guardrails.matching.boundary import is_whole
from guardrails.matching.disguise import disguised
from guardrails.matching.fold import fold, fold_key
from guardrails.matching.match import Candidate
from guardrails.matching.pattern import Compiled, PatternSet, compile_pattern, flagged
from guardrails.model.policy import Literal_, Pattern, Plan
from guardrails.model.span import Extent
from guardrails.text.parsed import Block, ParsedField

_FEW = 4
"""Up to so many unanchored patterns are simply run."""

_SET_SIZE = 128
"""Patterns per set, so that one set's automaton stays within its memory."""


class _Asked(NamedTuple):
    """A literal unit of one plan."""

    plan: int
    unit: int
    whole: bool


class _Searched:
    """A pattern, compiled when it is first run, and the ``(plan, unit)`` pairs that ask for it."""

    def __init__(self, unit: Pattern) -> None:
        self.unit = unit
        self.asked: list[tuple[int, int]] = []

    @cached_property
    def compiled(self) -> Compiled:
        return compile_pattern(self.unit.pattern, self.unit.ignore_case)

    @property
    def source(self) -> str:
        return flagged(self.unit.pattern, ignore_case=self.unit.ignore_case)


class _Occurrence(NamedTuple):
    """A folded literal in the text; *aligned* if it starts and ends between two source characters."""

    key: str
    extent: Extent
    block: Block
    aligned: bool


class Scanner:
    """
    A scanner for the units of *plans*, built once per policy and safe to share between threads.

    Patterns have been compiled once before, by the kinds that plan them; here each is when a text may hold it.
    """

    def __init__(self, plans: Sequence[Plan]) -> None:
        """Index the units of all *plans*."""
        self._asked: dict[str, list[_Asked]] = {}
        self._searched: list[_Searched] = []
        self._anchored: dict[str, list[int]] = {}
        self._loose: list[int] = []
        self._index_of: dict[Pattern, int] = {}
        for number, plan in enumerate(plans):
            for unit_number, unit in enumerate(plan.units):
                self._add(unit, number, unit_number)
        self._keys = [*self._asked, *(key for key in self._anchored if key not in self._asked)]
        self._automaton = AhoCorasick(self._keys, matchkind=MatchKind.Standard, store_patterns=False)
        self._sets = _sets(self._searched, self._loose)

    def scan(self, fields: Sequence[ParsedField]) -> dict[int, list[Candidate]]:
        """Return the candidates, sorted, of every plan that has any, by the plan's number."""
        found: dict[int, list[Candidate]] = {}
        for index, parsed in enumerate(fields):
            for plan, candidate in self._scan_field(index, parsed):
                found.setdefault(plan, []).append(candidate)
        for candidates in found.values():
            candidates.sort()
        return found

    def _add(self, unit: Literal_ | Pattern, plan: int, number: int) -> None:
        if isinstance(unit, Pattern):
            self._add_pattern(unit, plan, number)
        elif key := fold_key(unit.text):
            self._asked.setdefault(key, []).append(_Asked(plan, number, unit.whole))

    def _add_pattern(self, unit: Pattern, plan: int, number: int) -> None:
        index = self._index_of.get(unit)
        if index is None:
            index = self._index_of[unit] = len(self._searched)
            self._searched.append(_Searched(unit))
            self._anchor(unit, index)
        self._searched[index].asked.append((plan, number))

    def _anchor(self, unit: Pattern, index: int) -> None:
        keys = [fold_key(anchor) for anchor in unit.anchors]
        if not keys or "" in keys:
            self._loose.append(index)
            return
        for key in dict.fromkeys(keys):
            self._anchored.setdefault(key, []).append(index)

    def _scan_field(self, index: int, parsed: ParsedField) -> Iterator[tuple[int, Candidate]]:
        # 1. Literals, and where anchors are. 2. Patterns whose anchors occur. 3. Patterns without anchors.
        due: dict[tuple[int, Block], None] = {}
        for found in self._occurrences(parsed):
            yield from self._literals(index, parsed, found)
            for pattern in self._anchored.get(found.key, ()):
                due[pattern, found.block] = None
        for pattern, block in due:
            yield from self._matches(index, parsed, block, pattern)
        for block in parsed.blocks if self._loose else ():
            for pattern in self._possible(parsed.text[block.extent.start : block.extent.end]):
                yield from self._matches(index, parsed, block, pattern)

    def _occurrences(self, parsed: ParsedField) -> Iterator[_Occurrence]:
        """Yield where literals and anchors stand inside one block, as they are or in disguise."""
        starts = [block.extent.start for block in parsed.blocks]
        for number, extent, aligned in self._places(parsed.text):
            block = bisect_right(starts, extent.start) - 1
            if block >= 0 and extent.end <= parsed.blocks[block].extent.end:
                yield _Occurrence(self._keys[number], extent, parsed.blocks[block], aligned)

    def _places(self, text: str) -> Iterator[tuple[int, Extent, bool]]:
        """Yield ``(number of the key, extent, aligned)``."""
        folded = fold(text)
        for number, start, end in self._automaton.find_matches_as_indexes(folded.text, overlapping=True):
            yield number, folded.extent(start, end), folded.is_aligned(start) and folded.is_aligned(end)
        revealed = {
            (number, extent)
            for word in disguised(text)
            for number, start, end in self._automaton.find_matches_as_indexes(word.text, overlapping=True)
            if (extent := word.extent(start, end)) is not None
        }
        yield from ((number, extent, True) for number, extent in sorted(revealed))

    def _literals(self, index: int, parsed: ParsedField, found: _Occurrence) -> Iterator[tuple[int, Candidate]]:
        units = self._asked.get(found.key, ())
        whole = bool(units) and found.aligned and is_whole(parsed.text, found.extent)
        for asked in units:
            if whole or not asked.whole:
                yield asked.plan, Candidate(index, found.extent, asked.unit)

    def _possible(self, text: str) -> Iterator[int]:
        if not self._sets:
            yield from self._loose
        for at, chosen in self._sets:
            yield from (self._loose[at + number] for number in chosen.possible(text))

    def _matches(self, index: int, parsed: ParsedField, block: Block, pattern: int) -> Iterator[tuple[int, Candidate]]:
        searched = self._searched[pattern]
        base = block.extent.start
        for found in searched.compiled.finditer(parsed.text[base : block.extent.end]):
            start, end = found.span()
            if start < end:
                extent = Extent(base + start, base + end)
                for plan, unit in searched.asked:
                    yield plan, Candidate(index, extent, unit)


def _sets(searched: Sequence[_Searched], loose: Sequence[int]) -> list[tuple[int, PatternSet]]:
    if len(loose) <= _FEW:
        return []
    return [
        (at, PatternSet([searched[index].source for index in loose[at : at + _SET_SIZE]]))
        for at in range(0, len(loose), _SET_SIZE)
    ]
