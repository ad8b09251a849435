"""
The desk at which people answer: which reviews are open, what they ask, and how an answer becomes a record.

An answer goes through these steps, and a failure in any records nothing:

1. the review is open, and the text, the policy and the question are those that the person saw;
2. the person may decide here: a person, of the queue's roles, neither author nor requester of a waiver of the rule, who
   has not answered before;
3. the answer is whole: allowed for this question, with reason, relevance, positioning and an end;
4. an edited text is evaluated as the author would submit it, so that exactly it is approved;
5. the record: final at once for send-back and reject, for an approval when enough different people have given it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from guardrails.audit.entry import Receipt
from guardrails.audit.projection import ESCALATED
from guardrails.audit.standing import TERMS, terms_of
from guardrails.errors import DraftError
from guardrails.gate import Gate
from guardrails.model.canonical import Json, canonical
from guardrails.model.context import Actor
from guardrails.model.draft import Field, draft_json
from guardrails.model.state import Ruling, place_of
from guardrails.review.people import deciding_role, required
from guardrails.review.queue import Review, Reviews
from guardrails.review.submission import Submission, submission_of

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

        content_sha256, policy_digest: What the person saw; an answer to anything else is refused.

        instructions: What the author should do; needed to send back.

        until_ms: When the answer ends (exclusive); None for the workspace's usual time.

        edited: The approved text, if the person changed it: the same fields as submitted.
    """

    decision: Decision
    reason: str
    relevance: Degree
    positioning: Degree
    stop_needed: bool
    content_sha256: str
    policy_digest: str
    instructions: tuple[str, ...] = ()
    until_ms: int | None = None
    edited: tuple[Field, ...] = ()


class Desk:
    """Reviews of a gate's ledger; may be used from several threads and beside other processes."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self._lock = threading.Lock()
        self._reviews = Reviews()
        self._seen: set[int] = set()

    # -- reading

    def reviews(self, *, queue: str = "", status: str = "open") -> tuple[Review, ...]:
        """Return reviews in order of opening; *status* is ``open``, ``decided`` or ``all``, an empty queue means any."""
        self._refresh()
        return tuple(
            review
            for review in list(self._reviews.by_id.values())
            if queue in ("", review.queue)
            and status in ("all", review.status)
            and not (review.status == "open" and self._is_moot(review))
        )

    def find(self, review_id: str) -> Review:
        """
        Return a review.

        Raises:
            DraftError: ``review-unknown``.
        """
        self._refresh()
        review = self._reviews.by_id.get(review_id)
        if review is None:
            raise DraftError("review-unknown", f"there is no review {review_id!r}", help="guardrails review list")
        return review

    def submission(self, review: Review) -> Submission:
        """Return what is asked: the draft as submitted, its assessment and the state it was checked in."""
        return submission_of(self.gate.log, review.check)

    def version(self) -> int:
        """Return a number that grows with every event that may change a review."""
        log = self.gate.log
        return len(log.indices(ESCALATED)) + len(log.indices("review"))

    # -- deciding

    def decide(self, review_id: str, answer: Answer, actor: Actor) -> tuple[Receipt, Review]:
        """
        Record an answer; return where it stands and the review after it.

        Raises:
            DraftError: Whatever of the steps above fails, by its code.
        """
        with self._lock:
            review = self.find(review_id)
            asked = self.submission(review)
            self._require_open(review, asked, answer)  # 1
            role = self._require_may_decide(review, actor)  # 2
            now_ms = self.gate.clock()
            until_ms = self._require_whole(asked, answer, now_ms)  # 3
            ruling = self._ruling(review, asked, answer, role, now_ms, until_ms)  # 4
            receipt = self._recorded(review, asked, answer, actor, ruling)  # 5
        return receipt, self.find(review_id)

    def _require_open(self, review: Review, asked: Submission, answer: Answer) -> None:
        if review.status != "open" or self._is_moot(review):
            raise DraftError("review-decided", f"review {review.id} is not open any more")
        saw = answer.content_sha256, answer.policy_digest
        if saw != (asked.content_sha256, review.policy_digest):
            raise DraftError(
                "review-moved", "this answer is about another text or policy than the review asks now",
                help=f"look again: guardrails review show {review.id}",
            )  # fmt: skip
        if review.policy_digest != self.gate.policy.digest:
            raise DraftError(
                "review-moved", "another policy is in force since this was checked", help="have it checked again first"
            )

    def _require_may_decide(self, review: Review, actor: Actor) -> str:
        workspace, log = self.gate.policy.workspace, self.gate.log
        role = deciding_role(actor, workspace.people)
        queue = workspace.queue(review.queue)
        if role not in queue.roles:
            asked = ", ".join(queue.roles)
            raise DraftError("not-asked", f"the queue {review.queue!r} is answered by {asked}, not by {role!r}")
        actor_ref = log.actor_ref(actor.principal, actor.credential)
        if actor_ref == review.actor_ref or log.principal_ref(actor.principal) == review.author_ref:
            raise DraftError("own-text", "nobody decides about a text of their own")
        if any(given.actor_ref == actor_ref for given in review.answers):
            raise DraftError("already-answered", "you have answered this review; it takes somebody else as well")
        if actor_ref in self._requesters(review.rules):
            raise DraftError("own-request", "you asked for a waiver of a rule that holds this text")
        return role

    def _requesters(self, rules: Iterable[str]) -> set[str]:
        log = self.gate.log
        events = [log.record(index) for index in log.indices("waiver")]
        asked = (event for event in events if event.text("event") == "requested" and event.text("rule") in set(rules))
        return {event.text("actor_ref") for event in asked}

    def _require_whole(self, asked: Submission, answer: Answer, now_ms: int) -> int:
        if answer.decision not in asked.allowed:
            allowed = ", ".join(asked.allowed)
            raise DraftError("decision-not-allowed", f"{answer.decision} is no answer here; possible: {allowed}")
        required(answer.reason, "the reason")
        if answer.decision == "approve" and not answer.edited and asked.assessment["completeness"]["truncated"]:
            raise DraftError(
                "too-much-to-approve", "there are more findings than anybody was shown", help="send it back instead"
            )
        if answer.decision == "send-back" and not any(one.strip() for one in answer.instructions):
            raise DraftError("missing-instructions", "a text is sent back with what to do about it")
        if answer.edited and answer.decision != "approve":
            raise DraftError("edits-without-approval", "an edited text is for an approval only")
        until_ms = now_ms + self.gate.policy.workspace.approval_days * _DAY_MS
        until_ms = until_ms if answer.until_ms is None else answer.until_ms
        if not now_ms < until_ms <= now_ms + MAX_DAYS * _DAY_MS:
            raise DraftError("bad-end", f"an answer ends in the future and within {MAX_DAYS} days")
        return until_ms

    def _ruling(
        self, review: Review, asked: Submission, answer: Answer, role: str, now_ms: int, until_ms: int
    ) -> Ruling:
        seen = self._edited(asked, answer.edited, now_ms) if answer.edited else asked
        return Ruling(
            id="",
            decision=answer.decision,
            role=role,
            content_sha256=seen.content_sha256,
            policy_digest=review.policy_digest,
            place=seen.place,
            codes=seen.codes,
            fingerprints=seen.fingerprints,
            instructions=tuple(one.strip() for one in answer.instructions if one.strip()),
            from_ms=now_ms,
            until_ms=until_ms,
        )

    def _edited(self, asked: Submission, edited: tuple[Field, ...], now_ms: int) -> Submission:
        named = [(field.id, field.format) for field in asked.draft.fields]
        if [(field.id, field.format) for field in edited] != named:
            raise DraftError("bad-edits", "an edited text has the same fields, in the same order and format")
        draft = replace(asked.draft, fields=edited, fixes="none")
        state = replace(asked.state, rulings=(), rounds=())
        evaluation = self.gate.evaluate(draft, self.gate.policy, state, now_ms)
        assessment = evaluation.assessment
        return replace(
            asked,
            draft=draft,
            content_sha256=assessment.content_sha256,
            place=place_of(assessment.context),
            codes=tuple(sorted({r.code for r in assessment.reasons if r.outcome in ("revise", "escalate")})),
            fingerprints=tuple(sorted({f.fingerprint for f in assessment.findings})),
        )

    def _recorded(self, review: Review, asked: Submission, answer: Answer, actor: Actor, ruling: Ruling) -> Receipt:
        log = self.gate.log
        quorum = self.gate.policy.workspace.queue(review.queue).quorum
        approvals = 1 + sum(given.decision == "approve" for given in review.answers)
        final = answer.decision != "approve" or approvals >= quorum
        body: dict[str, Json] = {
            "review": review.id,
            "check": review.check,
            "decision": answer.decision,
            "final": final,
            "role": ruling.role,
            "actor_ref": log.actor_ref(actor.principal, actor.credential),
            "principal": {"kind": review.author_kind, "ref": review.author_ref},
            "queue": review.queue,
            "opened_ms": review.opened_ms,
            "policy_digest": review.policy_digest,
            "content_ref": log.ref("content", ruling.content_sha256),
            "place_ref": review.place_ref,
            "rules": list(review.rules),
            "relevance": answer.relevance,
            "positioning": answer.positioning,
            "stop_needed": answer.stop_needed,
            "edited": bool(answer.edited),
            "until_ms": ruling.until_ms,
            "risk": asked.risk if final and answer.decision == "approve" else 0,
        }
        parts = {TERMS: terms_of(ruling), "reason": answer.reason.strip().encode("utf-8")}
        if answer.edited:
            parts["edited"] = canonical(draft_json(replace(asked.draft, fields=answer.edited)))
        return log.append("review", body, parts=parts)

    # -- inside

    def _refresh(self) -> None:
        log = self.gate.log
        fresh = sorted({*log.indices(ESCALATED), *log.indices("review")} - self._seen)
        for index in fresh:
            self._reviews.see(log.record(index))
        self._seen.update(fresh)

    def _is_moot(self, review: Review) -> bool:
        """Tell whether the author's newest check of this text here asks nobody any more (a rule changed, a stop ended)."""
        log = self.gate.log
        for index in reversed(log.indices(f"content:{review.content_ref}", principal=review.author_ref)):
            record = log.record(index)
            if record.text("place_ref") == review.place_ref:
                return record.text("verdict") != "escalate"
        return False
