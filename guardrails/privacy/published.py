"""
What surfaces ask about people's data: each request says which scope it needs, and is answered in published form.

Command line and HTTP call the same functions, with the same bodies (``bodies``) as parsed JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.audit.entry import Receipt
from guardrails.audit.keys import ApiKeys, Caller, require
from guardrails.audit.log import AuditLog
from guardrails.errors import DraftError
from guardrails.model.canonical import Json
from guardrails.model.policy import Workspace
from guardrails.privacy import holds as holding
from guardrails.privacy.approvals import Asked, two, waiting
from guardrails.privacy.bodies import ErasureBody, HoldBody, ReleaseBody, RetentionBody, SubjectBody, period
from guardrails.privacy.erasing import Why, done_before, erase_planned, require_erasable
from guardrails.privacy.plan import Plan, of_checks, of_found, plan
from guardrails.privacy.retention import over, retain
from guardrails.privacy.search import Found, Period, Progress, needles, record_access, search
from guardrails.privacy.shown import (
    Published,
    approvals_json,
    erasure_plan_json,
    erasure_receipt_json,
    erasures_json,
    holds_json,
    retention_json,
    subject_export_json,
    subject_json,
)
from guardrails.render.standing import recorded_json
from guardrails.review.bodies import body_of
from guardrails.review.people import deciding_role, required, two_people

SCOPE = "privacy"
"""What a key needs to find, give out and erase what is on record about a person."""

READING = (SCOPE, "read")
RETAINING = (SCOPE, "operate")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where people's data is looked after: a ledger, the workspace in force, and who asks."""

    log: AuditLog
    workspace: Workspace
    caller: Caller


def unheard(_done: int, _total: int) -> None:
    """Tell nobody how far a search is."""


def find_subject(desk: Desk, value: object, progress: Progress = unheard) -> Published:
    """Return ``guardrails.subject/v1``."""
    require(desk.caller, SCOPE)
    body = body_of(SubjectBody, value)
    return subject_json(_searched(desk, "subject-find", body.texts, period(body.since, body.until), progress))


def export_subject(desk: Desk, value: object, progress: Progress = unheard) -> Published:
    """Return ``guardrails.subject-export/v1``."""
    require(desk.caller, SCOPE)
    body = body_of(SubjectBody, value)
    dates = period(body.since, body.until)
    found = _searched(desk, "subject-export", body.texts, dates, progress)
    return subject_export_json(found, body.texts, dates, desk.log.clock())


def erase(desk: Desk, value: object, progress: Progress = unheard, people: Sequence[str] = ()) -> Published:
    """
    Erase what two people want erased, or with ``dry_run`` say what that would mean.

    Returns:
        ``guardrails.erasure-plan/v1`` of a dry run; ``guardrails.recorded/v1`` for the first of two people;
        ``guardrails.erasure-receipt/v1`` for the second, or if both are known already (*people*, or roles in the body).

    Raises:
        DraftError: As ``erasing.require_erasable``, ``erasing.Why`` and ``approvals.two``.
    """
    require(desk.caller, SCOPE)
    body = body_of(ErasureBody, value)
    body.require_one_target()
    if body.dry_run:
        planned = _planned(desk, body, progress)
        return erasure_plan_json(planned, _refusal(desk.log, planned))
    why = Why(body.ground, body.request, body.reason, body.subject)
    planned = _planned(desk, body, progress)
    require_erasable(desk.log, planned)
    asked = _erasure(body, why)
    approved = _approved(desk, asked, people, body.approved_by)
    if isinstance(approved, Receipt):
        return recorded_json("erasure-asked", approved.record_id, approved)
    done = erase_planned(desk.log, planned, why, approved, asked.ref(desk.log))
    return erasure_receipt_json(desk.log, done)


def add_hold(desk: Desk, value: object) -> Published:
    """Hold something; one person."""
    require(desk.caller, SCOPE)
    wish = body_of(HoldBody, value).wish()
    receipt = holding.set_hold(desk.log, desk.workspace, wish, desk.caller.actor)
    return recorded_json("hold-set", receipt.record_id, receipt)


def end_hold(desk: Desk, hold_id: str, value: object, people: Sequence[str] = ()) -> Published:
    """Release a hold once two people want it; the first one's word is recorded."""
    require(desk.caller, SCOPE)
    body = body_of(ReleaseBody, value)
    reason = required(body.reason, "the reason")
    holding.require_in_force(desk.log, hold_id)
    asked = Asked("hold-release", {"hold": hold_id}, {"hold": hold_id, "reason": reason})
    approved = _approved(desk, asked, people, body.approved_by)
    if isinstance(approved, Receipt):
        return recorded_json("hold-release-asked", hold_id, approved)
    receipt = holding.release_hold(desk.log, hold_id, reason, approved, desk.caller.actor, asked.ref(desk.log))
    return recorded_json("hold-released", hold_id, receipt)


def list_holds(desk: Desk) -> Published:
    """Return ``guardrails.holds/v1``."""
    require(desk.caller, *READING)
    return holds_json(holding.holds(desk.log))


def list_erasures(desk: Desk) -> Published:
    """Return ``guardrails.erasures/v1``."""
    require(desk.caller, *READING)
    return erasures_json(desk.log.record(index) for index in desk.log.indices("erasure"))


def show_receipt(desk: Desk, erasure_id: str) -> Published:
    """Return ``guardrails.erasure-receipt/v1`` once more, without the request, of which only a reference is kept."""
    require(desk.caller, SCOPE)
    backups_days = desk.workspace.governance.backups_days
    return erasure_receipt_json(desk.log, done_before(desk.log, erasure_id, backups_days=backups_days))


def list_approvals(desk: Desk) -> Published:
    """Return ``guardrails.approvals/v1``, to whoever may be the second person."""
    require(desk.caller, SCOPE)
    deciding_role(desk.caller.actor, desk.workspace.people)
    return approvals_json(waiting(desk.log))


def retention(desk: Desk, value: object) -> Published:
    """Erase what is over, or only say what would be: ``guardrails.retention/v1``."""
    require(desk.caller, *RETAINING)
    body = body_of(RetentionBody, value)
    found = over(desk.log, desk.workspace.keep, desk.log.clock())
    return retention_json(desk.workspace, found, () if body.dry_run else retain(desk.log, found))


def _erasure(body: ErasureBody, why: Why) -> Asked:
    """Return what two people have to say to have something erased: the same things by the same names, for the same request."""
    checks: list[Json] = [*sorted(set(body.checks))]
    said: dict[str, Json] = {"checks": checks, "field": body.field, "ground": why.ground, "request": why.request}
    names: list[Json] = [*sorted(set(needles(body.subject)))] if body.subject else []
    return Asked("erasure", {**said, "subject": names}, {**said, "spellings": len(names), "reason": why.reason})


def _approved(desk: Desk, asked: Asked, known: Sequence[str], roles: Sequence[str]) -> tuple[str, ...] | Receipt:
    """Return who approves: who is *known* to, or, where no API keys exist, *roles*; else by one request of each."""
    if known:
        return tuple(known)
    if roles:
        return two_people(ApiKeys(desk.log), ("", ""), roles, desk.workspace.people, SCOPE)
    return two(desk.log, asked, desk.caller.actor, desk.workspace.people)


def _planned(desk: Desk, body: ErasureBody, progress: Progress) -> Plan:
    if body.subject:
        taken = of_found(desk.log, _searched(desk, "subject-find", body.subject, Period(), progress))
    else:
        deciding_role(desk.caller.actor, desk.workspace.people)
        taken = of_checks(desk.log, body.checks, body.field)
    return plan(desk.log, taken, backups_days=desk.workspace.governance.backups_days, now_ms=desk.log.clock())


def _searched(desk: Desk, what: str, texts: Sequence[str], dates: Period, progress: Progress) -> list[Found]:
    deciding_role(desk.caller.actor, desk.workspace.people)
    found = search(desk.log, texts, dates, progress)
    record_access(desk.log, what, texts, dates, found, desk.caller.actor)
    return found


def _refusal(log: AuditLog, planned: Plan) -> str | None:
    try:
        require_erasable(log, planned)
    except DraftError as error:
        return error.code
    return None
