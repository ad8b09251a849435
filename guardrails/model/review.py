"""What a person is asked, and what people answered: values that the review package makes and surfaces show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ReviewStatus = Literal["open", "decided", "moot", "erased"]
"""``moot``: the author's newest check of the text asks nobody any more; ``erased``: the text is gone for good."""


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
    submissions: int = 1
    answers: tuple[Given, ...] = ()
    status: ReviewStatus = "open"
