"""
The public keys of people who sign permits, on the record of the ledger (``key_event``).

A person registers a key of their own, as themselves: the record binds it to their credential's reference. Secret halves
stay with the people; the ledger never sees one.
"""

from __future__ import annotations

from dataclasses import replace

from guardrails.audit.entry import Receipt
from guardrails.audit.log import AuditLog
from guardrails.audit.signing import key_periods
from guardrails.audit.trust import Trust, TrustedKey, public_of
from guardrails.errors import DraftError
from guardrails.model.canonical import Json
from guardrails.model.context import Actor

ADDED, ENDED = "approver-key-added", "approver-key-ended"
_PURPOSE = "approver"


def approver_keys(log: AuditLog) -> tuple[TrustedKey, ...]:
    """Return every approver's key that is on the record, oldest first."""
    keys: dict[str, TrustedKey] = {}
    for record in map(log.record, log.indices("key_event")):
        vkey, event = record.text("vkey"), record.text("event")
        if event == ADDED:
            role, person = record.text("role"), record.text("person")
            keys[vkey] = TrustedKey(vkey, public_of(vkey), _PURPOSE, record.at_ms, role=role, person=person)
        elif event == ENDED and vkey in keys:
            keys[vkey] = replace(keys[vkey], until_ms=record.at_ms)
    return tuple(keys.values())


def add_approver_key(log: AuditLog, vkey: str, role: str, actor: Actor) -> Receipt:
    """
    Register *vkey* as a key of *actor*, who has *role*.

    Raises:
        SettingsError: ``trust-unreadable`` if it is no public key.

        DraftError: ``key-in-use`` if it is known already, whoever's it is.
    """
    public = public_of(vkey)
    known = [key.public for key in approver_keys(log)] + [period.key.public for period in key_periods(log)]
    if public in known:
        raise DraftError("key-in-use", "this key is registered already, and a key is for one person and one purpose")
    return log.append("key_event", {**_body(log, ADDED, vkey, actor), "role": role})


def end_approver_key(log: AuditLog, vkey: str, actor: Actor) -> Receipt:
    """
    End an approver's key: from now on what it signs or signed counts for no permit.

    Raises:
        DraftError: ``key-unknown`` if none such is live.
    """
    if vkey not in {key.vkey for key in approver_keys(log) if not key.until_ms}:
        raise DraftError(
            "key-unknown",
            "no approver has this key",
            help="guardrails permit trust lists them; one of the service: guardrails ledger rotate-key",
        )
    return log.append("key_event", _body(log, ENDED, vkey, actor))


def trust_of(log: AuditLog) -> Trust:
    """Return whom verifiers of this ledger's permits should trust, as of now."""
    service = (
        TrustedKey(
            one.key.vkey, one.key.public, one.purpose, one.from_ms, one.until_ms, is_compromised=one.is_compromised
        )
        for one in key_periods(log)
        if one.purpose in ("permit", "checkpoint")
    )
    return Trust(log.origin, (*service, *approver_keys(log)))


def _body(log: AuditLog, event: str, vkey: str, actor: Actor) -> dict[str, Json]:
    return {
        "event": event,
        "purpose": _PURPOSE,
        "vkey": vkey,
        "person": log.refs.actor(actor),
        **log.refs.acted(actor),
    }
