"""Disputes: somebody says that a finding is wrong, unclear or too strict. It changes no verdict; it is counted by rule."""

from __future__ import annotations

from typing import Any, Final, Literal

from guardrails.audit.entry import Receipt
from guardrails.errors import DraftError
from guardrails.gate import Gate
from guardrails.model.canonical import Json
from guardrails.model.context import Actor
from guardrails.model.review import Submission
from guardrails.review.people import persons
from guardrails.review.submission import submission_of

Complaint = Literal["wrong", "unclear", "too-strict"]
COMPLAINTS: Final[tuple[Complaint, ...]] = ("wrong", "unclear", "too-strict")


def dispute(gate: Gate, check_id: str, finding_id: str, complaint: Complaint, note: str, actor: Actor) -> Receipt:
    """
    Record that *actor* disputes finding *finding_id* (``f3``) of a check; *note* may be empty.

    Raises:
        DraftError: ``not-found``, ``finding-unknown`` or ``no-principal``.
    """
    if actor.principal.kind == "none":
        raise DraftError("no-principal", "nobody known disputes this finding")
    found = finding_in(submission_of(gate.log, check_id), check_id, finding_id)
    log = gate.log
    body: dict[str, Json] = {
        "check": check_id,
        "rule": found["rule"]["id"],
        "rule_digest": found["rule"]["digest"],
        "fingerprint_ref": log.refs.fingerprint(found["fingerprint"]),
        "complaint": complaint,
        **log.refs.acted(actor),
    }
    said = {"note": note.strip().encode("utf-8")} if note.strip() else {}
    return log.append("dispute", body, parts={**said, **persons(actor)})


def finding_in(asked: Submission, check_id: str, finding_id: str) -> dict[str, Any]:
    """
    Return one finding of a check as it was published.

    Raises:
        DraftError: ``finding-unknown``.
    """
    findings: dict[str, dict[str, Any]] = {one["id"]: one for one in asked.assessment["findings"]}
    if finding_id not in findings:
        known = ", ".join(findings) or "none"
        raise DraftError("finding-unknown", f"check {check_id} has no finding {finding_id!r}", help=f"it has: {known}")
    return findings[finding_id]
