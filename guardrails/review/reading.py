"""What people and agents read at the desk: the questions that wait, one question with all about it, what became of one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.audit.keys import Caller, require
from guardrails.audit.log import AuditLog
from guardrails.audit.standing import TERMS, ruling_of
from guardrails.errors import DraftError, LedgerError
from guardrails.model.draft import Field
from guardrails.model.review import Dossier, Given, Page, Question, Review, RuleSays, Said, Submission
from guardrails.policy.catalogue import sentence
from guardrails.review.desk import Desk
from guardrails.review.people import deciding_role

MAX_PAGE = 200
"""Most questions of one page."""


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


def page(desk: Desk, *, queue: str = "", status: str = "open", limit: int = MAX_PAGE, after: str = "") -> Page:
    """
    Return reviews grouped by what they ask: open ones first, and of those what is due first.

    Only the texts of this page are decrypted.

    Args:
        desk: Where the questions are.

        queue: Only this one; empty means any.

        status: Only this one; ``all`` means any.

        limit: Most questions, from 1 to :data:`MAX_PAGE`.

        after: ``Page.after`` of the page before; empty for the first. What is new since and comes earlier is left out.

    Raises:
        DraftError: ``bad-cursor``.
    """
    grouped = _grouped(desk.reviews(queue=queue, status=status))
    here = _rest(grouped, after) if after else grouped
    shown, now_ms = here[:limit], desk.gate.clock()
    is_open = [one for one in grouped if one[0].status == "open"]
    return Page(
        questions=tuple(_question(desk, reviews) for reviews in shown),
        after=_cursor(shown[-1][0]) if len(here) > limit else "",
        waiting=len(is_open),
        texts=sum(map(len, is_open)),
        overdue=sum(one[0].due_ms < now_ms for one in is_open),
    )


def _grouped(reviews: Sequence[Review]) -> list[list[Review]]:
    grouped: dict[tuple[str, str, str], list[Review]] = {}
    for review in sorted(reviews, key=_order):
        if review.status != "erased":
            grouped.setdefault((review.question_ref, review.policy_digest, review.status), []).append(review)
    return list(grouped.values())


def _order(review: Review) -> tuple[bool, int]:
    return review.status != "open", review.due_ms


def _rest(grouped: list[list[Review]], after: str) -> list[list[Review]]:
    """Return what comes after a place; if the question there is gone, what is due with it is shown again, not lost."""
    *order, name = _position(after)
    at = next((number for number, one in enumerate(grouped) if one[0].id == name and [*_order(one[0])] == order), None)
    if at is not None:
        return grouped[at + 1 :]
    return [one for one in grouped if _order(one[0]) >= tuple(order)]


def _cursor(review: Review) -> str:
    is_closed, due_ms = _order(review)
    return f"{int(is_closed)}.{due_ms}.{review.id}"


def _position(cursor: str) -> tuple[bool, int, str]:
    is_closed, _, rest = cursor.partition(".")
    due_ms, _, name = rest.partition(".")
    if is_closed not in {"0", "1"} or not (due_ms.isascii() and due_ms.isdigit()) or not name:
        raise DraftError("bad-cursor", "this is no place in a list", help="take “next” of the page before as it is")
    return is_closed == "1", int(due_ms), name


def _question(desk: Desk, reviews: Sequence[Review]) -> Question:
    queue = desk.gate.policy.workspace.queue(reviews[0].queue)
    is_current = reviews[0].policy_digest == desk.gate.policy.digest
    return Question(queue, tuple((one, _readable(desk, one)) for one in reviews), is_current)


def _readable(desk: Desk, review: Review) -> Submission | None:
    """Return what was submitted; None if it is gone: one lost key must not hide all other questions."""
    try:
        return desk.submission(review)
    except LedgerError as error:
        if error.code not in {"payload-missing", "payload-damaged"}:
            raise
        return None


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
    if not log.indices(f"content:{review.content_ref}", principal=log.refs.principal(caller.principal)):
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
    try:
        return log.decrypt(index, name).decode("utf-8")
    except LedgerError as error:
        if error.code != "payload-missing":
            raise
        return ""


def _says(desk: Desk, review: Review) -> list[RuleSays]:
    rules = {rule.id: rule for rule in desk.gate.policy.rules}
    held = (rules[name] for name in review.rules if name in rules)
    return [RuleSays(rule.id, rule.title, sentence(rule), rule.owner, rule.waivable, rule.references) for rule in held]
