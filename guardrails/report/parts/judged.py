"""
Part 7, of the ledger: what people said of texts that a rule held.

A person *overturns* a rule about a text by letting the text through as it is, by excepting the finding at the desk, or by
calling it wrong there; sending the text back, rejecting it, or approving it with changes *confirms* it, for every rule that
held it. What authors dispute, and waivers for texts to come, are claims and exceptions, no judgements.

Only texts that escalated are put before people, so this says nothing of what a rule sent back to its author, or missed.
Nothing is given about fewer than five people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from guardrails.model.record import Record
from guardrails.model.review import FEWEST
from guardrails.report.evidence import Evidence
from guardrails.report.parts.share import Share, share_of
from guardrails.report.period import Period

ENOUGH = 20
"""Fewest judgements in each part of the period for a drift to be looked for."""

_PARTS = (4, 3, 2)
_Word: TypeAlias = Literal["confirmed", "let-through", "excepted", "wrong"]


class Judgement(NamedTuple):
    """The last word on one text (*review*) about a rule, by whom and when."""

    rule: str
    review: str
    word: _Word
    actor_ref: str
    at_ms: int


class Judged(NamedTuple):
    """What people said about a rule (empty: about several together); *overturned* of the texts that they judged."""

    rule: str
    overturned: Share
    let_through: int
    excepted: int
    wrong: int


class Drift(NamedTuple):
    """The share overturned in equal parts of the period, in order; *rule* is empty for all together."""

    rule: str
    parts: tuple[Share, ...]

    @property
    def has_moved(self) -> bool:
        """Tell whether the last part is apart from the first."""
        return self.parts[0].is_apart(self.parts[-1])


@dataclass(frozen=True, slots=True)
class Judgements:
    """
    What people said.

    Attributes:
        rules: Those about which five or more people said something.

        others: All other rules together, if five or more people did; *withheld* names them.
    """

    rules: tuple[Judged, ...] = ()
    others: Judged | None = None
    withheld: tuple[str, ...] = ()
    drift: tuple[Drift, ...] = ()

    def about(self, rule: str) -> Judged | None:
        """Return what people said about *rule*, if it may be told."""
        return next((one for one in self.rules if one.rule == rule), None)


def judgements_of(evidence: Evidence) -> Judgements:
    """Return what people said in the period."""
    by: dict[str, list[Judgement]] = {}
    for one in _last_words(evidence):
        by.setdefault(one.rule, []).append(one)
    told = {rule: found for rule, found in sorted(by.items()) if _are_enough(found)}
    rest = [one for rule, found in by.items() if rule not in told for one in found]
    others = _judged("", rest) if _are_enough(rest) else None
    every = [] if rest and others is None else [("", [one for found in by.values() for one in found])]
    drifts = (_drift(rule, found, evidence.period) for rule, found in (*every, *told.items()))
    return Judgements(
        rules=tuple(_judged(rule, found) for rule, found in told.items()),
        others=others,
        withheld=tuple(sorted(by.keys() - told.keys())),
        drift=tuple(one for one in drifts if one is not None),
    )


def _last_words(evidence: Evidence) -> Iterable[Judgement]:
    last: dict[tuple[str, str], Judgement] = {}
    for one in _words(record for _, record in evidence.history):
        if one.at_ms in evidence.period:
            last[one.rule, one.review] = one
    return last.values()


def _words(records: Iterable[Record]) -> Iterator[Judgement]:
    """Yield what people say at the desk, in ledger order."""
    asked: dict[str, str] = {}  # waiver -> the review at which it was given
    given: dict[tuple[str, str], str] = {}  # actor and rule -> the review of the exception they gave last
    for record in records:
        actor, rule = record.text("actor_ref"), record.text("rule")
        match record.type:
            case "review" if record.member("final") is True:
                word = _word(record)
                for held in record.texts("rules"):
                    yield Judgement(held, record.text("review"), word, actor, record.at_ms)
            case "waiver" if record.text("event") == "requested" and record.text("review"):
                asked[record.id] = record.text("review")
            case "waiver" if record.text("event") == "approved" and record.text("of") in asked:
                given[actor, rule] = asked[record.text("of")]
                yield Judgement(rule, given[actor, rule], "excepted", actor, record.at_ms)
            case "dispute" if record.text("complaint") == "wrong" and (actor, rule) in given:
                # “wrong” at the desk: an exception, and a dispute by whoever gave it
                yield Judgement(rule, given.pop((actor, rule)), "wrong", actor, record.at_ms)


def _word(review: Record) -> _Word:
    is_unchanged = review.text("decision") == "approve" and review.member("edited") is False
    return "let-through" if is_unchanged else "confirmed"


def _are_enough(found: Collection[Judgement]) -> bool:
    return len({one.actor_ref for one in found}) >= FEWEST


def _judged(rule: str, found: Collection[Judgement]) -> Judged:
    words = [one.word for one in found]
    return Judged(rule, _overturned(found), *(words.count(word) for word in ("let-through", "excepted", "wrong")))


def _overturned(found: Collection[Judgement]) -> Share:
    return share_of(sum(one.word != "confirmed" for one in found), len(found))


def _drift(rule: str, found: Collection[Judgement], period: Period) -> Drift | None:
    """Return the drift over as many equal parts as have enough judgements by enough people each; None if no two have."""
    for count in _PARTS:
        parts = [[one for one in found if one.at_ms in part] for part in _equal(period, count)]
        if all(len(part) >= ENOUGH and _are_enough(part) for part in parts):
            return Drift(rule, tuple(map(_overturned, parts)))
    return None


def _equal(period: Period, count: int) -> Iterator[Period]:
    length = period.until_ms - period.from_ms
    bounds = [period.from_ms + length * at // count for at in range(count + 1)]
    return (Period(start, end) for start, end in pairwise(bounds))
