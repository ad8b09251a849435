"""
What ends a permit before its time.

A person revokes one, for good. And a permit does not hold while what it rests on does not: a fact in its text is withdrawn, a
stop holds its place, its author or its campaign, or the policy it was issued under was rolled back. These are read from
what is in force, so that a withdrawal ends every permit in the moment it is recorded, and nothing is left half done.
"""

from __future__ import annotations

from collections.abc import Iterator

from guardrails.audit.entry import Receipt
from guardrails.audit.note import Note
from guardrails.audit.projection import ACTIVATION, revoked_key
from guardrails.audit.revocations import Revocations, revocations_text
from guardrails.audit.signing import signer
from guardrails.audit.store import Expected
from guardrails.errors import DraftError, LedgerError
from guardrails.gate import Gate
from guardrails.model.canonical import Json
from guardrails.model.context import Actor, Principal
from guardrails.model.record import Record
from guardrails.model.state import Stop
from guardrails.review.people import deciding_role, required
from guardrails.rules.scope import ancestors


def revoke(gate: Gate, permit: Record, reason: str, actor: Actor) -> Receipt:
    """
    End a permit for good; *permit* is its record.

    Raises:
        DraftError: ``person-needed``, ``unknown-role``, ``missing-reason`` or ``permit-revoked`` if it is already.
    """
    log, key = gate.log, revoked_key(permit.text("permit"))
    role = deciding_role(actor, gate.policy.workspace.people)
    why = {"reason": required(reason, "the reason").encode("utf-8")}
    body: dict[str, Json] = {
        "permit": permit.text("permit"),
        "check": permit.text("check"),
        "role": role,
        "principal": {"kind": actor.principal.kind, "ref": log.principal_ref(actor.principal)},
        "actor_ref": log.actor_ref(actor.principal, actor.credential),
    }
    already = DraftError("permit-revoked", f"permit {permit.text('permit')} is revoked already")
    if log.indices(key):
        raise already
    try:
        return log.append("permit_revoked", body, parts=why, expected=Expected(key, 0))
    except LedgerError as error:
        if error.code != "overtaken":
            raise
        raise already from error


def why_revoked(gate: Gate, permit: Record) -> str:
    """Return in a code why a permit does not hold any more, whatever its time; empty if it does."""
    if gate.log.indices(revoked_key(permit.text("permit"))):
        return "revoked"
    withdrawn = {gate.log.ref("rests_on", f"fact:{fact}") for fact in gate.standing.withdrawn()}
    if withdrawn.intersection(permit.texts("rests_on")):
        return "fact-withdrawn"
    if any(_holds(gate, stop, permit) for stop in gate.standing.stops()):
        return "stopped"
    return "policy-rolled-back" if _is_rolled_back(gate, permit.text("policy_digest")) else ""


def live_permits(gate: Gate) -> Iterator[tuple[int, Record]]:
    """Yield the permits that have not ended by their time, oldest first."""
    log, now_ms = gate.log, gate.clock()
    for index in log.indices("permit"):
        record = log.record(index)
        if record.text("permit") and record.number("until_ms") > now_ms:
            yield index, record


def revocations(gate: Gate) -> Note:
    """Return the signed list of the permits that do not hold any more, of those that have not ended by their time."""
    key = signer(gate.log, "permit")
    size = gate.log.head().size  # first: what comes after it is perhaps not in the list
    found = ((record.text("permit"), why_revoked(gate, record)) for _, record in live_permits(gate))
    listed = tuple(sorted((permit, why) for permit, why in found if why))
    return key.signed(revocations_text(Revocations(gate.log.origin, size, gate.clock(), listed)))


def _holds(gate: Gate, stop: Stop, permit: Record) -> bool:
    log, parents = gate.log, gate.policy.workspace.parents
    match stop.scope:
        case "all":
            return True
        case "agent":
            return permit.text("author", "ref") == log.principal_ref(Principal("agent", stop.value))
        case "channel":
            return any(stop.value in ancestors(parents, "channel", one) for one in permit.texts("channels"))
        case "campaign":
            return log.ref("campaign", stop.value.casefold()) in permit.texts("campaign_refs")


def _is_rolled_back(gate: Gate, digest: str) -> bool:
    """Tell whether people rolled back from the policy *digest*, and have not put it in force again since."""
    last = ""
    for record in map(gate.log.record, gate.log.indices(ACTIVATION)):
        if record.text("policy_digest") == digest:
            last = "in-force"
        elif record.text("previous_digest") == digest:
            last = record.text("event")
    return last == "rolled-back"
