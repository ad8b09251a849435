"""
Reviews: what waits for a person, folded from the ledger's records.

A binding check that escalates opens a review of its text in its place, or joins the one that is open: an agent that
submits the same text ten times asks one question. ``review`` records answer it. Nothing here is stored; the same
records give the same reviews (:func:`folded`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from guardrails.model.canonical import canonical, sha256_hex
from guardrails.model.record import Record

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Given:
    """One answer to a review; *role* is the answerer's, *actor_ref* names the person within this ledger only."""

    record_id: str
    decision: str
    role: str
    actor_ref: str
    at_ms: int
    final: bool


@dataclass(frozen=True, slots=True)
class Review:
    """
    One question to a person.

    Attributes:
        check: Id of the newest check of this text here; what it says is what is asked.

        question_ref: Equal for reviews that ask the same (same queue, reasons and findings), so that the passage that
            twelve adaptations share is one question.

        due_ms: When an answer is due, counted from the first check.

        author_ref, actor_ref: References of the principal and of the credential that submitted.

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
    actor_ref: str
    rules: tuple[str, ...]
    submissions: int = 1
    answers: tuple[Given, ...] = ()
    status: Literal["open", "decided"] = "open"


class Reviews:
    """The fold itself: hand it records in order, read ``by_id``."""

    def __init__(self) -> None:
        self.by_id: dict[str, Review] = {}
        self._open: dict[tuple[str, str], str] = {}

    def see(self, record: Record) -> None:
        """Take in one record; those that concern no review change nothing."""
        if record.type == "check" and record.member("binding") is True and record.text("verdict") == "escalate":
            self._submitted(record)
        elif record.type == "review":
            self._answered(record)

    def _submitted(self, record: Record) -> None:
        if "rejected" in record.texts("reasons"):
            return
        asked = _asked(record)
        place = asked.content_ref, asked.place_ref
        if place in self._open:
            known = self.by_id[self._open[place]]
            is_other_policy = known.policy_digest != asked.policy_digest
            asked = replace(
                asked,
                id=known.id,
                opened_ms=known.opened_ms,
                due_ms=known.opened_ms + record.number("routing", "due_hours") * _HOUR_MS,
                submissions=known.submissions + 1,
                answers=() if is_other_policy else known.answers,
            )
        self._open[place] = asked.id
        self.by_id[asked.id] = asked

    def _answered(self, record: Record) -> None:
        review = self.by_id.get(record.text("review"))
        if review is None:
            return
        final = record.member("final") is True
        given = Given(
            record.id, record.text("decision"), record.text("role"), record.text("actor_ref"), record.at_ms, final
        )
        answered = replace(review, answers=(*review.answers, given), status="decided" if final else "open")
        self.by_id[review.id] = answered
        if final:
            self._open.pop((review.content_ref, review.place_ref), None)


def folded(records: Iterable[Record]) -> dict[str, Review]:
    """Return the reviews of *records* (in ledger order), by id, in order of opening."""
    reviews = Reviews()
    for record in records:
        reviews.see(record)
    return reviews.by_id


def _asked(record: Record) -> Review:
    queue = record.text("routing", "queue")
    question = [queue, list(record.texts("reasons")), list(record.texts("asks"))]
    return Review(
        id=f"rev_{record.id.partition('_')[2]}",
        check=record.id,
        queue=queue,
        question_ref=sha256_hex(canonical(question)),
        opened_ms=record.at_ms,
        due_ms=record.at_ms + record.number("routing", "due_hours") * _HOUR_MS,
        policy_digest=record.text("policy_digest"),
        content_ref=record.text("content_ref"),
        place_ref=record.text("place_ref"),
        author_kind=record.text("principal", "kind"),
        author_ref=record.text("principal", "ref"),
        actor_ref=record.text("actor_ref"),
        rules=record.held_by(),
    )
