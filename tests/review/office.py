"""Who submits and who decides in the tests of reviews."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from guardrails.answer import Answer as Given
from guardrails.gate import Gate
from guardrails.model.context import Actor, Principal
from guardrails.model.draft import Draft
from guardrails.review.desk import Answer, Desk
from guardrails.review.queue import Review
from tests.e2e import nimbrel
from tests.gates import Clock

LEGAL = Actor(Principal("person", "legal-counsel"), "key-legal")
EDITOR = Actor(Principal("person", "head-of-content"), "key-editor")
PRESS = Actor(Principal("person", "head-of-communications"), "key-press")
AGENT = Actor(nimbrel.AGENT, "key-agent")


@dataclass(frozen=True)
class Office:
    """A desk with what lies behind it."""

    gate: Gate
    desk: Desk
    clock: Clock

    def submit(self, draft: Draft | None = None, actor: Actor = AGENT, **context: str) -> Given:
        """Have a draft checked, by default one that needs a person."""
        return self.gate.check(
            draft or nimbrel.draft(nimbrel.ESCALATING),
            principal=actor.principal,
            credential=actor.credential,
            caller=tuple(sorted(context.items())),
        )

    def only_review(self) -> Review:
        """Return the one open review."""
        (review,) = self.desk.reviews()
        return review

    def answer(self, review: Review, decision: Any = "approve", **changes: Any) -> Answer:
        """Return a whole answer to *review*."""
        plain = Answer(
            decision=decision,
            reason="Read it, it is right.",
            relevance="yes",
            positioning="yes",
            stop_needed=True,
            content_sha256=self.desk.submission(review).content_sha256,
            policy_digest=review.policy_digest,
            instructions=("Name the source.",) if decision == "send-back" else (),
        )
        return replace(plain, **changes)

    def decide(self, review: Review, decision: Any = "approve", actor: Actor = PRESS, **changes: Any) -> Review:
        """Answer *review* and return it as it is then."""
        return self.desk.decide(review.id, self.answer(review, decision, **changes), actor)[1]
