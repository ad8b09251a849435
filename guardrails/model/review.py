"""What a person is asked, and what people answered: values that the review package makes and surfaces show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from guardrails.model.canonical import sha256_hex
from guardrails.model.context import Values
from guardrails.model.draft import Draft, Field
from guardrails.model.policy import Queue
from guardrails.model.state import State, Stop, Waiver

ReviewStatus = Literal["open", "decided", "moot", "erased"]
"""``moot``: the author's newest check of the text asks nobody any more; ``erased``: the text is gone for good."""


FEWEST = 5
"""Fewest different people about whom together a figure about answers is shown: one of fewer could be told from it."""


@dataclass(frozen=True, slots=True)
class Given:
    """
    One answer to a review, by its record.

    Attributes:
        role: The answerer's; *actor_ref* names the person within this ledger only.

        final: Whether it decided the review; an approval in a queue that takes several people may not.

        content_ref, question_ref, policy_digest: What it is about; the content is another one if it was edited.

        until_ms: When it ends (exclusive).
    """

    record_id: str
    decision: str
    role: str
    actor_ref: str
    at_ms: int
    final: bool
    content_ref: str
    question_ref: str
    policy_digest: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Review:
    """
    One question to a person.

    Attributes:
        check: Id of the newest check of this text here; what it says is what is asked.

        question_ref: Equal for reviews that ask the same (same queue, reasons and findings that hold), so that the
            passage that twelve adaptations share is one question. It names no reason that is about the agent's tries.

        due_ms: When an answer is due, counted from the first check.

        author_kind, author_ref: Who submitted it last: ``agent`` or ``person``, and the principal's reference.

        rules: Ids of the rules that hold the text.

        submitters: References of whoever had it checked here, as actors.
    """

    id: str
    check: str
    queue: str
    question_ref: str
    opened_ms: int
    due_ms: int
    policy_digest: str
    content_ref: str
    place_ref: str
    author_kind: str
    author_ref: str
    rules: tuple[str, ...]
    channels: tuple[str, ...]
    markets: tuple[str, ...]
    submitters: tuple[str, ...] = ()
    submissions: int = 1
    answers: tuple[Given, ...] = ()
    status: ReviewStatus = "open"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person saw; an answer to anything else is refused."""

    content_sha256: str
    policy_digest: str
    question_ref: str

    @property
    def code(self) -> str:
        """Twelve hex digits that stand for all three."""
        return sha256_hex([self.content_sha256, self.policy_digest, self.question_ref])[:12]


@dataclass(frozen=True, slots=True)
class Submission:
    """
    A check's draft, assessment and state.

    Attributes:
        assessment: ``guardrails.assessment/v1`` as it was digested.

        codes: Reasons that held the text, and those that an earlier answer in force lifted; *fingerprints* those of all
            its findings.

        risk: Sum of the severities (1–4) of the findings that held it.

        allowed: Answers that were possible.
    """

    draft: Draft
    assessment: dict[str, Any]
    state: State
    content_sha256: str
    place: Values
    codes: tuple[str, ...]
    fingerprints: tuple[str, ...]
    risk: int
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in full, with what lies encrypted beside its record; *edited* is the approved text, if it was changed."""

    given: Given
    reason: str
    relevance: str
    positioning: str
    stop_needed: bool
    instructions: tuple[str, ...]
    edited: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """
    Reviews that ask the same, the one that is due first in front; never empty.

    Each comes with what was submitted, None where that cannot be read (its key or its payload is gone). If the policy that
    asked is not the one in force (*is_current*), it waits for its author to have it checked again.
    """

    queue: Queue
    texts: tuple[tuple[Review, Submission | None], ...]
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """
    Some of the questions, with figures about all of them.

    Attributes:
        after: Where the next page begins; empty if this is the last.

        waiting, texts, overdue: Open questions, the texts that they are about, and how many are late.
    """

    questions: tuple[Question, ...]
    after: str
    waiting: int
    texts: int
    overdue: int


@dataclass(frozen=True, slots=True)
class RuleSays:
    """What the policy in force says about a rule that holds a text; *sentence* says in plain words what it does where."""

    rule: str
    title: str
    sentence: str
    owner: str
    waivable: bool
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """
    All that a person needs to answer one review.

    Attributes:
        is_current: Whether the policy that asked is the one in force; only then can it be answered.

        alike: Other open reviews with the same question.
    """

    review: Review
    asked: Submission
    queue: Queue
    is_current: bool
    says: tuple[RuleSays, ...]
    answers: tuple[Said, ...]
    alike: tuple[Review, ...]

    @property
    def seen(self) -> Seen:
        """What whoever reads this sees."""
        return Seen(self.asked.content_sha256, self.review.policy_digest, self.review.question_ref)


@dataclass(frozen=True, slots=True)
class StopSet:
    """A stop in force, by which role and since when."""

    stop: Stop
    role: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """A waiver that was asked for or is in force, and how often it lifted something; *last_ms* 0 for never."""

    waiver: Waiver
    status: Literal["requested", "in-force", "expired"]
    checks: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class Mention:
    """One text, by its newest binding check; *checks* counts all of them."""

    check: str
    index: int
    at_ms: int
    verdict: str
    channels: tuple[str, ...]
    markets: tuple[str, ...]
    checks: int = 1
