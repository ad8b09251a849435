"""
Waivers: expiring exceptions, asked for by one and approved by another.

A waiver lifts the findings of one rule: those with given fingerprints or any, in one text or any, within a scope, until
it ends. What it lifts is judged by ``rules/waivers.py`` alone, wherever a draft is checked. Both halves are ``waiver``
records; asking changes nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches

from guardrails.audit.entry import Receipt
from guardrails.audit.projection import waived_key
from guardrails.audit.standing import TERMS, terms_of
from guardrails.errors import DraftError
from guardrails.gate import Gate
from guardrails.model.canonical import Json
from guardrails.model.context import PLURALS, Actor, Values
from guardrails.model.policy import Rule
from guardrails.model.review import WaiverUse
from guardrails.model.state import Waiver
from guardrails.review.people import deciding_role, persons, require_name, required

MAX_DAYS = 90
"""Longest time a waiver may hold, in days; an exception that lasts is a change of the rule."""

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Wish:
    """
    What is to be waived.

    Attributes:
        fingerprints: Only these findings; empty for every finding of the rule.

        content_sha256: Only in this very text; empty for any.

        include: Only where these context values certainly hold.

        until_ms: When it ends (exclusive).

        review: The review at which a reviewer gives it, if it was not asked for by hand.
    """

    rule: str
    reason: str
    until_ms: int
    include: Values = ()
    fingerprints: tuple[str, ...] = ()
    content_sha256: str = ""
    review: str = ""


def request(gate: Gate, wish: Wish, actor: Actor) -> Receipt:
    """
    Record that *actor* asks for a waiver; the receipt's record id is the waiver's.

    Raises:
        DraftError: ``unknown-rule``, ``rule-not-waivable``, ``bad-end``, ``unknown-value``, ``missing-reason``,
            ``no-principal`` or ``name-needed``.
    """
    if actor.principal.kind == "none":
        raise DraftError("no-principal", "nobody known asks for this waiver")
    if actor.principal.kind == "person":
        require_name(actor)  # one of the two people whom it takes
    rule, now_ms = _rule(gate, wish.rule), gate.clock()
    if not rule.waivable:
        raise DraftError("rule-not-waivable", f"rule {rule.id} allows no exceptions", help="change the rule, or review")
    if not now_ms < wish.until_ms <= now_ms + MAX_DAYS * _DAY_MS:
        raise DraftError("bad-end", f"a waiver ends in the future and within {MAX_DAYS} days")
    _require_known(gate, wish.include)
    return _append(gate, "requested", _waiver(wish, actor, now_ms), actor, wish.review)


def approve(gate: Gate, waiver_id: str, actor: Actor) -> Receipt:
    """
    Put the waiver that was asked for as *waiver_id* in force from now on.

    Raises:
        DraftError: ``waiver-unknown``, ``waiver-ended``, ``person-needed``, ``unknown-role``, ``name-needed`` or
            ``own-request``.
    """
    log = gate.log
    waiver = next((one for one in gate.standing.requested() if one.id == waiver_id), None)
    found = log.find(waiver_id)
    if waiver is None or found is None:
        raise DraftError("waiver-unknown", f"no waiver {waiver_id!r} waits for approval", help="guardrails waive list")
    deciding_role(actor, gate.policy.workspace.people)
    if waiver.until_ms <= gate.clock():
        raise DraftError("waiver-ended", f"waiver {waiver_id} would have ended already")
    _, asked = found
    if asked.text("principal", "kind") == "person":
        require_name(actor)
    is_same_role = asked.text("principal", "ref") == log.refs.principal(actor.principal)
    if is_same_role or asked.text("actor_ref") == log.refs.actor(actor):
        raise DraftError("own-request", "a waiver is approved by another person than who asked for it")
    return _append(gate, "approved", waiver, actor)


def end(gate: Gate, waiver_id: str, actor: Actor) -> Receipt:
    """
    End a waiver, or withdraw the request for it.

    Raises:
        DraftError: ``waiver-unknown``, ``person-needed`` or ``unknown-role``.
    """
    deciding_role(actor, gate.policy.workspace.people)
    known = {one.id: one for one in (*gate.standing.requested(), *gate.standing.waivers())}
    if waiver_id not in known:
        raise DraftError("waiver-unknown", f"there is no waiver {waiver_id!r} to end", help="guardrails waive list")
    return _append(gate, "ended", known[waiver_id], actor)


def grant(gate: Gate, wish: Wish, *, asked_by: Actor, approver: Actor) -> Receipt:
    """
    Record a waiver that a reviewer gives at the desk: the author of the text has asked by submitting it.

    Raises:
        DraftError: As :func:`request` and :func:`approve`.
    """
    deciding_role(approver, gate.policy.workspace.people)
    asked = request(gate, wish, asked_by)
    return approve(gate, asked.record_id, approver)


def uses(gate: Gate) -> tuple[WaiverUse, ...]:
    """Return the waivers that were asked for, are in force or have expired, oldest first; not those that were ended."""
    now_ms = gate.clock()
    requested = (WaiverUse(one, "requested", 0, 0) for one in gate.standing.requested())
    approved = (_use(gate, one, now_ms) for one in gate.standing.waivers())
    return tuple(sorted((*requested, *approved), key=lambda one: _asked_at(gate, one.waiver)))


def _asked_at(gate: Gate, waiver: Waiver) -> int:
    found = gate.log.find(waiver.id)
    return -1 if found is None else found[0]


def _use(gate: Gate, waiver: Waiver, now_ms: int) -> WaiverUse:
    found = gate.log.indices(waived_key(waiver.id))
    last_ms = gate.log.record(found[-1]).at_ms if found else 0
    return WaiverUse(waiver, "in-force" if now_ms < waiver.until_ms else "expired", len(found), last_ms)


def _rule(gate: Gate, rule_id: str) -> Rule:
    found = next((rule for rule in gate.policy.rules if rule.id == rule_id), None)
    if found is None:
        near = get_close_matches(rule_id, [rule.id for rule in gate.policy.rules], n=1)
        hint = f"did you mean {near[0]}?" if near else "guardrails policy list"
        raise DraftError("unknown-rule", f"this policy has no rule {rule_id!r}", help=hint)
    return found


def _require_known(gate: Gate, include: Values) -> None:
    known = dict(gate.policy.workspace.values)
    for key, values in include:
        for value in values:
            if key not in PLURALS or value not in known.get(key, ()):
                raise DraftError("unknown-value", f"this workspace has no {key.replace('_', ' ')} {value!r}")


def _waiver(wish: Wish, actor: Actor, now_ms: int) -> Waiver:
    return Waiver(
        id="",
        rule=wish.rule,
        fingerprints=wish.fingerprints,
        content_sha256=wish.content_sha256,
        include=wish.include,
        reason=required(wish.reason, "the reason"),
        requested_by=f"{actor.principal.kind}:{actor.principal.id}",
        approved_by="",
        from_ms=now_ms,
        until_ms=wish.until_ms,
    )


def _append(gate: Gate, event: str, waiver: Waiver, actor: Actor, review: str = "") -> Receipt:
    log = gate.log
    body: dict[str, Json] = {
        "event": event,
        "of": waiver.id,
        "rule": waiver.rule,
        "review": review,
        "include": {key: list(values) for key, values in waiver.include},
        "until_ms": waiver.until_ms,
        "role": actor.principal.id if actor.principal.kind == "person" else "",
        **log.refs.acted(actor),
    }
    parts = {TERMS: terms_of(replace(waiver, id=""))} if event == "requested" else {}
    return log.append("waiver", body, parts={**parts, **persons(actor)})
