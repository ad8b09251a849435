"""
Who decided about one text: the people whom its check asked, and those whose earlier answer about it the check rests on.

Read from records alone, so that it can still be told when the text is erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from guardrails.audit.erased import Erasures
from guardrails.audit.log import AuditLog
from guardrails.model.record import Record
from guardrails.model.review import Given, Review
from guardrails.review.queue import Reviews

ANSWERED = {"approved": "approve", "sent-back": "send-back", "rejected": "reject"}
"""Reasons of a check that say that an earlier answer holds, and which answer each is."""


@dataclass(frozen=True, slots=True)
class Lifted:
    """A waiver that lifted findings of a text, and the role that approved it."""

    waiver: str
    rule: str
    role: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Deciders:
    """
    What the ledger says of a check beside its own record.

    Attributes:
        asked: The review that the check opened or joined; None if it asked nobody.

        ruling: The review whose answer the check rests on; None if its reasons name none, or it cannot be found.

        others: Reviews of the same text in other places or at other times.

        later: Records about the check since.
    """

    asked: Review | None
    ruling: Review | None
    others: tuple[Review, ...]
    lifted: tuple[Lifted, ...]
    later: tuple[Record, ...]
    is_erased: bool


def deciders_of(log: AuditLog, index: int, check: Record) -> Deciders:
    """Return who decided about the check at *index*."""
    read = _Read(check)
    for at, record in log.records():
        read.see(at, record)
    asked = read.reviews.find(check.id)
    same = [one for one in read.reviews.by_id.values() if one.content_ref == check.text("content_ref")]
    ruling = _ruling(check, read.reviews.by_id.values())
    known = {one.id for one in (asked, ruling) if one is not None}
    return Deciders(
        asked=asked,
        ruling=ruling,
        others=tuple(one for one in same if one.id not in known),
        lifted=tuple(read.lifted),
        later=tuple(read.later),
        is_erased=read.erasures.touch(index, check.id),
    )


def is_about(given: Given, final: Given) -> bool:
    """Tell whether an answer is the same as the *final* one, about the same: in a queue that takes several, it counted."""
    return all(
        getattr(given, name) == getattr(final, name)
        for name in ("decision", "content_ref", "question_ref", "policy_digest")
    )


def final_of(review: Review) -> Given | None:
    """Return the answer that decided a review, or None while nothing has."""
    return next((one for one in reversed(review.answers) if one.final), None)


@dataclass
class _Read:
    """Takes in all records in ledger order."""

    check: Record
    reviews: Reviews = field(default_factory=Reviews)
    lifted: list[Lifted] = field(default_factory=list)
    later: list[Record] = field(default_factory=list)
    erasures: Erasures = field(default_factory=Erasures)

    def see(self, index: int, record: Record) -> None:
        self.reviews.see(index, record)
        self.erasures.see(index, record)
        self.lifted += _lifted(self.check, record)
        if self.check.id in (record.text("check"), record.text("target")):
            self.later.append(record)


def _lifted(check: Record, record: Record) -> Iterator[Lifted]:
    is_approval = record.type == "waiver" and record.text("event") == "approved"
    if is_approval and record.text("of") in check.texts("waivers"):
        yield Lifted(record.text("of"), record.text("rule"), record.text("role"), record.at_ms)


def _ruling(check: Record, reviews: Iterable[Review]) -> Review | None:
    """Return the review with the last answer about this text, in this place, under this policy, that held then."""
    decision = next((ANSWERED[code] for code in check.texts("reasons") if code in ANSWERED), "")
    finals = ((one, final_of(one)) for one in reviews if one.place_ref == check.text("place_ref"))
    holding = [(given.at_ms, one) for one, given in finals if given is not None and _holds(given, check, decision)]
    return max(holding, key=lambda pair: pair[0])[1] if holding else None


def _holds(given: Given, check: Record, decision: str) -> bool:
    is_same = (given.decision, given.content_ref, given.policy_digest) == (
        decision,
        check.text("content_ref"),
        check.text("policy_digest"),
    )
    return is_same and given.at_ms <= check.at_ms < given.until_ms
