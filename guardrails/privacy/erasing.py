"""
Erasing on request: four eyes, no hold, nothing in force; then the receipt that goes to whoever asked.

1. what goes is planned (``plan``), and refused if a hold covers it or a stop or waiver in force would lose its terms;
2. two different people approve, and a ground, a reference of the request and a reason are given;
3. the record, then the destruction (``audit/erasure``);
4. what the receipt says: what went, what is lost, where copies are, when the last back-up ends, where it is on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass, replace

from guardrails.audit.entry import Receipt
from guardrails.audit.erasure import Approval, erase, require_ground, taken_by
from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError
from guardrails.privacy.plan import Plan, is_on_record, plan
from guardrails.privacy.search import names, needles
from guardrails.review.people import required


@dataclass(frozen=True, slots=True)
class Why:
    """
    Why something is erased: a *ground*, a reference of the *request*, a *reason* in words; the last two are trimmed.

    Args:
        subject: The person, by what they are called; that stands in none of the three, which outlive the erasure.
    """

    ground: str
    request: str
    reason: str
    subject: InitVar[Sequence[str]] = ()

    def __post_init__(self, subject: Sequence[str]) -> None:
        """Refuse what is no reason: ``erasure-ground``, ``missing-reason``, ``names-the-person``."""
        require_ground(self.ground)
        object.__setattr__(self, "request", required(self.request, "the reference of the request"))
        object.__setattr__(self, "reason", required(self.reason, "the reason"))
        if subject and any(names(one, needles(subject)) for one in (self.ground, self.request, self.reason)):
            raise DraftError(
                "names-the-person",
                "what is said about an erasure stays on record, and this names the person who is erased",
                help="name the ticket or the letter, not whose it is",
            )


@dataclass(frozen=True, slots=True)
class Done:
    """An erasure that was carried out, with its records; *request* is None where only its reference is known any more."""

    plan: Plan
    ground: str
    request: str | None
    at_ms: int
    receipts: tuple[Receipt, ...]


def require_erasable(log: AuditLog, planned: Plan) -> None:
    """
    Refuse what must not go.

    Raises:
        DraftError: ``nothing-to-erase``, ``held`` or ``still-in-force``.
    """
    if not planned.taken:
        raise DraftError("nothing-to-erase", "nothing on record is to be erased")
    if planned.holds and not is_on_record(log, planned.taken):
        ids = ", ".join(one.id for one in planned.holds)
        raise DraftError("held", f"a legal hold covers it: {ids}", help="guardrails hold list; two people release one")
    if planned.blocked:
        raise DraftError(
            "still-in-force",
            f"its words say what is in force: {', '.join(planned.blocked)}",
            help="end it first: guardrails waive end …, guardrails resume …",
        )


def erase_planned(log: AuditLog, planned: Plan, why: Why, approved_by: Sequence[str], asked_ref: str = "") -> Done:
    """
    Carry a plan out; *asked_ref* is that of the approvals which are used up by it.

    Raises:
        DraftError: As :func:`require_erasable` and :class:`~guardrails.audit.erasure.Approval`.

        LedgerError: As :func:`~guardrails.audit.erasure.erase`.
    """
    require_erasable(log, planned)
    approval = Approval(why.ground, why.request, tuple(approved_by), why.reason, asked_ref)
    receipts = erase(log, planned.taken, approval, target=planned.target)
    record = log.record(receipts[-1].index)
    known = why.request if record.text("request_ref") == log.refs.of("request", why.request) else None
    return Done(planned, record.text("ground"), known, record.at_ms, receipts)


def done_before(log: AuditLog, erasure_id: str, *, backups_days: int | None) -> Done:
    """
    Return an erasure on request that was carried out before, by the id of its record; copies are those known now.

    Raises:
        DraftError: ``erasure-unknown``.
    """
    found = log.find(erasure_id)
    if found is None or found[1].type != "erasure" or not found[1].text("request_ref"):
        raise DraftError(
            "erasure-unknown", f"no erasure {erasure_id[:80]!r} is on record", help="guardrails privacy erasures"
        )
    index, record = found
    planned = plan(log, taken_by(log, record), backups_days=backups_days, now_ms=record.at_ms)
    return Done(
        replace(planned, holds=(), blocked=()), record.text("ground"), None, record.at_ms, (log.receipt(index),)
    )
