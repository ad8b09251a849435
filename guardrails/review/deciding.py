"""
Deciding about a text: approve it, approve it with edits, send it back, reject it.

An answer goes through these steps, and a failure in any records nothing:

1. the review is open, and text, policy and question are those that the person saw;
2. the person may decide here: a person, of the queue's roles, neither author nor requester of a waiver of the rule, who
   has not given this answer before (and has a name, where it takes two);
3. the answer is whole: allowed for this question, with reason, relevance, positioning and an end;
4. an edited text is evaluated as the author would submit it now; it may bring nothing that nobody was asked about;
5. the record: final at once for send-back and reject, for an approval when enough different people have given the same
   one; it is refused by the ledger if somebody else answered in the meantime, and then all steps are taken again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from guardrails.audit.entry import Receipt
from guardrails.audit.projection import answers_key
from guardrails.audit.standing import TERMS, terms_of
from guardrails.audit.store import Expected
from guardrails.errors import DraftError, LedgerError
from guardrails.model.canonical import Json, canonical
from guardrails.model.context import Actor
from guardrails.model.draft import Field, content_sha256, draft_json
from guardrails.model.review import Given, Review, Seen, Submission
from guardrails.model.state import Ruling
from guardrails.review.desk import Desk
from guardrails.review.edits import edited_submission, too_much
from guardrails.review.people import persons, require_name, required

Decision = Literal["approve", "send-back", "reject"]
DECISIONS: Final[tuple[Decision, ...]] = ("approve", "send-back", "reject")
Degree = Literal["yes", "partly", "no"]
DEGREES: Final[tuple[Degree, ...]] = ("yes", "partly", "no")

MAX_DAYS = 90
"""Longest time an answer may hold, in days."""

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a person answers.

    Attributes:
        relevance, positioning: The human half of the dual check: does it matter to this audience, is it us.

        stop_needed: Whether it was right to ask a person.

        instructions: What the author should do; needed to send back.

        until_ms: When the answer ends (exclusive); None for the workspace's usual time.

        edited: The approved text, if the person changed it: the same fields as submitted.
    """

    decision: Decision
    reason: str
    relevance: Degree
    positioning: Degree
    stop_needed: bool
    seen: Seen
    instructions: tuple[str, ...] = ()
    until_ms: int | None = None
    edited: tuple[Field, ...] = ()


def seen_now(desk: Desk, review: Review) -> Seen:
    """Return what whoever looks at *review* now sees."""
    return Seen(desk.submission(review).content_sha256, review.policy_digest, review.question_ref)


def decide(desk: Desk, review_id: str, answer: Answer, actor: Actor) -> tuple[Receipt, Review]:
    """
    Record an answer; return where it stands and the review after it.

    Raises:
        DraftError: Whatever of the steps above fails, by its code.
    """
    while True:
        try:
            receipt = _Decided.of(desk, desk.find(review_id), answer, actor).recorded()
        except LedgerError as error:
            if error.code != "overtaken":
                raise
        else:
            return receipt, desk.find(review_id)


def decide_alike(desk: Desk, review_id: str, answer: Answer, actor: Actor) -> list[tuple[Receipt, Review]]:
    """
    Give the same answer to every open review that asks the same question, one record each.

    All of them are looked at before the first is recorded.

    Raises:
        DraftError: As :func:`decide`; ``edits-of-many`` for an edited text.
    """
    if answer.edited:
        raise DraftError("edits-of-many", "an edited text is one text", help="answer one review at a time")
    review = desk.find(review_id)
    answers = {review.id: answer}
    for other in desk.alike(review)[1:]:
        content = desk.submission(other).content_sha256
        answers[other.id] = replace(answer, seen=replace(answer.seen, content_sha256=content))
    for one, given in answers.items():
        _Decided.of(desk, desk.find(one), given, actor)
    return [decide(desk, one, given, actor) for one, given in answers.items()]


def require_seen(desk: Desk, review: Review, seen: Seen) -> None:
    """
    Refuse an answer to another text, policy or question than is asked now.

    Raises:
        DraftError: ``review-decided`` or ``review-moved``.
    """
    if review.status == "open" and seen != seen_now(desk, review):
        raise DraftError(
            "review-moved", "this answer is about another text, policy or question than the review asks now",
            help=f"look again: guardrails review show {review.id}",
        )  # fmt: skip
    desk.require_open(review)


def require_end(desk: Desk, until_ms: int | None) -> int:
    """
    Return when an answer ends: as asked for, or after the workspace's usual time.

    Raises:
        DraftError: ``bad-end``.
    """
    now_ms = desk.gate.clock()
    usual = now_ms + desk.gate.policy.workspace.approval_days * _DAY_MS
    ends = usual if until_ms is None else until_ms
    if not now_ms < ends <= now_ms + MAX_DAYS * _DAY_MS:
        raise DraftError("bad-end", f"an answer ends in the future and within {MAX_DAYS} days")
    return ends


@dataclass(frozen=True, slots=True)
class _Decided:
    """An answer that may be recorded: steps 1 to 4 are behind it."""

    desk: Desk
    review: Review
    asked: Submission
    answer: Answer
    actor: Actor
    ruling: Ruling
    same: tuple[Given, ...]

    @classmethod
    def of(cls, desk: Desk, review: Review, answer: Answer, actor: Actor) -> _Decided:
        """Take the steps 1 to 4."""
        require_seen(desk, review, answer.seen)  # 1
        asked = desk.submission(review)
        role = desk.role_of(review, actor)  # 2
        if answer.decision == "approve" and desk.gate.policy.workspace.queue(review.queue).quorum > 1:
            require_name(actor)
        same = tuple(_same(desk, review, answer))
        if desk.gate.log.refs.actor(actor) in [given.actor_ref for given in same]:
            raise DraftError("already-answered", "you have given this answer; it takes somebody else as well")
        _require_whole(asked, answer)  # 3
        until_ms = min([require_end(desk, answer.until_ms), *(given.until_ms for given in same)])
        ruling = _ruling(desk, asked, answer, role, until_ms)  # 4
        return cls(desk, review, asked, answer, actor, ruling, same)

    def recorded(self) -> Receipt:  # 5
        """Record it."""
        parts = {TERMS: terms_of(self.ruling), "reason": self.answer.reason.strip().encode("utf-8")}
        parts |= persons(self.actor)
        if self.answer.edited:
            parts["edited"] = canonical(draft_json(replace(self.asked.draft, fields=self.answer.edited)))
        expected = Expected(answers_key(self.review.id), len(self.review.answers))
        return self.desk.gate.log.append("review", self._body(), parts=parts, expected=expected)

    def _body(self) -> dict[str, Json]:
        log, review, answer = self.desk.gate.log, self.review, self.answer
        return {
            "review": review.id,
            "check": review.check,
            "decision": answer.decision,
            "final": self._is_final(),
            "role": self.ruling.role,
            "actor_ref": log.refs.actor(self.actor),
            "principal": {"kind": review.author_kind, "ref": review.author_ref},
            "queue": review.queue,
            "opened_ms": review.opened_ms,
            "policy_digest": review.policy_digest,
            "question_ref": review.question_ref,
            "content_ref": log.refs.of("content", self.ruling.content_sha256),
            "place_ref": review.place_ref,
            "rules": list(review.rules),
            "relevance": answer.relevance,
            "positioning": answer.positioning,
            "stop_needed": answer.stop_needed,
            "edited": bool(answer.edited),
            "until_ms": self.ruling.until_ms,
            "risk": self.asked.risk if self._is_final() and answer.decision == "approve" else 0,
        }

    def _is_final(self) -> bool:
        quorum = self.desk.gate.policy.workspace.queue(self.review.queue).quorum
        return self.answer.decision != "approve" or 1 + len(self.same) >= quorum


def _same(desk: Desk, review: Review, answer: Answer) -> Iterator[Given]:
    """Yield the approvals that count together with *answer*: of the same text, policy and question, not yet ended."""
    content = content_sha256(answer.edited) if answer.edited else answer.seen.content_sha256
    about = desk.gate.log.refs.of("content", content), review.policy_digest, review.question_ref
    for given in review.answers:
        is_same = (given.content_ref, given.policy_digest, given.question_ref) == about
        if is_same and given.decision == answer.decision == "approve" and desk.gate.clock() < given.until_ms:
            yield given


def _require_whole(asked: Submission, answer: Answer) -> None:
    if answer.decision not in asked.allowed:
        allowed = ", ".join(asked.allowed)
        raise DraftError("decision-not-allowed", f"{answer.decision} is no answer here; possible: {allowed}")
    required(answer.reason, "the reason")
    if answer.decision == "approve" and not answer.edited and asked.assessment["completeness"]["truncated"]:
        raise too_much()
    if answer.decision == "send-back" and not any(one.strip() for one in answer.instructions):
        raise DraftError("missing-instructions", "a text is sent back with what to do about it")
    if answer.edited and answer.decision != "approve":
        raise DraftError("edits-without-approval", "an edited text is for an approval only")


def _ruling(desk: Desk, asked: Submission, answer: Answer, role: str, until_ms: int) -> Ruling:
    seen = edited_submission(desk, asked, answer.edited) if answer.edited else asked
    return Ruling(
        id="",
        decision=answer.decision,
        role=role,
        content_sha256=seen.content_sha256,
        policy_digest=answer.seen.policy_digest,
        place=seen.place,
        codes=asked.codes,
        fingerprints=seen.fingerprints,
        instructions=tuple(one.strip() for one in answer.instructions if one.strip()),
        from_ms=desk.gate.clock(),
        until_ms=until_ms,
    )
