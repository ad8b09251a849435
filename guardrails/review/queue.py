"""
Reviews: what waits for a person, folded from the ledger's records.

A binding check that escalates opens a review of its text in its place, or joins the one that is open: an agent that
submits the same text ten times asks one question. ``review`` records answer it; it is moot while the author's newest
check of the text there asks nobody; an erasure takes its text. Nothing here is stored; the same records give the same
reviews (:func:`folded`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from guardrails.audit.erased import named_by
from guardrails.audit.parts import ASSESSMENT
from guardrails.model.canonical import Json, canonical, sha256_hex
from guardrails.model.record import Record
from guardrails.model.review import Given, Review, ReviewStatus

_HOUR_MS = 3_600_000

# Reasons that come with submitting again; they change nothing about what is asked of a text.
_ABOUT_TRIES = ("loop-limit", "no-progress")


class Reviews:
    """
    The fold itself: hand it records in order, read ``by_id``.

    ``version`` is one more than the index of the last record that changed anything.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, Review] = {}
        self.version = 0
        self._by_check: dict[str, str] = {}
        self._newest: dict[tuple[str, str], str] = {}
        self._undecided: dict[tuple[str, str], str] = {}

    def see(self, index: int, record: Record) -> None:
        """Take in one record; those that concern no review change nothing."""
        if self._changed(record):
            self.version = max(self.version, index + 1)

    def find(self, name: str) -> Review | None:
        """Return the review with the id *name*, or the one that asks about the check *name*; None if there is none."""
        return self.by_id.get(self._by_check.get(name, name))

    def undecided(self) -> Iterator[Review]:
        """Yield the reviews that are open or moot."""
        return (self.by_id[review_id] for review_id in self._undecided.values())

    def _changed(self, record: Record) -> bool:
        match record.type:
            case "check" if record.member("binding") is True:
                return self._submitted(record)
            case "review":
                return self._answered(record)
            case "erasure":
                closed = [self._erased(check) for check in _unreadable(record)]
                return any(closed)
        return False

    def _submitted(self, record: Record) -> bool:
        text_here = record.text("content_ref"), record.text("place_ref")
        known = self.by_id.get(self._undecided.get(text_here, ""))
        if record.text("verdict") != "escalate":
            return known is not None and self._asks_nobody(known, record)
        if "rejected" in record.texts("reasons"):
            self._by_check[record.id] = self._newest.get(text_here, "")
            return False
        asked = _asked(record)
        if known is not None:
            asked = _asked_again(known, asked)
        self._undecided[text_here] = self._newest[text_here] = asked.id
        self._by_check[record.id] = asked.id
        self.by_id[asked.id] = asked
        return True

    def _answered(self, record: Record) -> bool:
        review = self.by_id.get(record.text("review"))
        if review is None:
            return False
        given = _given(record)
        answered = replace(review, answers=(*review.answers, given))
        self.by_id[review.id] = answered
        if given.final:
            self._close(answered, "decided")
        return True

    def _asks_nobody(self, review: Review, record: Record) -> bool:
        if review.author_ref != record.text("principal", "ref"):
            return False
        self.by_id[review.id] = replace(review, status="moot")
        return True

    def _erased(self, check: str) -> bool:
        review = self.find(check)
        if review is None or review.check != check or review.status == "decided":
            return False
        self._close(review, "erased")
        return True

    def _close(self, review: Review, status: ReviewStatus) -> None:
        self.by_id[review.id] = replace(review, status=status)
        self._undecided.pop((review.content_ref, review.place_ref), None)


def folded(records: Iterable[tuple[int, Record]]) -> dict[str, Review]:
    """Return the reviews of *records* (with their indices, in ledger order), by id, in order of opening."""
    reviews = Reviews()
    for index, record in records:
        reviews.see(index, record)
    return reviews.by_id


def _unreadable(erasure: Record) -> set[str]:
    """Return the ids of records about which nobody can be shown what was asked after an *erasure*."""
    return {name for name, parts in named_by(erasure) if ASSESSMENT in parts} | {erasure.text("target")}


def _asked(record: Record) -> Review:
    return Review(
        id=f"rev_{record.id.partition('_')[2]}",
        check=record.id,
        queue=record.text("routing", "queue"),
        question_ref=_question_ref(record),
        opened_ms=record.at_ms,
        due_ms=record.at_ms + record.number("routing", "due_hours") * _HOUR_MS,
        policy_digest=record.text("policy_digest"),
        content_ref=record.text("content_ref"),
        place_ref=record.text("place_ref"),
        author_kind=record.text("principal", "kind"),
        author_ref=record.text("principal", "ref"),
        rules=record.held_by(),
        channels=record.texts("channels"),
        markets=record.texts("markets"),
        submitters=(record.text("actor_ref"),),
    )


def _asked_again(known: Review, asked: Review) -> Review:
    due_ms = known.opened_ms + asked.due_ms - asked.opened_ms
    return replace(
        asked,
        id=known.id,
        opened_ms=known.opened_ms,
        due_ms=due_ms,
        submitters=tuple(sorted({*known.submitters, *asked.submitters})),
        submissions=known.submissions + 1,
        answers=known.answers,
    )


def _question_ref(record: Record) -> str:
    """Return what makes two questions one: the findings that hold, or where there are none, the text itself."""
    held: list[Json] = [*record.texts("asks"), *record.texts("revise")]
    reasons: list[Json] = [code for code in record.texts("reasons") if code not in _ABOUT_TRIES]
    about: list[Json] = held or [record.text("content_ref")]
    return sha256_hex(canonical([record.text("routing", "queue"), reasons, about]))


def _given(record: Record) -> Given:
    return Given(
        record_id=record.id,
        decision=record.text("decision"),
        role=record.text("role"),
        actor_ref=record.text("actor_ref"),
        at_ms=record.at_ms,
        final=record.member("final") is True,
        content_ref=record.text("content_ref"),
        question_ref=record.text("question_ref"),
        policy_digest=record.text("policy_digest"),
        until_ms=record.number("until_ms"),
    )
