"""
Erasing on request: four eyes, no hold, nothing in force; then the receipt that goes to whoever asked.

1. what goes is planned (``plan``), and refused if a hold covers it or a stop or waiver in force would lose its terms;
2. two different people approve, and a ground, a reference of the request and a reason are given;
3. the record, then the destruction (``audit/erasure``);
4. what the receipt says: what went, what is lost, where copies are, when the last back-up ends, where it is on record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.audit.entry import Receipt
from guardrails.audit.erasure import Approval, erase
from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError
from guardrails.privacy.plan import Plan, is_on_record
from guardrails.review.people import required


@dataclass(frozen=True, slots=True)
class Done:
    """An erasure that was carried out, with its records."""

    plan: Plan
    ground: str
    request: str
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
        names = ", ".join(one.id for one in planned.holds)
        raise DraftError(
            "held", f"a legal hold covers it: {names}", help="guardrails hold list; two people release one"
        )
    if planned.blocked:
        raise DraftError(
            "still-in-force",
            f"its words say what is in force: {', '.join(planned.blocked)}",
            help="end it first: guardrails waive end …, guardrails resume …",
        )


def erase_planned(
    log: AuditLog, planned: Plan, *, ground: str, request: str, reason: str, approved_by: Sequence[str]
) -> Done:
    """
    Carry a plan out.

    Raises:
        DraftError: As :func:`require_erasable` and :class:`~guardrails.audit.erasure.Approval`; ``missing-reason``.

        LedgerError: As :func:`~guardrails.audit.erasure.erase`.
    """
    require_erasable(log, planned)
    request = required(request, "the reference of the request")
    approval = Approval(ground, request, tuple(approved_by), required(reason, "the reason"))
    receipts = erase(log, planned.taken, approval, target=planned.target)
    return Done(planned, ground, request, log.clock(), receipts)
