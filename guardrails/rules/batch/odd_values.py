"""
Numbers, prices, dates and times that one or two items of a batch give otherwise than all the others.

Of the items that share a topic (see :mod:`~guardrails.rules.batch.topics`), at least three must agree, at least twice as
many as differ, and one or two differ, each with a single other value; anything less clear is no finding. Amounts are
compared by value and unit, whatever the notation. A price, day or time that differs is found only if another item of the
same market agrees with the rest, because a whole market may have its own. If only the words next to them show that two
numbers are about the same thing, the odd one must not be usual elsewhere in the batch.

Missed: a number that most items have wrong; one that stands in too few items; one in a list of numbers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guardrails.rules.batch.item import Place, ReadItem
from guardrails.rules.batch.topics import BASES, Basis, Said, Topic, is_of_market, said
from guardrails.signals.mentions import CalendarDate, Value

FEW = 2
"""In more items than this another value is no slip."""

LEAST_AGREEING = 3
"""So many items must say the usual value."""


@dataclass(frozen=True, slots=True)
class OddValue:
    """
    A value that differs from what all other items say of the same thing.

    Attributes:
        places: Where the odd value stands instead of the usual one, in order of the items.

        usual: One place with the usual value, in the language of the first odd place if there is one.

        agreeing: How many items have the usual value.

        basis: What shows that it is the same thing.

        fact: The fact cited for it, if that is the basis.
    """

    places: tuple[Place, ...]
    usual: Place
    agreeing: int
    basis: Basis
    fact: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    """Something said in item number *item*."""

    item: int
    place: Place
    value: Value


@dataclass(frozen=True, slots=True)
class _Disagreement:
    """What is said otherwise of one topic, with one place where it is said as *agreeing* items say it."""

    topic: Topic
    odd: tuple[_Placed, ...]
    usual: _Placed
    agreeing: int


def odd_values(items: Sequence[ReadItem]) -> tuple[OddValue, ...]:
    """Return what one or two of *items* say otherwise than all others, in order of the first place."""
    found: defaultdict[tuple[Value, Value], list[_Disagreement]] = defaultdict(list)
    surest_first = sorted(_Batch(items).disagreements(), key=lambda one: (BASES.index(one.topic[0]), -one.agreeing))
    for one in surest_first:
        for value in dict.fromkeys(odd.value for odd in one.odd):
            found[one.usual.value, value].append(one)
    made: list[tuple[_Placed, OddValue]] = []
    taken: set[Place] = set()
    for (_, value), those in found.items():
        places = {odd.place: odd for one in those for odd in one.odd if odd.value == value and odd.place not in taken}
        if places:
            taken.update(places)
            ordered = sorted(places.values(), key=lambda odd: (odd.item, odd.place.span))
            made.append((ordered[0], _odd_value(ordered, those[0])))
    return tuple(odd for _, odd in sorted(made, key=lambda pair: (pair[0].item, pair[0].place.span)))


def _odd_value(odd: Sequence[_Placed], surest: _Disagreement) -> OddValue:
    basis, about = surest.topic
    fact = str(about[0]) if basis == "fact" else ""
    return OddValue(tuple(one.place for one in odd), surest.usual.place, surest.agreeing, basis, fact)


class _Batch:
    """What all items say, by topic."""

    def __init__(self, items: Sequence[ReadItem]) -> None:
        self._items = items
        everything = [(number, one) for number, item in enumerate(items) for one in said(item)]
        years = _years(one for _, one in everything)
        self._topics: defaultdict[Topic, list[_Placed]] = defaultdict(list)
        self._items_with: defaultdict[Value, set[int]] = defaultdict(set)
        for number, one in everything:
            placed = _Placed(number, Place(items[number].item.id, one.span), _with_year(one.value, years))
            self._items_with[placed.value].add(number)
            for topic in one.topics:
                self._topics[topic].append(placed)

    def disagreements(self) -> Iterable[_Disagreement]:
        """Yield every topic of which it is clear what is usual and what is odd."""
        for topic, group in self._topics.items():
            if len({one.value for one in group}) > 1:
                found = self._disagreement(topic, group)
                if found is not None:
                    yield found

    def _disagreement(self, topic: Topic, group: Sequence[_Placed]) -> _Disagreement | None:
        values: defaultdict[int, set[Value]] = defaultdict(set)
        for one in group:
            values[one.item].add(one.value)
        single = {item: next(iter(those)) for item, those in values.items() if len(those) == 1}
        both = {value for those in values.values() if len(those) > 1 for value in those}
        counts = Counter(single.values())
        usual, agreeing = min(counts.items(), key=lambda pair: (-pair[1], repr(pair[0])), default=(None, 0))
        differing = {item: value for item, value in single.items() if value != usual}
        is_clear = 0 < len(differing) <= FEW and agreeing >= max(LEAST_AGREEING, 2 * len(differing))
        if usual is None or not is_clear or not both.isdisjoint(differing.values()):
            return None
        agreed = [one for one in group if one.item in single and one.value == usual]
        if not all(self._is_slip(topic, item, value, agreed) for item, value in differing.items()):
            return None
        odd = tuple(one for one in group if one.item in differing)
        return _Disagreement(topic, odd, self._example(agreed, odd[0].item), agreeing)

    def _is_slip(self, topic: Topic, item: int, value: Value, agreed: Sequence[_Placed]) -> bool:
        """Tell whether *value* cannot be meant: no market has it for its own, and words alone do not decide."""
        if is_of_market(value) and self._items[item].market not in {self._items[one.item].market for one in agreed}:
            return False
        return topic[0] != "words" or len(self._items_with[value]) <= FEW

    def _example(self, agreed: Sequence[_Placed], item: int) -> _Placed:
        language = self._items[item].language
        return min(agreed, key=lambda one: (self._items[one.item].language != language, one.place.item, one.place.span))


def _years(everything: Iterable[Said]) -> dict[Value, set[int]]:
    years: defaultdict[Value, set[int]] = defaultdict(set)
    for one in everything:
        if isinstance(one.value, CalendarDate) and one.value.year:
            years[one.value.without_year].add(one.value.year)
    return years


def _with_year(value: Value, years: dict[Value, set[int]]) -> Value:
    """Give a day without a year the year that it has elsewhere in the batch, if that is one."""
    if isinstance(value, CalendarDate) and not value.year and len(known := years.get(value, set())) == 1:
        return CalendarDate(min(known), value.month, value.day)
    return value
