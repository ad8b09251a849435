"""What surfaces ask for about people's data: each request says which scope it needs, and is answered in published form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from guardrails.audit.checkpoint import make_checkpoint
from guardrails.audit.keys import Caller, require
from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError
from guardrails.model.canonical import Json
from guardrails.model.day import day_of
from guardrails.model.policy import Workspace
from guardrails.privacy import holds as holding
from guardrails.privacy.erasing import Done, erase_planned, require_erasable
from guardrails.privacy.plan import Plan, of_checks, of_found, plan
from guardrails.privacy.retention import Over, over, retain
from guardrails.privacy.search import Found, Period, Progress, record_access, search
from guardrails.render.moment import rfc3339
from guardrails.render.standing import receipt_json, recorded_json
from guardrails.review.people import deciding_role

SCOPE = "privacy"
"""What a key needs to find, give out and erase what is on record about a person."""

Published: TypeAlias = "dict[str, Json]"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where people's data is looked after: a ledger, the workspace in force, and who asks."""

    log: AuditLog
    workspace: Workspace
    caller: Caller


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be erased: texts of checks (or one field of them), or a person by what they are called."""

    checks: tuple[str, ...] = ()
    field: str = ""
    subject: tuple[str, ...] = ()


def find_subject(desk: Desk, texts: Sequence[str], period: Period, progress: Progress) -> Published:
    """Return ``guardrails.subject/v1``: where a person is named, without a word of it."""
    found = _searched(desk, "subject-find", texts, period, progress)
    return {"schema": "guardrails.subject/v1", "records": [_found(one) for one in found]}


def export_subject(desk: Desk, texts: Sequence[str], period: Period, progress: Progress) -> Published:
    """Return ``guardrails.subject-export/v1``: where a person is named, and every passage that names them."""
    found = _searched(desk, "subject-export", texts, period, progress)
    return {
        "schema": "guardrails.subject-export/v1",
        "made_at": rfc3339(desk.log.clock()),
        "searched_for": list(texts),
        "from": rfc3339(period.from_ms) if period.from_ms else None,
        "until": rfc3339(period.until_ms) if period.until_ms else None,
        "records": [{**_found(one), "passages": _passages(one)} for one in found],
    }


def plan_erasure(desk: Desk, wanted: Wanted, progress: Progress) -> Published:
    """Return ``guardrails.erasure-plan/v1``: what would go, what is lost, what stands against it."""
    planned = _planned(desk, wanted, progress)
    return {"schema": "guardrails.erasure-plan/v1", **plan_json(planned), "refused": _refusal(desk.log, planned)}


def carry_out(
    desk: Desk,
    wanted: Wanted,
    progress: Progress,
    *,
    ground: str,
    request: str,
    reason: str,
    approved_by: Sequence[str],
) -> Published:
    """Erase, and return ``guardrails.erasure-receipt/v1``."""
    planned = _planned(desk, wanted, progress)
    done = erase_planned(desk.log, planned, ground=ground, request=request, reason=reason, approved_by=approved_by)
    return erasure_receipt(desk.log, done)


def erasure_receipt(log: AuditLog, done: Done) -> Published:
    """Return the receipt of an erasure, with proofs against a signed head that holds its records."""
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
        **plan_json(done.plan),
        "records": records,
        "tree": {"size": signed.head.size, "root": signed.head.root.hex()},
        "checkpoint": str(signed.note),
    }


def add_hold(desk: Desk, wish: holding.Wish) -> Published:
    """Hold something; scope ``privacy``, one person."""
    require(desk.caller, SCOPE)
    receipt = holding.set_hold(desk.log, desk.workspace, wish, desk.caller.actor)
    return recorded_json("hold-set", receipt.record_id, receipt)


def end_hold(desk: Desk, hold_id: str, reason: str, approved_by: Sequence[str]) -> Published:
    """Release a hold; two people."""
    require(desk.caller, SCOPE)
    receipt = holding.release_hold(desk.log, hold_id, reason, tuple(approved_by), desk.caller.actor)
    return recorded_json("hold-released", hold_id, receipt)


def list_holds(desk: Desk) -> Published:
    """Return ``guardrails.holds/v1``: the holds in force, oldest first."""
    require(desk.caller, SCOPE, "read")
    return {"schema": "guardrails.holds/v1", "holds": [_hold(one) for one in holding.holds(desk.log)]}


def retention(desk: Desk, *, dry_run: bool) -> Published:
    """Erase what is over, or only say what would be: ``guardrails.retention/v1``."""
    require(desk.caller, SCOPE, "operate")
    found = over(desk.log, desk.workspace.keep, desk.log.clock())
    receipts = () if dry_run else retain(desk.log, found)
    return {
        "schema": "guardrails.retention/v1",
        **_over(desk.workspace, found),
        "records": [*map(receipt_json, receipts)],
    }


def plan_json(planned: Plan) -> Published:
    """Return what a plan says, as it stands in plans and receipts."""
    return {
        "taken": [{"record": one.record, "index": one.index, "parts": list(one.parts)} for one in planned.taken],
        "lost": [{"record": one.record, "code": one.code, "words": one.words} for one in planned.lost],
        "holds": [_hold(one) for one in planned.holds],
        "in_force": list(planned.blocked),
        "copies": [{"record": one.record, "type": one.type, "at": rfc3339(one.at_ms)} for one in planned.copies],
        "backups_end": None if planned.backups_end_ms is None else day_of(planned.backups_end_ms),
    }


def _planned(desk: Desk, wanted: Wanted, progress: Progress) -> Plan:
    require(desk.caller, SCOPE)
    if wanted.subject:
        found = _searched(desk, "subject-find", wanted.subject, Period(), progress)
        taken = of_found(desk.log, found)
    else:
        deciding_role(desk.caller.actor, desk.workspace.people)
        taken = of_checks(desk.log, wanted.checks, wanted.field)
    return plan(desk.log, taken, backups_days=desk.workspace.governance.backups_days, now_ms=desk.log.clock())


def _searched(desk: Desk, what: str, texts: Sequence[str], period: Period, progress: Progress) -> list[Found]:
    require(desk.caller, SCOPE)
    deciding_role(desk.caller.actor, desk.workspace.people)
    found = search(desk.log, texts, period, progress)
    record_access(desk.log, what, texts, period, found, desk.caller.actor)
    return found


def _refusal(log: AuditLog, planned: Plan) -> str | None:
    try:
        require_erasable(log, planned)
    except DraftError as error:
        return error.code
    return None


def _found(one: Found) -> Published:
    return {
        "record": one.record, "index": one.index, "type": one.type, "at": rfc3339(one.at_ms), "parts": list(one.parts),
    }  # fmt: skip


def _passages(found: Found) -> list[Json]:
    return [{"part": one.part, "pointer": one.pointer, "text": one.text} for one in found.passages]


def _hold(one: holding.Hold) -> Published:
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


def _over(workspace: Workspace, found: Over) -> Published:
    return {
        "keep": [{"type": one.type, "part": one.part, "for": one.span} for one in workspace.keep],
        "over": [{"type": kind, "records": count} for kind, count in found.records],
        "held": found.held,
        "waiting": found.asked,
    }
