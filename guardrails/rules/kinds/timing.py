"""
timing: text that is published too early, too late or on no stated day.

Why: an embargoed name that goes out an hour early ends a launch, an offer that ended yesterday is a false price, and
“today only” in a post that waits in a queue is wrong on every day but one.

How: everything is judged at the moment of publication: ``publish_at``, or now where it is unknown or past. A date
without a time is a UTC day, both ends inclusive; where ``publish_at`` is only a date, an embargo is judged at the
first moment of that day and an end at the last. *embargo*: a listed phrase before its ``not_before``; *notice*: the
draft's own notice (“Embargoed until …”, “Sperrfrist …”) names a later moment, or none that can be read; *ended*: a
date with which something ends (“valid until”, “bis zum … Rabatt”) lies before the publication, where a day without a
year is the one nearest to it; *undated*: a relative word (“today only”, “nur noch morgen”, “letzte Chance”) while the
draft names no day that fits; *other-day*: the paragraph names another day than the relative word means; *unscheduled*:
the day fits, and nobody knows when the text is published. The evidence names the problem; ``{limit}`` is the day or
moment it is measured by, ``{count}`` how many days ago something ended.

Misses: relative words that are not listed, also “ends next Friday”; other languages than English and German, except
in *embargoes* and dates in figures; times of day of an end; time zones that are not said (UTC is assumed), and those
of the reader.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Literal, TypeAlias

from guardrails.errors import DraftError
from guardrails.matching.match import Candidate
from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.day import day_of
from guardrails.model.finding import Hit
from guardrails.model.policy import Literal_, Need, Pattern, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import Advice, plain_words
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, array, longest, mapping, slice_of
from guardrails.signals.deadlines import DAY_MS, Day, days, deadlines, embargoes
from guardrails.text.moment import moment_ms

Check: TypeAlias = Literal["notice", "ended", "date", "schedule"]
_CHECKS: tuple[Check, ...] = ("notice", "ended", "date", "schedule")

_TODAY = (
    "today only", "only today", "just today", "for today only", "ends today", "ends tonight", "ending tonight",
    "until midnight tonight", "last day today", "today is the last day",
    "nur heute", "heute nur", "nur noch heute", "heute noch bis", "nur heute noch", "endet heute", "bis heute Abend",
    "bis heute um Mitternacht", "heute letzter Tag", "heute ist der letzte Tag",
)  # fmt: skip
_TOMORROW = (
    "ends tomorrow", "until tomorrow", "only until tomorrow", "tomorrow only", "only tomorrow", "last day tomorrow",
    "endet morgen", "nur noch bis morgen", "nur bis morgen", "nur morgen", "morgen letzter Tag",
)  # fmt: skip
_SOON = (
    "last chance", "final chance", "last call for", "final call", "ends soon", "ending soon", "final hours",
    "only a few days left", "only a few hours left", "ends this week", "this week only", "this weekend only",
    "for a limited time", "limited time only", "before it is too late",
    "letzte Chance", "letzter Aufruf", "endet bald", "endet in Kürze", "letzte Stunden", "nur noch wenige Tage",
    "nur noch wenige Stunden", "endet diese Woche", "nur diese Woche", "nur dieses Wochenende", "nur für kurze Zeit",
    "nur noch für kurze Zeit", "zeitlich begrenzt",
)  # fmt: skip
_COUNTDOWN = (
    Pattern(r"\b(?:only|just) \d+ (?:more )?(?:days?|hours?) (?:left|to go)\b", anchors=("left", "to go")),
    Pattern(r"\bnur noch \d+ (?:Tage?|Stunden?)\b", anchors=("nur noch",)),
)
"""These count down to an end as *soon* does; they are looked for while *soon* is not empty."""

_MEANS = {"today": 0, "tomorrow": 1}
_OF_NO_YEAR_PM = 800
"""Confidence (permille) that a day without a year is the one nearest to the publication."""


@dataclass(frozen=True, slots=True)
class Embargo:
    """
    Something that must not be out before a moment.

    Attributes:
        phrases: Names and words that may not be published earlier.

        not_before: The first moment they may: a date (the UTC day from its beginning) or a date and time (UTC if no
            zone is said), quoted.
    """

    __pydantic_config__: ClassVar = FORBID

    phrases: tuple[str, ...]
    not_before: str

    def __post_init__(self) -> None:
        """Refuse an embargo on nothing and moments that cannot be read."""
        if not self.phrases or not all(phrase.strip() for phrase in self.phrases):
            raise ValueError("phrases is empty: expected words that may not be published yet")
        try:
            moment_ms(self.not_before)
        except DraftError as error:
            raise ValueError(f"not_before: {error.message}; {error.help}") from error


@dataclass(frozen=True, slots=True)
class Params:
    """
    What is judged by its moment.

    Attributes:
        embargoes: What may not be published before a moment.

        checks: ``notice`` (the draft's own embargo), ``ended`` (dates with which something ends), ``date`` (relative
            words need a day that fits), ``schedule`` (relative words need a known ``publish_at``); an empty list for
            none.

        today: Words that mean the day of publication.

        tomorrow: Words that mean the day after it.

        soon: Words that mean that some near day is the last.
    """

    __pydantic_config__: ClassVar = FORBID

    embargoes: tuple[Embargo, ...] = ()
    checks: tuple[Check, ...] = _CHECKS
    today: tuple[str, ...] = _TODAY
    tomorrow: tuple[str, ...] = _TOMORROW
    soon: tuple[str, ...] = _SOON

    def __post_init__(self) -> None:
        """Refuse a rule that asks nothing."""
        if not self.checks and not self.embargoes:
            raise ValueError("expected embargoes, checks or both")


def plan(params: Params) -> Plan:
    """Scan for embargoed phrases and relative words; each unit has its meaning in ``units`` of the data."""
    units: list[Literal_ | Pattern] = []
    meanings: list[Json] = []
    for embargo in params.embargoes:
        units += [Literal_(phrase) for phrase in embargo.phrases]
        meanings += [moment_ms(embargo.not_before)] * len(embargo.phrases)
    if {"date", "schedule"} & set(params.checks):
        words = (("today", params.today), ("tomorrow", params.tomorrow), ("soon", params.soon))
        for meaning, listed in words:
            units += [Literal_(word) for word in listed]
            meanings += [meaning] * len(listed)
        counting = _COUNTDOWN if params.soon else ()
        units += counting
        meanings += ["soon"] * len(counting)
    return Plan(tuple(units), {"units": meanings, "checks": sorted(params.checks)})


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Judge embargoes, then the draft's own notices and ends, then its relative words."""
    data = mapping(plan.data)
    meanings, checks = array(data["units"]), array(data["checks"])
    when = _publication(view)
    relative = []
    for candidate, meant in _meanings(view.candidates, meanings):
        until_ms = max((one for one in meant if isinstance(one, int)), default=when.first_ms)
        if when.first_ms < until_ms:
            yield _hit(view, candidate.field, candidate.extent, "embargo", limit=_moment(until_ms))
        relative += [(candidate, one) for one in meant if isinstance(one, str)]
    if "notice" in checks:
        yield from _notices(view, when)
    if "ended" in checks:
        yield from _ended(view, when)
    yield from _relative_hits(view, when, relative, checks)


def good_until(view: View, plan: Plan) -> int | None:
    """Return when the first day that the draft names as a last one is over; with relative words, the publication's own."""
    data, when = mapping(plan.data), _publication(view)
    ends = (
        [(when.day + 1) * DAY_MS] if any(isinstance(array(data["units"])[c.unit], str) for c in view.candidates) else []
    )
    if "ended" in array(data["checks"]):
        last = (end.day for signals in view.signals for end in deadlines(signals, when.day))
        ends += [(day + 1) * DAY_MS for day in last if day >= when.day]
    return min(ends, default=None)


def _meanings(found: Sequence[Candidate], meanings: Sequence[Json]) -> Iterator[tuple[Candidate, list[Json]]]:
    """Yield the longest candidates, each with the meanings of all units that stand exactly there."""
    meant: defaultdict[tuple[int, Extent], list[Json]] = defaultdict(list)
    for candidate in found:
        meant[candidate.field, candidate.extent].append(meanings[candidate.unit])
    for candidate in longest(found):
        yield candidate, meant[candidate.field, candidate.extent]


def advise(plan: Plan, context: EffectiveContext) -> Advice:  # noqa: ARG001 - what has a day has it everywhere
    """Name what is under embargo, until when, and what needs its day."""
    data = mapping(plan.data)
    meanings = array(data["units"])
    until = sorted({one for one in meanings if isinstance(one, int)})
    pairs = zip(plan.units, meanings, strict=True)
    held = tuple(unit.text for unit, one in pairs if isinstance(unit, Literal_) and isinstance(one, int))
    said = [f"Say nothing of these words before {' and '.join(map(_moment, until))}"] if until else []
    said += ["Give every offer its last day, and “today” its date"] if data["checks"] else []
    return Advice("avoid", "; ".join(said), plain_words(held))


@dataclass(frozen=True, slots=True)
class _Publication:
    """The first and last moment at which the draft may be published; equal unless only a date is known."""

    first_ms: int
    last_ms: int
    is_scheduled: bool

    @property
    def day(self) -> int:
        """The UTC day of publication, since the epoch."""
        return self.last_ms // DAY_MS


def _publication(view: View) -> _Publication:
    publish_at_ms = view.context.publish_at_ms
    last_ms = view.out_ms
    # A date alone is known as its last millisecond.
    is_whole_day = publish_at_ms is not None and publish_at_ms % DAY_MS == DAY_MS - 1
    first_ms = max(view.as_of_ms, last_ms - DAY_MS + 1) if is_whole_day else last_ms
    return _Publication(first_ms, last_ms, publish_at_ms is not None)


def _notices(view: View, when: _Publication) -> Iterator[Hit]:
    for number, signals in enumerate(view.signals):
        for notice in embargoes(signals, when.day):
            if notice.moment_ms is None:
                yield _hit(view, number, notice.extent, "notice", confidence_pm=_OF_NO_YEAR_PM)
            elif when.first_ms < notice.moment_ms:
                yield _hit(view, number, notice.extent, "notice", limit=_moment(notice.moment_ms))


def _ended(view: View, when: _Publication) -> Iterator[Hit]:
    for number, signals in enumerate(view.signals):
        for end in deadlines(signals, when.day):
            if end.day < when.day:
                sure = 1000 if end.has_year else _OF_NO_YEAR_PM
                count = str(when.day - end.day)
                yield _hit(
                    view, number, end.extent, "ended", limit=day_of(end.day * DAY_MS), count=count, confidence_pm=sure
                )


def _relative_hits(
    view: View, when: _Publication, found: Sequence[tuple[Candidate, str]], checks: Sequence[Json]
) -> Iterator[Hit]:
    known = [
        [one for one in days(signals, when.day) if one.precision == "day"] if found else [] for signals in view.signals
    ]
    for candidate, meaning in found:
        problem = _relative_problem(view, when, candidate, meaning, known) if "date" in checks else ""
        if not problem and "schedule" in checks and not when.is_scheduled:
            problem = "unscheduled"
        if problem:
            limit = day_of((when.day + _MEANS.get(meaning, 0)) * DAY_MS)
            yield _hit(view, candidate.field, candidate.extent, problem, limit=limit)


def _relative_problem(
    view: View, when: _Publication, candidate: Candidate, meaning: str, known: Sequence[Sequence[Day]]
) -> str:
    def fits(one: Day) -> bool:
        return one.day >= when.day if meaning == "soon" else one.day == when.day + _MEANS[meaning]

    block = view.fields[candidate.field].block_at(candidate.extent.start)
    beside = [one for one in known[candidate.field] if block is not None and block.extent.covers(one.extent)]
    if beside and not any(fits(one) for one in beside):
        return "other-day"
    return "" if any(fits(one) for field in known for one in field) else "undated"


def _hit(
    view: View,
    number: int,
    extent: Extent,
    problem: str,
    *,
    limit: str = "",
    count: str = "",
    confidence_pm: int = 1000,
) -> Hit:
    evidence = tuple((name, value) for name, value in (("limit", limit), ("problem", problem)) if value)
    match = slice_of(view.fields[number], extent)
    values = (("count", count), ("limit", limit))
    return Hit(number, extent, match, values=values, evidence=evidence, confidence_pm=confidence_pm)


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_DEFAULT = """
{}
"""
_LAUNCH = """
checks: []
embargoes:
  - {phrases: [Nimbrel Arc, Projekt Bogen], not_before: "2999-03-01T09:00:00Z"}
  - {phrases: [Nimbrel Go], not_before: "2001-03-01"}
"""

KIND = RuleKind(
    name="timing",
    params=Params,
    revision=1,
    locales=ANY,
    needs=frozenset({Need.DATES, Need.SENTENCES, Need.CONTEXT, Need.AS_OF}),
    plan=plan,
    find=find,
    examples=(
        Example(_DEFAULT, "Offer valid until [[14 December 2001]]. [[Today only]]: free delivery."),
        Example(_DEFAULT, "15 Prozent Rabatt bis zum [[14. Dezember 2001]]. [[Letzte Chance]]!"),
        Example(_DEFAULT, "[[Sperrfrist]]: 1. März 2999, 9 Uhr. Die neue Lampe ist da."),
        Example(_LAUNCH, "[[Nimbrel Arc]] follows Nimbrel Go."),
        Example(_DEFAULT, "Offer valid until 14 December 2999. Until March 2001 we had one lamp."),
        Example(_DEFAULT, "15 Prozent Rabatt bis zum 14. Dezember 2999. Heute ist ein guter Tag."),
        Example(_LAUNCH, "Nimbrel Go, today only. Embargoed until 1 March 2999."),
    ),
    per_draft=True,
    good_until=good_until,
    advise=advise,
)
