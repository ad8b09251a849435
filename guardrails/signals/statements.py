"""
What a text states in numbers, dates, times and facts, indexed, so that another text can be held against it.

Where the language of a text does not show, its figures are read in every notation: "1.500" may be 1500 or 1.5.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import assert_never

from guardrails.model.span import Extent
from guardrails.signals.amounts import Amount
from guardrails.signals.analysis import FieldSignals
from guardrails.signals.mentions import CalendarDate, Mention, TimeOfDay, Value, mentions
from guardrails.signals.plain_text import plain_signals, whole_language

_NOTATIONS = ("en", "de")
_MOST_SHOWN = 3
_MOST_COMPARED = 50
"""So many numbers of one sort are looked at for what to say instead."""


class Statements:
    """
    What *text* states; each part is made on first use.

    Args:
        text: A text without format.

        languages: Those it may be in, where it does not show.
    """

    def __init__(self, text: str, languages: tuple[str, ...]) -> None:
        """Remember the text."""
        self.signals = plain_signals(text, languages)

    def has(self, value: Value) -> bool:
        """Tell whether the text says the same number (or an end of its range), date (or a fuller one) or time."""
        if isinstance(value, Amount):
            return all(end in self._facts_of for end in _ends(value))
        return value in self._facts_of or (isinstance(value, CalendarDate) and value.without_year in self._any_year)

    def facts_beside(self, value: Value) -> set[tuple[str, ...]]:
        """Return the facts cited at each place of *value*."""
        said = _ends(value) if isinstance(value, Amount) else (value,)
        return {facts for part in said for facts in self._facts_of.get(part, set())}

    def like(self, mention: Mention) -> str:
        """Return how the text writes what is of the same sort as *mention*, beside the same facts first."""
        some = [*self._written.get(_sort(mention), {}).items()][:_MOST_COMPARED]
        some.sort(key=lambda written: set(written[1]).isdisjoint(mention.facts))
        return " / ".join(text for text, _ in some[:_MOST_SHOWN])

    @cached_property
    def facts(self) -> frozenset[str]:
        """The ids of all facts cited."""
        return frozenset(c.target for c in self.signals.citations if c.kind == "fact")

    @cached_property
    def _mentions(self) -> tuple[Mention, ...]:
        if whole_language(self.signals):
            return mentions(self.signals)
        return tuple(dict.fromkeys(mention for reading in _read(self.signals) for mention in mentions(reading)))

    @cached_property
    def _facts_of(self) -> dict[Value, set[tuple[str, ...]]]:
        found: defaultdict[Value, set[tuple[str, ...]]] = defaultdict(set)
        for mention in self._mentions:
            for value in _parts(mention.value):
                found[value].add(mention.facts)
        return found

    @cached_property
    def _any_year(self) -> frozenset[Value]:
        return frozenset(m.value for m in self._mentions if isinstance(m.value, CalendarDate) and not m.value.year)

    @cached_property
    def _written(self) -> dict[str, dict[str, tuple[str, ...]]]:
        """For every sort of mention how it is written, with the facts cited beside it."""
        text, found = self.signals.parsed.text, defaultdict[str, dict[str, tuple[str, ...]]](dict)
        for mention in self._mentions:
            found[_sort(mention)].setdefault(text[mention.extent.start : mention.extent.end], mention.facts)
        return found


def other_readings(signals: FieldSignals) -> dict[Extent, list[Value]]:
    """Return what every number of a field means in other notations; nothing if its language shows."""
    if any(block.language for block in signals.block_languages) or whole_language(signals):
        return {}
    found: defaultdict[Extent, list[Value]] = defaultdict(list)
    for reading in _read(signals):
        for mention in mentions(reading):
            found[mention.extent].append(mention.value)
    return found


def _read(signals: FieldSignals) -> list[FieldSignals]:
    return [FieldSignals(signals.parsed, (language,)) for language in _NOTATIONS]


def _parts(value: Value) -> tuple[Value, ...]:
    """Return everything that *value* says: both ends of a range, a date and the vaguer ones."""
    match value:
        case Amount():
            return _ends(value)
        case CalendarDate():
            return value.said
        case TimeOfDay():
            return (value,)
        case _:
            assert_never(value)


def _ends(value: Amount) -> tuple[Amount, Amount]:
    return Amount(value.unit, value.low, value.low), Amount(value.unit, value.high, value.high)


def _sort(mention: Mention) -> str:
    return mention.value.unit if isinstance(mention.value, Amount) else type(mention.value).__name__
