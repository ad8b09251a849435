"""What the gate knows of earlier checks before it makes one: the rounds of the same work, and the risk that was taken."""

from __future__ import annotations

from guardrails.audit.entry import Work
from guardrails.audit.log import AuditLog
from guardrails.audit.projection import RISK, RISK_MS, ROUNDS_MS
from guardrails.model.context import Principal
from guardrails.model.state import Round


def rounds(log: AuditLog, principal: Principal, work: Work, *, now_ms: int) -> tuple[Round, ...]:
    """
    Return the binding checks of the same *work* by *principal* since seven days before *now_ms*, oldest first.

    The same work is the same thread, or campaign and task, or content, or a shared finding to be revised. The
    fingerprints of a round are references (``References.fingerprint``).
    """
    found = log.links(log.refs.work_keys(work), principal=log.refs.principal(principal), since_ms=now_ms - ROUNDS_MS)
    each = [_round(log, index) for index in sorted({link.index for link in found})]
    return tuple(sorted(each, key=lambda one: one.at_ms))


def risk(log: AuditLog, principal: Principal, *, now_ms: int) -> int:
    """Return the sum of the severities (1–4) of findings waived or approved since 30 days before *now_ms*."""
    found = log.links((RISK,), principal=log.refs.principal(principal), since_ms=now_ms - RISK_MS)
    return sum(link.amount for link in found)


def has_taken_risk(log: AuditLog, principal: Principal, content_sha256: str, *, now_ms: int) -> bool:
    """Tell whether a check of this text by *principal* counts as risk already, in the same 30 days."""
    keys = log.refs.work_keys(Work(content_sha256))
    found = log.links(keys, principal=log.refs.principal(principal), since_ms=now_ms - RISK_MS)
    return any(log.record(link.index).number("risk") for link in found)


def _round(log: AuditLog, index: int) -> Round:
    record = log.record(index)
    return Round(record.at_ms, record.text("verdict"), record.texts("revise"))
