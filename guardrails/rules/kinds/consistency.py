"""
consistency: one thing said in two ways: two spellings, two prices, two dates, a weekday that is not that of its date.

Why: a reader who finds "89 €" in the headline and "99 €" below believes neither, and customers hold us to the lower one.

How: five checks, all of them on unless *check* names some. ``spellings``: of a listed group only one spelling may occur
in a draft. ``names``: the same for forms of a name that is written joined, with hyphens, with spaces or with other
capitals inside ("Nimbrel Desk", "Nimbrel-Desk"), without a list. ``prices`` and ``dates``: two prices in one currency,
or two days, that are plainly said of the same thing ("Desk costs 89 €", "the Desk for 99 €"); names count in the whole
draft, other words ("the lamp") only between two headings. ``weekdays``: "Monday, 3 March 2026" is a Tuesday. The hit
stands at what is said less often, or later where both are said as often, and points to the other place.

Misses: anything that is not said plainly. A sentence that compares, dates back or sets conditions ("instead of", "from
89 €", "a month", "moved to") is left out, and so are ranges, a subject with an indefinite article, a price whose
subject stands in another sentence, spellings of words in lower case that are not listed, headings in capitals, and
which of the two is right.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from guardrails.matching.fold import fold_key
from guardrails.matching.match import Candidate
from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.finding import Hit
from guardrails.model.policy import Literal_, Need, Plan
from guardrails.model.span import Extent, Extents
from guardrails.rules.advice import Advice
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import (
    FORBID,
    array,
    longest,
    mapping,
    replacement,
    slice_of,
    strings,
    without_exceptions,
)
from guardrails.signals.amounts import amount
from guardrails.signals.calendar_days import CalendarDay, calendar_days, weekday_name
from guardrails.signals.name_forms import name_forms
from guardrails.signals.subjects import Subject, dated, priced

Check = Literal["spellings", "names", "prices", "dates", "weekdays"]
_ALL: tuple[Check, ...] = ("spellings", "names", "prices", "dates", "weekdays")
_SAID = {
    "spellings": "its spelling",
    "names": "the form of its name",
    "prices": "its price",
    "dates": "its date",
    "weekdays": "the weekday of a date",
}


@dataclass(frozen=True, slots=True)
class Params:
    """
    What must agree.

    Attributes:
        spellings: Groups of spellings of one word, e.g. ``[e-mail, email]``; at least two each.

        subjects: Groups of names of one thing that has one price or day, e.g. ``[Nimbrel Desk, Desk]``.

        check: Which checks are made.

        exceptions: Words and phrases that are no hit for ``spellings`` and ``names``.
    """

    __pydantic_config__: ClassVar = FORBID

    spellings: tuple[tuple[str, ...], ...] = ()
    subjects: tuple[tuple[str, ...], ...] = ()
    check: tuple[Check, ...] = _ALL
    exceptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse groups that cannot disagree, and a rule that checks nothing."""
        if not self.check:
            raise ValueError(f"check is empty: expected some of {', '.join(_ALL)}")
        for group in self.spellings:
            keys = {fold_key(spelling) for spelling in group}
            if len(keys) < max(len(group), 2) or "" in keys:
                raise ValueError(f"{list(group)} needs two spellings that differ in more than capitals (see casing)")
        if any(not fold_key(name) for group in self.subjects for name in group):
            raise ValueError("subjects holds an empty name")


@dataclass(frozen=True, slots=True)
class _Said:
    """Something said of a thing: *value* is what is compared, *subject* of what it is said."""

    field: int
    extent: Extent
    subject: str
    value: Hashable


def plan(params: Params) -> Plan:
    """Scan for the listed spellings, exceptions after them."""
    listed = [spelling for group in params.spellings for spelling in group]
    sizes: list[Json] = [len(group) for group in params.spellings]
    subjects: list[Json] = [[fold_key(name) for name in group] for group in params.subjects]
    data: dict[str, Json] = {"groups": sizes, "subjects": subjects, "check": list(params.check)}
    return Plan(tuple(Literal_(text) for text in (*listed, *params.exceptions)), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Make every check that is asked for."""
    data = mapping(plan.data)
    checks = strings(data["check"])
    groups = _groups(data["groups"])
    if "spellings" in checks:
        yield from _disagreeing(view, _spelt(view, groups), "spelling")
    if "names" in checks:
        yield from _disagreeing(view, _named(view, [c for c in view.candidates if c.unit >= len(groups)]), "name")
    known = [strings(group) for group in array(data["subjects"])]
    days = [calendar_days(parsed.text) for parsed in view.fields] if {"dates", "weekdays"} & {*checks} else []
    if "prices" in checks:
        yield from _disagreeing(view, _one_subject(_prices(view), known), "price")
    if "dates" in checks:
        yield from _disagreeing(view, _one_subject(_days(view, days), known), "date")
    if "weekdays" in checks:
        yield from _wrong_weekdays(view, days)


def advise(plan: Plan, context: EffectiveContext) -> Advice:  # noqa: ARG001 - what has to agree is the same everywhere
    """Name what has to agree."""
    said = ", ".join(_SAID[check] for check in strings(mapping(plan.data)["check"]))
    return Advice("tone", f"Say one thing in one way throughout: {said}")


def _groups(sizes: Json) -> list[int]:
    """Return the number of the group that each unit belongs to."""
    return [number for number, size in enumerate(array(sizes)) if isinstance(size, int) for _ in range(size)]


def _spelt(view: View, groups: Sequence[int]) -> list[_Said]:
    found = longest(without_exceptions(view.candidates, len(groups)))
    return [_Said(c.field, c.extent, str(groups[c.unit]), c.unit) for c in found]


def _named(view: View, exceptions: Sequence[Candidate]) -> list[_Said]:
    said = []
    for number, parsed in enumerate(view.fields):
        excepted = Extents(c.extent for c in exceptions if c.field == number)
        forms = name_forms(parsed.text, view.signals[number].sentences, parsed.blocks)
        said += [_Said(number, f.extent, f.key, f.written) for f in forms if not excepted.cover(f.extent)]
    return said


_Attributed = tuple[_Said, Subject, tuple[int, int]]
"""What is said, of what, and the field and section where it is."""


def _prices(view: View) -> Iterator[_Attributed]:
    for number, signals in enumerate(view.signals):
        headings = _headings(view, number)
        for quantity in signals.quantities:
            if quantity.kind == "currency" and quantity.bound == "exact" and not quantity.high:
                place, value = quantity.extent, amount(quantity)
                yield from _attributed(view, number, headings, _Said(number, place, quantity.unit, value))


def _days(view: View, days: Sequence[Sequence[CalendarDay]]) -> Iterator[_Attributed]:
    for number, found in enumerate(days):
        headings = _headings(view, number)
        for day in found:
            place = Extent(min(day.extent, day.weekday_extent or day.extent).start, day.extent.end)
            yield from _attributed(view, number, headings, _Said(number, place, "", (day.month, day.day)))


def _headings(view: View, number: int) -> list[int]:
    return [block.extent.start for block in view.fields[number].blocks if block.kind == "heading"]


def _attributed(view: View, number: int, headings: Sequence[int], said: _Said) -> Iterator[_Attributed]:
    text, sentence = view.fields[number].text, view.signals[number].sentence_at(said.extent.start)
    subject = sentence and (priced if said.subject else dated)(text, sentence.extent, said.extent)
    if subject:
        yield said, subject, (number, bisect_right(headings, said.extent.start))


def _one_subject(found: Iterator[_Attributed], known: Sequence[Sequence[str]]) -> list[_Said]:
    """Return what is said with one name for each thing, which is told apart by section unless it has a name."""
    listed = list(found)
    full = _full_names({subject.key for _, subject, _ in listed if subject.is_name})
    said = []
    for one, subject, section in listed:
        name = _known_name(subject.key, known) or (subject.key if subject.is_name else full.get(subject.key, ""))
        thing = (subject.role, one.subject, name) if name else (subject.role, one.subject, subject.key, section)
        said.append(replace(one, subject=str(thing)))
    return said


def _known_name(key: str, known: Sequence[Sequence[str]]) -> str:
    ends = [(len(name), group[0]) for group in known for name in group if f" {key}".endswith(f" {name}")]
    return max(ends, default=(0, ""))[1]


def _full_names(names: set[str]) -> dict[str, str]:
    """Return for the end of a name the name, if it is the only one: "Desk" is Nimbrel Desk if there is no other."""
    ending: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        words = name.split(" ")
        for first in range(1, len(words)):
            ending[" ".join(words[first:])].add(name)
    return {end: min(ones) for end, ones in ending.items() if len(ones) == 1}


def _disagreeing(view: View, said: Sequence[_Said], what: str) -> Iterator[Hit]:
    """Yield a hit for everything that is said otherwise than most often of the same thing."""
    by_subject: defaultdict[str, list[_Said]] = defaultdict(list)
    for one in said:
        by_subject[one.subject].append(one)
    for group in by_subject.values():
        ordered = sorted(group, key=lambda one: (one.field, one.extent))
        counts = Counter(one.value for one in ordered)
        most = max(counts.values())
        main = next(one for one in ordered if counts[one.value] == most)
        yield from (_hit(view, one, main, what) for one in ordered if one.value != main.value)


def _hit(view: View, one: _Said, main: _Said, what: str) -> Hit:
    other = slice_of(view.fields[main.field], main.extent)
    fixes = (replacement(one.extent, other, safe=False),) if what in {"spelling", "name"} else ()
    return Hit(
        one.field,
        one.extent,
        slice_of(view.fields[one.field], one.extent),
        values=(("say_instead", other),),
        evidence=(("other", other), ("what", what)),
        confidence_pm=1000 if what == "spelling" else _CONFIDENCE_PM,
        fixes=fixes,
        related=((main.field, main.extent),),
    )


_CONFIDENCE_PM = 850


def _wrong_weekdays(view: View, days: Sequence[Sequence[CalendarDay]]) -> Iterator[Hit]:
    for number, found in enumerate(days):
        for day in found:
            right = day.right_weekday
            if day.weekday_extent and right is not None and right != day.weekday:
                written = slice_of(view.fields[number], day.weekday_extent)
                yield _wrong_weekday(view, number, day, weekday_name(right, written))


def _wrong_weekday(view: View, number: int, day: CalendarDay, right: str) -> Hit:
    extent = day.weekday_extent or day.extent
    return Hit(
        number,
        extent,
        slice_of(view.fields[number], extent),
        values=(("say_instead", right),),
        evidence=(("other", slice_of(view.fields[number], day.extent)), ("what", "weekday")),
        fixes=(replacement(extent, right, safe=False),),
        related=((number, day.extent),),
    )


_SPELLINGS = """
spellings: [[e-mail, email], [web shop, webshop]]
check: [spellings]
"""
_ALL_CHECKS = """
{}
"""
_SUBJECTS = """
subjects: [[Nimbrel Desk, Desk]]
"""

KIND = RuleKind(
    name="consistency",
    params=Params,
    revision=2,
    locales=ANY,
    needs=frozenset({Need.BLOCKS, Need.SENTENCES, Need.QUANTITIES, Need.DATES}),
    plan=plan,
    find=find,
    examples=(
        Example(_SPELLINGS, "Send an e-mail; we answer every e-mail. Or read our [[email]] guide."),
        Example(_ALL_CHECKS, "Nimbrel Desk is here. The new [[Nimbrel-Desk]] fits. Nimbrel Desk lights the page."),
        Example(_ALL_CHECKS, "Nimbrel Desk costs 149 €.\n\n# In short\n\nYou get the Nimbrel Desk for [[159 €]]."),
        Example(_SUBJECTS, "# Prices\n\nDesk: 149 €\n\n# Order\n\nNimbrel Desk is [[€ 159]]."),
        Example(_ALL_CHECKS, "The repair evening is on 3 December. Join the repair evening on [[4 December]]."),
        Example(_ALL_CHECKS, "Wir öffnen am [[Montag]], dem 3. März 2026."),
        Example(_SPELLINGS, "Send an e-mail, or two e-mails."),
        Example(_ALL_CHECKS, "Nimbrel Desk costs 149 € instead of 159 €. Nimbrel Floor costs 249 €."),
        Example(_ALL_CHECKS, "# Desk\n\nThe lamp costs 149 €.\n\n# Floor\n\nThe lamp costs 249 €."),
        Example(_ALL_CHECKS, "The offer starts on 3 December. The offer ends on 14 December. Monday, 2 March 2026."),
    ),
    per_draft=True,
    advise=advise,
)
