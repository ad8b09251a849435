"""
The desk at which people answer: which reviews there are, what they ask, and who may answer them.

Answers are given in ``deciding`` (the whole text) and ``lifting`` (single findings).
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator

from guardrails.audit.projection import ESCALATED
from guardrails.errors import DraftError
from guardrails.gate import Gate
from guardrails.model.context import Actor
from guardrails.model.record import Record
from guardrails.model.review import Review, Submission
from guardrails.review.people import deciding_role
from guardrails.review.queue import Reviews
from guardrails.review.submission import submission_of

_ASKING = (ESCALATED, "review", "erasure")


class SharedReviews:
    """What was read of a ledger so far, for every desk over it; *size* records are in *known*."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.known = Reviews()
        self.size = 0


class Desk:
    """
    Reviews of a gate's ledger; may be used from several threads and beside other processes.

    Desks over gates of one ledger (before and after a change of policy) may share what they read of it.
    """

    def __init__(self, gate: Gate, shared: SharedReviews | None = None) -> None:
        self.gate = gate
        self._read = shared or SharedReviews()

    # -- reading

    def reviews(self, *, queue: str = "", status: str = "open") -> tuple[Review, ...]:
        """Return reviews in order of opening; *status* is one of theirs or ``all``, an empty queue means any."""
        with self._read.lock:
            known = tuple(self._current().by_id.values())
        return tuple(one for one in known if queue in ("", one.queue) and status in ("all", one.status))

    def find(self, name: str) -> Review:
        """
        Return the review with the id *name* (``rev_…``), or the one that asks about the check *name* (``chk_…``).

        Raises:
            DraftError: ``review-unknown``.
        """
        with self._read.lock:
            review = self._current().find(name)
        if review is None:
            raise DraftError("review-unknown", f"there is no review {name[:80]!r}", help="guardrails review list")
        return review

    def submitters(self, check: str) -> tuple[str, ...]:
        """Return the references of whoever submitted the text of a check that asks a person; none if it asks nobody."""
        with self._read.lock:
            review = self._current().find(check)
        return () if review is None else tuple(review.submitters)

    def alike(self, review: Review) -> tuple[Review, ...]:
        """Return the open reviews that ask the same question under the same policy, *review* first."""
        same = (one for one in self.reviews() if one.question_ref == review.question_ref and one.id != review.id)
        return (review, *(one for one in same if one.policy_digest == review.policy_digest))

    def submission(self, review: Review) -> Submission:
        """Return what is asked: the draft as submitted, its assessment and the state it was checked in."""
        return submission_of(self.gate.log, review.check)

    def version(self) -> int:
        """Return a number that grows with every event that changes a review."""
        with self._read.lock:
            return self._current().version

    # -- who may answer what

    def require_open(self, review: Review) -> None:
        """
        Refuse an answer to a question that nobody asks any more.

        Raises:
            DraftError: ``review-decided``; ``review-moved`` if it was asked under another policy.
        """
        if review.status != "open":
            raise DraftError("review-decided", f"review {review.id} is not open any more ({review.status})")
        if review.policy_digest != self.gate.policy.digest:
            raise DraftError(
                "review-moved", "another policy is in force since this was checked", help="have it checked again first"
            )

    def role_of(self, review: Review, actor: Actor) -> str:
        """
        Return the role in which *actor* may answer: of the queue, neither author nor requester of a waiver of a rule.

        Raises:
            DraftError: ``person-needed``, ``unknown-role``, ``not-asked``, ``own-text`` or ``own-request``.
        """
        workspace, log = self.gate.policy.workspace, self.gate.log
        role = deciding_role(actor, workspace.people)
        roles = workspace.queue(review.queue).roles
        if role not in roles:
            raise DraftError(
                "not-asked", f"the queue {review.queue!r} is answered by {', '.join(roles)}, not by {role!r}"
            )
        principal_ref = log.refs.principal(actor.principal)
        actor_ref = log.refs.actor(actor)
        if actor_ref in review.submitters or log.indices(f"content:{review.content_ref}", principal=principal_ref):
            raise DraftError("own-text", "nobody decides about a text of their own")
        if self._has_asked(review.rules, {principal_ref, actor_ref}):
            raise DraftError("own-request", "you asked for a waiver of a rule that holds this text")
        return role

    def _has_asked(self, rules: Collection[str], refs: set[str]) -> bool:
        """Tell whether one of *refs* asked for a waiver of one of *rules* that would still hold, ended or not."""
        log, now_ms = self.gate.log, self.gate.clock()
        events = (log.record(index) for index in log.indices("waiver"))
        asked = (one for one in events if one.text("event") == "requested" and not one.text("review"))
        live = (one for one in asked if one.text("rule") in rules and one.number("until_ms") > now_ms)
        return any({one.text("principal", "ref"), one.text("actor_ref")} & refs for one in live)

    # -- inside

    def _current(self) -> Reviews:
        """Return the reviews as of now: the first time from the index, then by every record since."""
        log = self.gate.log
        size = log.head().size
        fresh = self._indexed(size) if self._read.size == 0 else log.records(self._read.size, size)
        for index, record in fresh:
            self._read.known.see(index, record)
        self._read.size = size
        return self._read.known

    def _indexed(self, size: int) -> Iterator[tuple[int, Record]]:
        """Yield, of the first *size* records, those that matter: what asked and answered, then what made it moot."""
        log = self.gate.log
        for index in sorted({index for key in _ASKING for index in log.indices(key) if index < size}):
            yield index, log.record(index)
        newest = dict(self._newest(review, size) for review in self._read.known.undecided())
        yield from ((at, record) for at, record in sorted(newest.items()) if record.text("verdict") != "escalate")

    def _newest(self, review: Review, size: int) -> tuple[int, Record]:
        """Return the author's newest check of this text in this place."""
        log = self.gate.log
        own = log.indices(f"content:{review.content_ref}", principal=review.author_ref)
        found = ((index, log.record(index)) for index in reversed(own) if index < size)
        return next((index, one) for index, one in found if one.text("place_ref") == review.place_ref)
