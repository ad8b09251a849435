"""What is said about people's data, in published form (``render/privacy_schemas``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from guardrails.audit.checkpoint import make_checkpoint
from guardrails.audit.entry import Receipt
from guardrails.audit.erased import named_by
from guardrails.audit.log import AuditLog
from guardrails.model.canonical import Json
from guardrails.model.day import day_of
from guardrails.model.policy import Workspace
from guardrails.model.record import Record
from guardrails.privacy.approvals import Waiting
from guardrails.privacy.erasing import Done
from guardrails.privacy.holds import Hold
from guardrails.privacy.plan import Plan
from guardrails.privacy.retention import Over
from guardrails.privacy.search import Found, Period
from guardrails.render.moment import rfc3339
from guardrails.render.standing import receipt_json

Published: TypeAlias = "dict[str, Json]"


def subject_json(found: Iterable[Found]) -> Published:
    """Return ``guardrails.subject/v1``: where a person is named, without a word of it."""
    return {"schema": "guardrails.subject/v1", "records": [_found(one) for one in found]}


def subject_export_json(found: Iterable[Found], texts: Sequence[str], period: Period, now_ms: int) -> Published:
    """Return ``guardrails.subject-export/v1``: where a person is named, and every passage that names them."""
    return {
        "schema": "guardrails.subject-export/v1",
        "made_at": rfc3339(now_ms),
        "searched_for": list(texts),
        "from": rfc3339(period.from_ms) if period.from_ms else None,
        "until": rfc3339(period.until_ms) if period.until_ms else None,
        "records": [{**_found(one), "passages": _passages(one)} for one in found],
    }


def erasure_plan_json(planned: Plan, refused: str | None) -> Published:
    """Return ``guardrails.erasure-plan/v1``: what would go, what is lost, what stands against it."""
    return {"schema": "guardrails.erasure-plan/v1", **_plan(planned), "refused": refused}


def erasure_receipt_json(log: AuditLog, done: Done) -> Published:
    """Return ``guardrails.erasure-receipt/v1``, with proofs against a signed head that holds the erasure's records."""
    signed = make_checkpoint(log)
    records: list[Json] = []
    for one in done.receipts:
        proof = [node.hex() for node in log.inclusion_proof(one.index, signed.head.size)]
        records.append({**receipt_json(one), "proof": proof})
    return {
        "schema": "guardrails.erasure-receipt/v1",
        "at": rfc3339(done.at_ms),
        "ground": done.ground,
        "request": done.request,
        **_plan(done.plan),
        "records": records,
        "tree": {"size": signed.head.size, "root": signed.head.root.hex()},
        "checkpoint": str(signed.note),
    }


def erasures_json(records: Iterable[Record]) -> Published:
    """Return ``guardrails.erasures/v1``: what was erased on request or by age, oldest first."""
    return {"schema": "guardrails.erasures/v1", "erasures": [_erasure(one) for one in records]}


def holds_json(holds: Iterable[Hold]) -> Published:
    """Return ``guardrails.holds/v1``: the holds in force, oldest first."""
    return {"schema": "guardrails.holds/v1", "holds": [_hold(one) for one in holds]}


def approvals_json(waiting: Iterable[Waiting]) -> Published:
    """Return ``guardrails.approvals/v1``: what one person has approved and another has not, oldest first."""
    return {"schema": "guardrails.approvals/v1", "approvals": [_waiting(one) for one in waiting]}


def retention_json(workspace: Workspace, found: Over, receipts: Iterable[Receipt]) -> Published:
    """Return ``guardrails.retention/v1``: what was over, or would be, and the records of its erasure."""
    return {
        "schema": "guardrails.retention/v1",
        "keep": [{"type": one.type, "part": one.part, "for": one.span} for one in workspace.keep],
        "over": [{"type": kind, "records": count} for kind, count in found.records],
        "held": found.held,
        "waiting": found.asked,
        "records": [*map(receipt_json, receipts)],
    }


def _plan(planned: Plan) -> Published:
    return {
        "taken": [{"record": one.record, "index": one.index, "parts": list(one.parts)} for one in planned.taken],
        "lost": [{"record": one.record, "code": one.code, "words": one.words} for one in planned.lost],
        "holds": [_hold(one) for one in planned.holds],
        "in_force": list(planned.blocked),
        "copies": [{"record": one.record, "type": one.type, "at": rfc3339(one.at_ms)} for one in planned.copies],
        "backups_end": None if planned.backups_end_ms is None else day_of(planned.backups_end_ms),
    }


def _erasure(one: Record) -> Published:
    names = {name for name, _ in named_by(one)} or {one.text("target")} - {""}
    return {
        "id": one.id,
        "at": rfc3339(one.at_ms),
        "ground": one.text("ground"),
        "approvers": len(one.texts("approved_by")),
        "records": len(names) if one.text("request_ref") else None,
    }


def _found(one: Found) -> Published:
    return {
        "record": one.record, "index": one.index, "type": one.type, "at": rfc3339(one.at_ms), "parts": list(one.parts),
    }  # fmt: skip


def _passages(found: Found) -> list[Json]:
    return [{"part": one.part, "pointer": one.pointer, "text": one.text} for one in found.passages]


def _hold(one: Hold) -> Published:
    return {
        "id": one.id,
        "scope": one.scope,
        "value": one.value or None,
        "from": rfc3339(one.from_ms) if one.from_ms else None,
        "until": rfc3339(one.until_ms) if one.until_ms else None,
        "reason": one.reason,
        "role": one.role,
        "since": rfc3339(one.since_ms),
    }


def _waiting(one: Waiting) -> Published:
    return {
        "id": one.id,
        "what": one.what,
        "role": one.role,
        "at": rfc3339(one.at_ms),
        "until": rfc3339(one.until_ms),
        "terms": dict(one.terms),
    }
