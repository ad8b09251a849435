"""Who submits and who decides in the tests of reviews."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from guardrails.answer import Answer as Given
from guardrails.errors import DraftError
from guardrails.gate import Gate
from guardrails.model.context import Actor, Principal
from guardrails.model.draft import Draft, Field
from guardrails.model.review import Review
from guardrails.review.deciding import Answer, decide, seen_now
from guardrails.review.desk import Desk
from tests.e2e import nimbrel
from tests.gates import Clock

LEGAL = Actor(Principal("person", "legal-counsel"), "key-legal", "Lena")
EDITOR = Actor(Principal("person", "head-of-content"), "key-editor", "Edda")
PRESS = Actor(Principal("person", "head-of-communications"), "key-press", "Paul")
AGENT = Actor(nimbrel.AGENT, "key-agent")
CREATIVE = Actor(Principal("agent", "creative"), "key-creative")

PLACE = {"channel": "press", "market": "uk", "locale": "en-GB"}
PASSAGE = "The light of Lampadio is dull."


def asking() -> Draft:
    """A draft that needs the press office: one claim without a source, which may be waived. It says no place itself."""
    text = nimbrel.draft("brief/b12-press-repair-evening.md").fields[0].text
    return Draft((Field("body", text.split("---\n", 2)[2], "markdown"),))


def changed(draft: Draft) -> Draft:
    """The same draft with one character more."""
    first = draft.fields[0]
    return replace(draft, fields=(replace(first, text=first.text.rstrip("\n") + " \n"), *draft.fields[1:]))


def plain(text: str) -> Draft:
    """A draft of one field of plain text."""
    return Draft((Field("body", text, "text"),))


@dataclass(frozen=True)
class Office:
    """A desk with what lies behind it."""

    gate: Gate
    desk: Desk
    clock: Clock

    def submit(self, draft: Draft | None = None, actor: Actor = AGENT, **context: str) -> Given:
        """Have a draft checked, by default the one that needs the press office, there."""
        return self.gate.check(
            draft or asking(),
            principal=actor.principal,
            who=actor.who,
            caller=tuple(sorted((context if draft else {**PLACE, **context}).items())),
        )

    def only_review(self) -> Review:
        """Return the one open review."""
        (review,) = self.desk.reviews()
        return review

    def answer(self, review: Review, decision: Any = "approve", **changes: Any) -> Answer:
        """Return a whole answer to *review*; *seen* may be a mapping of what was seen otherwise."""
        plain_answer = Answer(
            decision=decision,
            reason="Read it, it is right.",
            relevance="yes",
            positioning="yes",
            stop_needed=True,
            seen=replace(seen_now(self.desk, review), **changes.pop("seen", {})),
            instructions=("Name the source.",) if decision == "send-back" else (),
        )
        return replace(plain_answer, **changes)

    def decide(self, review: Review, decision: Any = "approve", actor: Actor = PRESS, **changes: Any) -> Review:
        """Answer *review* and return it as it is then."""
        return decide(self.desk, review.id, self.answer(review, decision, **changes), actor)[1]


def under(office: Office, **changes: Any) -> Office:
    """The same office under a policy with these changes."""
    gate = replace(office.gate, policy=replace(office.gate.policy, **changes))
    return Office(gate, Desk(gate), office.clock)


def refusal(office: Office, **changes: Any) -> str:
    """The code with which an answer is refused."""
    actor = changes.pop("actor", PRESS)
    review = changes.pop("review", None) or office.only_review()
    decision = changes.pop("decision", "approve")
    with pytest.raises(DraftError) as refused:
        office.decide(review, decision, actor, **changes)
    return refused.value.code
