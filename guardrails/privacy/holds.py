"""
Legal holds: what must not be erased, over a check, a campaign, a channel or a period, until two people release it.

A hold is a ``hold`` record: ``event`` (``set`` or ``released``), ``scope``, and by it ``check``, ``channel``, ``campaign_ref``
or ``from_ms`` and ``until_ms`` (exclusive); the reason is encrypted. It covers checks within its scope and what people said
about them, and if it is a period, every record in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from guardrails.audit.entry import Receipt
from guardrails.audit.log import AuditLog
from guardrails.audit.parts import ASSESSMENT, opened_or_none
from guardrails.errors import DraftError
from guardrails.model.canonical import Json, canonical
from guardrails.model.context import Actor
from guardrails.model.policy import Workspace
from guardrails.model.record import Record
from guardrails.review.people import deciding_role, persons, required

Scope = Literal["check", "campaign", "channel", "period"]
SCOPES: Final[tuple[Scope, ...]] = ("check", "campaign", "channel", "period")

_TERMS = "terms"
_TWO_PEOPLE = 2


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be held, and why; *value* is a check, a campaign or a channel, else a period is meant (end exclusive)."""

    scope: Scope
    reason: str
    value: str = ""
    from_ms: int = 0
    until_ms: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold in force, by its record; *value* and *reason* are empty where they were erased."""

    id: str
    scope: str
    value: str
    reason: str
    role: str
    since_ms: int
    from_ms: int
    until_ms: int
    record: Record

    def covers(self, log: AuditLog, index: int, record: Record) -> bool:
        """Tell whether nothing of *record* at *index* may be erased; where that cannot be told, it is covered."""
        if self.scope == "period":
            return self.from_ms <= record.at_ms < self.until_ms
        found = (index, record) if record.type == "check" else log.find(record.text("check"))
        return found is not None and self._covers_check(log, *found)

    def _covers_check(self, log: AuditLog, index: int, check: Record) -> bool:
        match self.scope:
            case "check":
                return self.record.text("check") == check.id
            case "channel":
                return self.record.text("channel") in check.texts("channels")
            case "campaign":
                return _campaign_ref(log, index, check) in (self.record.text("campaign_ref"), None)
        return True


def set_hold(log: AuditLog, workspace: Workspace, wish: Wish, actor: Actor) -> Receipt:
    """
    Hold what *wish* names from now on; the receipt's record id is the hold's.

    Raises:
        DraftError: ``person-needed``, ``unknown-role``, ``missing-reason``, ``not-found``, ``unknown-value`` or
            ``bad-period``.
    """
    role = deciding_role(actor, workspace.people)
    terms: dict[str, Json] = {"value": wish.value, "reason": required(wish.reason, "the reason")}
    body = {"event": "set", "scope": wish.scope, "role": role, **_bounds(log, workspace, wish), **_who(log, actor)}
    return log.append("hold", body, parts={_TERMS: canonical(terms), **persons(actor)})


def require_in_force(log: AuditLog, hold_id: str) -> None:
    """Refuse to release what does not hold: ``hold-unknown``."""
    if hold_id not in {one.id for one in holds(log)}:
        raise DraftError("hold-unknown", f"no hold {hold_id[:80]!r} is in force", help="guardrails hold list")


def release_hold(
    log: AuditLog, hold_id: str, reason: str, approved_by: tuple[str, ...], actor: Actor, asked_ref: str = ""
) -> Receipt:
    """
    Let what is held be erased again; *asked_ref* is that of the approvals which are used up by it.

    Raises:
        DraftError: ``hold-unknown``, ``missing-reason``, or ``release-not-approved`` unless two different people approve.
    """
    require_in_force(log, hold_id)
    if len(set(approved_by)) < _TWO_PEOPLE:
        raise DraftError("release-not-approved", "two different people must release a hold")
    people: list[Json] = [log.refs.of("person", who) for who in sorted(set(approved_by))]
    body: dict[str, Json] = {"event": "released", "of": hold_id, "approved_by": people, **_who(log, actor)}
    body |= {"asked_ref": asked_ref} if asked_ref else {}
    return log.append("hold", body, parts={"reason": required(reason, "the reason").encode(), **persons(actor)})


def holds(log: AuditLog) -> tuple[Hold, ...]:
    """Return the holds in force, oldest first."""
    events = [(index, log.record(index)) for index in log.indices("hold")]
    released = {record.text("of") for _, record in events if record.text("event") == "released"}
    return tuple(
        _hold(log, index, record)
        for index, record in events
        if record.text("event") == "set" and record.id not in released
    )


def against(log: AuditLog, in_force: tuple[Hold, ...], index: int) -> Iterator[Hold]:
    """Yield the holds among *in_force* that cover the record at *index*."""
    record = log.record(index)
    return (one for one in in_force if one.covers(log, index, record))


def _hold(log: AuditLog, index: int, record: Record) -> Hold:
    data = opened_or_none(log, index, _TERMS)
    terms = json.loads(data) if data else {"value": "", "reason": ""}
    return Hold(
        id=record.id,
        scope=record.text("scope"),
        value=terms["value"],
        reason=terms["reason"],
        role=record.text("role"),
        since_ms=record.at_ms,
        from_ms=record.number("from_ms"),
        until_ms=record.number("until_ms"),
        record=record,
    )


def _bounds(log: AuditLog, workspace: Workspace, wish: Wish) -> dict[str, Json]:
    match wish.scope:
        case "check":
            if log.find_check(wish.value) is None:
                raise DraftError("not-found", f"no check has the id {wish.value!r}")
            return {"check": wish.value}
        case "channel":
            known = dict(workspace.values).get("channel", ())
            if wish.value not in known:
                raise DraftError(
                    "unknown-value", f"this workspace has no channel {wish.value!r}", help=f"it has: {', '.join(known)}"
                )
            return {"channel": wish.value}
        case "campaign":
            return {"campaign_ref": log.refs.campaign(required(wish.value, "the campaign"))}
        case "period":
            if not wish.from_ms < wish.until_ms:
                raise DraftError("bad-period", "a period ends after it begins")
            return {"from_ms": wish.from_ms, "until_ms": wish.until_ms}


def _campaign_ref(log: AuditLog, index: int, check: Record) -> str | None:
    """Return the reference of a check's campaign; None where it cannot be told (an old record whose answer is gone)."""
    if "campaign_ref" in check.body:
        return check.text("campaign_ref")
    data = opened_or_none(log, index, ASSESSMENT)
    if data is None:
        return None
    claimed = json.loads(data)["context"]["claimed"]
    return log.refs.campaign(claimed.get("caller.campaign") or claimed.get("draft.campaign") or "")


def _who(log: AuditLog, actor: Actor) -> dict[str, Json]:
    return {
        **log.refs.acted(actor),
    }
