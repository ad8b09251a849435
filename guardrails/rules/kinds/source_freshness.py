"""
source-freshness: sources that are too old, undated or from the future.

Why: a figure is true for a time; last decade's market share with this year's logo is a false claim with a footnote.

How: age is judged on the day of publication if it is planned (``publish_at``), else on the day of the check. Dates are
UTC days, both ends inclusive: with ``max_age_days: 365`` a source of the same day a year ago is still fresh. A date
without day or month counts from its first day. The hit stands where the draft links a claim to the source, else at
the start of the draft. A source with the id of a fact on a sheet stands for that fact, whose dates the sheet has, and
is left to ``claim-needs-source``.

Misses: what has happened since (a source may be fresh and outdated); sources that are only named in the text; whether
the date is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Literal

from guardrails.model.canonical import Json
from guardrails.model.context import EffectiveContext
from guardrails.model.draft import ClaimLink, Source
from guardrails.model.finding import Hit
from guardrails.model.policy import Need, Plan
from guardrails.model.span import Extent
from guardrails.rules.advice import Advice
from guardrails.rules.kind import ANY, Example, RuleKind, View
from guardrails.rules.overlap import FORBID, array, integer, mapping

_DAY_MS = 86_400_000
_YEAR_DAYS = 365
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Params:
    """
    How old a source may be.

    Attributes:
        max_age_days: Days since it was published, the day itself being 0.

        kinds: Other numbers for some kinds of source ("press", "study", …).

        which: ``listed`` (every source of the draft) or ``linked`` (those that a claim is linked to).

        undated: Whether a source without a date that can be read is a hit (``hit``) or not (``ignore``).
    """

    __pydantic_config__: ClassVar = FORBID

    max_age_days: int
    kinds: dict[str, int] = field(default_factory=dict)
    which: Literal["listed", "linked"] = "listed"
    undated: Literal["hit", "ignore"] = "hit"

    def __post_init__(self) -> None:
        """Refuse ages below nought."""
        if min((self.max_age_days, *self.kinds.values())) < 0:
            raise ValueError("max_age_days and kinds are numbers of days: expected 0 or more")


def plan(params: Params) -> Plan:
    """Scan for nothing: sources are listed."""
    kinds: list[Json] = [[kind, days] for kind, days in sorted(params.kinds.items())]
    data: dict[str, Json] = {
        "days": params.max_age_days,
        "kinds": kinds,
        "which": params.which,
        "undated": params.undated == "hit",
    }
    return Plan((), data)


def find(view: View, plan: Plan) -> Iterator[Hit]:
    """Judge every source on the later of the day of the check and the day of publication."""
    data = mapping(plan.data)
    today = view.out_ms // _DAY_MS
    for source in _own(view) if view.fields else ():
        limit = _limit(source, data)
        age = _age(source, today)
        status = _status(age, limit, undated=bool(data["undated"]))
        if status:
            yield from _hits(view, source, status, age, limit, linked_only=data["which"] == "linked")


def good_until(view: View, plan: Plan) -> int | None:
    """Return when the first source that is fresh grows too old: the day after its last one."""
    data, today = mapping(plan.data), view.out_ms // _DAY_MS
    ends = []
    for source in _own(view):
        age, limit = _age(source, today), _limit(source, data)
        if age is not None and 0 <= age <= limit and (data["which"] != "linked" or any(_links(view, source))):
            ends.append((today - age + limit + 1) * _DAY_MS)
    return min(ends, default=None)


def _own(view: View) -> Iterator[Source]:
    """Yield the draft's sources; one with the id of a fact is that fact, which has dates of its own."""
    return (source for source in view.draft.sources if view.facts.status(source.id, view.out_ms) == "unknown")


def advise(plan: Plan, context: EffectiveContext) -> Advice:  # noqa: ARG001 - what counts is the same everywhere
    """Name the greatest age, and that of the kinds with another."""
    data = mapping(plan.data)
    pairs = [array(pair) for pair in array(data["kinds"])]
    others = "".join(f"; {str(kind).replace('_', ' ')}: {_age_in_words(integer(days))}" for kind, days in pairs)
    return Advice("proof", f"Use no source older than {_age_in_words(integer(data['days']))}{others}")


def _age_in_words(days: int) -> str:
    years, rest = divmod(days, _YEAR_DAYS)
    return f"{years} years" if years > 1 and not rest else f"{days} days"


def _limit(source: Source, data: dict[str, Json]) -> int:
    for pair in array(data["kinds"]):
        kind, days = array(pair)
        if kind == source.kind:
            return integer(days)
    return integer(data["days"])


def _age(source: Source, today: int) -> int | None:
    """Return the days since *source* was published, below 0 in the future; None without a date that can be read."""
    parts = source.published.partition("T")[0].split("-")
    try:
        year, month, day = (*(int(part) for part in parts), 1, 1)[:3]
        return today - (date(year, month, day).toordinal() - _EPOCH)
    except ValueError:
        return None


def _status(age: int | None, limit: int, *, undated: bool) -> str:
    if age is None:
        return "undated" if undated else ""
    if age < 0:
        return "future"
    return "stale" if age > limit else ""


def _hits(view: View, source: Source, status: str, age: int | None, limit: int, *, linked_only: bool) -> Iterator[Hit]:
    count = "" if age is None else str(age)
    values = (("count", count), ("limit", str(limit)))
    evidence = (("published", source.published), ("source", source.id), ("status", status))
    links = list(_links(view, source))
    for number, link in links:
        quote = view.fields[number].source[link.start : link.end]
        yield Hit(number, Extent(link.start, link.end), quote, values=values, evidence=evidence, in_source=True)
    if not links and not linked_only:
        yield Hit(0, Extent(0, 0), "", values=values, evidence=evidence)


def _links(view: View, source: Source) -> Iterator[tuple[int, ClaimLink]]:
    numbers = {parsed.id: number for number, parsed in enumerate(view.fields)}
    for link in view.draft.claims:
        if source.id in link.sources and link.field in numbers:
            yield numbers[link.field], link


_YEAR = """
max_age_days: 365
"""
_LENIENT = """
max_age_days: 36500
kinds: {press: 30}
undated: ignore
"""
_OLD = Source("s1", kind="study", published="2001-05-01")

KIND = RuleKind(
    name="source-freshness",
    params=Params,
    revision=3,
    locales=ANY,
    needs=frozenset({Need.SOURCES, Need.AS_OF, Need.CONTEXT, Need.FACTS}),
    plan=plan,
    find=find,
    examples=(
        Example(_YEAR, "[[]]Two in three teams save time.", (_OLD,)),
        Example(_YEAR, "[[]]Two in three teams save time.", (Source("s2", kind="study"),)),
        Example(_LENIENT, "[[]]Two in three teams save time.", (Source("s3", kind="press", published="2001-05"),)),
        Example(_LENIENT, "Two in three teams save time.", (_OLD, Source("s2"))),
        Example(_YEAR, "A text without sources."),
    ),
    per_draft=True,
    good_until=good_until,
    advise=advise,
)
