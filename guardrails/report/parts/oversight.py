"""
Part 6: what people were asked, and how they answered: per queue, never per person.

Figures about the people of a queue are given only where five or more of them answered; what is asked of a queue (how much,
how late) is about the gate and is always given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.model.record import Record
from guardrails.model.review import FEWEST, Review
from guardrails.report.evidence import Evidence

_MINUTE_MS = 60_000


class Manner(NamedTuple):
    """
    How a group of five or more people answered; shares in percent, times in minutes.

    *quick* is the share of approvals within a minute of the question being opened: a sign of answers that nobody weighed.
    """

    answers: int
    median_min: int
    slow_min: int
    approved: int
    unchanged: int
    sent_back: int
    rejected: int
    needed: int
    quick: int


class QueueLine(NamedTuple):
    """One queue: *manner* is None where fewer than five people answered."""

    queue: str
    asked: int
    answered: int
    moot: int
    open: int
    overdue: int
    manner: Manner | None


class Agreement(NamedTuple):
    """How many questions two or more people answered, and in how many of them all gave the same answer."""

    questions: int
    same: int


@dataclass(frozen=True, slots=True)
class Oversight:
    """
    Questions opened in the period.

    Attributes:
        all: Over all queues; *answered_by_rule* how many were answered in time.

        two_people: Final approvals that took two or more people.

        agreement: Over the questions that several people answered; None while fewer than five did.
    """

    all: QueueLine
    queues: tuple[QueueLine, ...]
    in_time: int
    two_people: int
    agreement: Agreement | None
    disputes: int


def oversight_of(evidence: Evidence) -> Oversight:
    """Return what people were asked in the period, by queue."""
    asked = evidence.asked()
    finals = [one.record for one in evidence.events("review") if one.record.member("final") is True]
    names = sorted({one.queue for one in asked} | {one.text("queue") for one in finals})
    lines = (
        _line(name, [r for r in asked if r.queue == name], [f for f in finals if f.text("queue") == name], evidence)
        for name in names
    )
    return Oversight(
        all=_line("all queues", asked, finals, evidence),
        queues=tuple(lines),
        in_time=sum(_answered_ms(one) <= one.due_ms for one in asked if one.status == "decided"),
        two_people=sum(
            len({given.actor_ref for given in one.answers if given.decision == "approve"}) > 1
            for one in asked
            if one.status == "decided"
        ),
        agreement=_agreement(asked),
        disputes=sum(1 for _ in evidence.events("dispute")),
    )


def _agreement(asked: Iterable[Review]) -> Agreement | None:
    several = [one.answers for one in asked if len({given.actor_ref for given in one.answers}) > 1]
    if len({given.actor_ref for answers in several for given in answers}) < FEWEST:
        return None
    return Agreement(len(several), sum(len({given.decision for given in answers}) == 1 for answers in several))


def _line(name: str, asked: Sequence[Review], finals: Sequence[Record], evidence: Evidence) -> QueueLine:
    end = evidence.period.until_ms
    still = [one for one in asked if one.status == "open"]
    return QueueLine(
        queue=name,
        asked=len(asked),
        answered=sum(one.status == "decided" for one in asked),
        moot=sum(one.status in ("moot", "erased") for one in asked),
        open=len(still),
        overdue=sum(one.due_ms < end for one in still),
        manner=_manner(finals),
    )


def _manner(finals: Sequence[Record]) -> Manner | None:
    if len({one.text("actor_ref") for one in finals}) < FEWEST:
        return None
    minutes = sorted((one.at_ms - one.number("opened_ms")) // _MINUTE_MS for one in finals)
    approved = [one for one in finals if one.text("decision") == "approve"]
    return Manner(
        answers=len(finals),
        median_min=minutes[len(minutes) // 2],
        slow_min=minutes[len(minutes) * 9 // 10],
        approved=percent(len(approved), len(finals)),
        unchanged=percent(sum(one.member("edited") is False for one in approved), len(finals)),
        sent_back=percent(_count(finals, "send-back"), len(finals)),
        rejected=percent(_count(finals, "reject"), len(finals)),
        needed=percent(sum(one.member("stop_needed") is True for one in finals), len(finals)),
        quick=percent(sum(one.at_ms - one.number("opened_ms") < _MINUTE_MS for one in approved), len(finals)),
    )


def percent(share: int, whole: int) -> int:
    """Return *share* of *whole* in percent, rounded down; 0 of nothing."""
    return share * 100 // whole if whole else 0


def _count(finals: Iterable[Record], decision: str) -> int:
    return sum(one.text("decision") == decision for one in finals)


def _answered_ms(review: Review) -> int:
    return max((given.at_ms for given in review.answers if given.final), default=0)
