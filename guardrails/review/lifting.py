"""
Answering about single findings at the desk: an exception until a day, or “this finding is wrong”.

Neither decides the review. Both become waivers, so the author submits the text again; if nothing else holds it, it
passes, and the review is moot. In a queue that takes several people one person grants nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guardrails.audit.entry import Receipt
from guardrails.errors import DraftError
from guardrails.model.context import Actor, Values
from guardrails.model.review import Review, Seen, Submission
from guardrails.review import waive
from guardrails.review.deciding import require_end, require_seen
from guardrails.review.desk import Desk
from guardrails.review.dispute import dispute, finding_in
from guardrails.review.people import required


@dataclass(frozen=True, slots=True)
class Lift:
    """
    Which finding (``f3``) is lifted and why; *until_ms* is exclusive.

    Without an end the workspace's usual time counts.
    """

    finding: str
    reason: str
    seen: Seen
    until_ms: int | None = None


def waive_finding(desk: Desk, review_id: str, lift: Lift, actor: Actor) -> tuple[str, Receipt]:
    """
    Except one finding in its place, in this and later texts that say the same.

    Returns the waiver's id and where its approval stands.

    Raises:
        DraftError: As ``deciding.decide`` about who may answer what; ``finding-unknown``, ``rule-not-waivable``,
            ``quorum-needed`` or ``bad-end``.
    """
    review, asked, found = _asked(desk, review_id, lift, actor)
    wish = waive.Wish(
        rule=found["rule"]["id"],
        reason=lift.reason,
        until_ms=require_end(desk, lift.until_ms),
        include=_bounds(desk, asked.place),
        fingerprints=(found["fingerprint"],),
        review=review.id,
    )
    return _granted(desk, wish, asked, actor)


def mark_wrong(desk: Desk, review_id: str, lift: Lift, actor: Actor) -> tuple[str, Receipt]:
    """
    Say that one finding is wrong: it no longer holds this very text, and is counted against its rule.

    Raises:
        DraftError: As :func:`waive_finding`.
    """
    review, asked, found = _asked(desk, review_id, lift, actor)
    wish = waive.Wish(
        rule=found["rule"]["id"],
        reason=lift.reason,
        until_ms=require_end(desk, lift.until_ms),
        fingerprints=(found["fingerprint"],),
        content_sha256=asked.content_sha256,
        review=review.id,
    )
    granted = _granted(desk, wish, asked, actor)
    dispute(desk.gate, review.check, lift.finding, "wrong", lift.reason, actor)
    return granted


def _granted(desk: Desk, wish: waive.Wish, asked: Submission, actor: Actor) -> tuple[str, Receipt]:
    receipt = waive.grant(desk.gate, wish, asked_by=Actor(asked.state.principal), approver=actor)
    return desk.gate.log.record(receipt.index).text("of"), receipt


def _bounds(desk: Desk, place: Values) -> Values:
    """Return *place* without the keys of which every value is possible."""
    known = dict(desk.gate.policy.workspace.values)
    return tuple((key, values) for key, values in place if set(values) != set(known.get(key, ())))


def _asked(desk: Desk, review_id: str, lift: Lift, actor: Actor) -> tuple[Review, Submission, dict[str, Any]]:
    review = desk.find(review_id)
    require_seen(desk, review, lift.seen)
    desk.role_of(review, actor)
    required(lift.reason, "the reason")
    asked = desk.submission(review)
    found = finding_in(asked, review.check, lift.finding)
    if desk.gate.policy.workspace.queue(review.queue).quorum > 1:
        raise DraftError(
            "quorum-needed",
            f"the queue {review.queue!r} takes several people, and one may except nothing",
            help=f"approve the text, or ask for a waiver: guardrails waive request {found['rule']['id']} …",
        )
    return review, asked, found
