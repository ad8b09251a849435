"""What people and agents read at the desk: the questions that wait, one question with all about it, what became of one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guardrails.audit.keys import Caller, require
from guardrails.audit.log import AuditLog
from guardrails.audit.parts import opened_or_none
from guardrails.audit.standing import TERMS, ruling_of
from guardrails.errors import DraftError, LedgerError
from guardrails.model.draft import Field
from guardrails.model.review import Dossier, Given, Question, Review, RuleSays, Said, Submission
from guardrails.policy.catalogue import sentence
from guardrails.review.desk import Desk
from guardrails.review.people import deciding_role


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a review, for its author; *said* is the answer that decided it."""

    review: Review
    said: Said | None


def require_reviewer(desk: Desk, caller: Caller) -> None:
    """
    Refuse whoever may not read what others submitted.

    Raises:
        DraftError: ``forbidden`` without the scope ``review``; ``person-needed`` or ``unknown-role``.
    """
    require(caller, "review")
    deciding_role(caller.actor, desk.gate.policy.workspace.people)


def questions(desk: Desk, *, queue: str = "", status: str = "open") -> tuple[Question, ...]:
    """Return the reviews grouped by what they ask: open ones first, and of those what is due first."""
    grouped: dict[tuple[str, str, str], list[Review]] = {}
    by_due = sorted(desk.reviews(queue=queue, status=status), key=lambda one: (one.status != "open", one.due_ms))
    for review in by_due:
        if review.status != "erased":
            grouped.setdefault((review.question_ref, review.policy_digest, review.status), []).append(review)
    workspace = desk.gate.policy.workspace
    asked = ((reviews, tuple(_readable(desk, reviews))) for reviews in grouped.values())
    return tuple(Question(workspace.queue(reviews[0].queue), texts) for reviews, texts in asked if texts)


def _readable(desk: Desk, reviews: Sequence[Review]) -> Iterator[tuple[Review, Submission]]:
    """Yield the reviews whose text is there; what was decided may have been erased since."""
    for one in reviews:
        try:
            yield one, desk.submission(one)
        except LedgerError as error:
            if error.code != "payload-missing":
                raise


def dossier(desk: Desk, name: str) -> Dossier:
    """
    Return all about the review *name* (its id, or that of a check it asks about).

    Raises:
        DraftError: ``review-unknown``.

        LedgerError: ``payload-missing`` if its text was erased.
    """
    review, policy = desk.find(name), desk.gate.policy
    return Dossier(
        review=review,
        asked=desk.submission(review),
        queue=policy.workspace.queue(review.queue),
        is_current=review.policy_digest == policy.digest,
        says=tuple(_says(desk, review)),
        answers=tuple(said(desk.gate.log, given) for given in review.answers),
        alike=desk.alike(review)[1:] if review.status == "open" else (),
    )


def outcome(desk: Desk, name: str, caller: Caller) -> Outcome:
    """
    Return what became of a review of the caller's own.

    Raises:
        DraftError: ``review-unknown``, also for one of somebody else; ``forbidden`` without the scope ``read``.
    """
    require(caller, "read")
    review = desk.find(name)
    log = desk.gate.log
    if not log.indices(f"content:{review.content_ref}", principal=log.principal_ref(caller.principal)):
        raise DraftError("review-unknown", f"you have submitted nothing that review {name[:80]!r} asks about")
    final = [given for given in review.answers if given.final]
    return Outcome(review, said(log, final[-1]) if final else None)


def said(log: AuditLog, given: Given) -> Said:
    """Return an answer in full; words that were erased are empty."""
    found = log.find(given.record_id)
    assert found is not None, "a review was folded from this record"
    index, record = found
    terms, edited = _part(log, index, TERMS), _part(log, index, "edited")
    return Said(
        given,
        reason=_part(log, index, "reason"),
        relevance=record.text("relevance"),
        positioning=record.text("positioning"),
        stop_needed=record.member("stop_needed") is True,
        instructions=ruling_of(json.loads(terms)).instructions if terms else (),
        edited=tuple(Field(**field) for field in json.loads(edited)["fields"]) if edited else (),
    )


def _part(log: AuditLog, index: int, name: str) -> str:
    return (opened_or_none(log, index, name) or b"").decode("utf-8")


def _says(desk: Desk, review: Review) -> list[RuleSays]:
    rules = {rule.id: rule for rule in desk.gate.policy.rules}
    held = (rules[name] for name in review.rules if name in rules)
    return [RuleSays(rule.id, rule.title, sentence(rule), rule.owner, rule.waivable, rule.references) for rule in held]
