"""
What is in force, and what was recorded, in published form.

``guardrails.waivers/v1``, ``guardrails.stops/v1``, ``guardrails.facts/v1``; ``guardrails.recorded/v1`` for whatever was done
to one of them; ``guardrails.mentions/v1`` for the texts that rest on something or say it.

``until`` is exclusive. Scopes are as in policies: values per plural key.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from guardrails.model.canonical import Json
from guardrails.model.context import PLURALS
from guardrails.model.fact import Facts
from guardrails.model.review import Mention, StopSet, WaiverUse
from guardrails.render.answer import Receipt
from guardrails.render.moment import rfc3339

EXPIRING_MS = 7 * 86_400_000
"""A waiver in force that ends sooner is called expiring."""


def waivers_json(uses: Sequence[WaiverUse], now_ms: int) -> dict[str, Json]:
    """Return waivers, each with how often it lifted something; one in force that never did is ``unused``."""
    return {"schema": "guardrails.waivers/v1", "waivers": [_waiver(one, now_ms) for one in uses]}


def stops_json(stops: Sequence[StopSet]) -> dict[str, Json]:
    """Return the stops in force, each with the role that set it."""
    return {
        "schema": "guardrails.stops/v1",
        "stops": [
            {
                "id": one.stop.id,
                "scope": one.stop.scope,
                "value": one.stop.value,
                "reason": one.stop.reason,
                "role": one.role,
                "since": rfc3339(one.since_ms),
            }
            for one in stops
        ],
    }


def facts_json(facts: Facts, withdrawn: Collection[str], now_ms: int) -> dict[str, Json]:
    """Return what may be said, each fact with its status at *now_ms*; *withdrawn* are the ids of facts people withdrew."""
    return {
        "schema": "guardrails.facts/v1",
        "facts": [
            {
                "id": one.id,
                "status": "withdrawn" if one.id in withdrawn else one.status(now_ms),
                "until": one.valid.until or None if one.valid else None,
                "subject": one.subject.name,
                "metric": one.metric.name,
            }
            for one in facts.facts
        ],
    }


def mentions_json(what: str, found: Sequence[Mention]) -> dict[str, Json]:
    """Return the texts on record for *what*, newest first, each by its newest check."""
    return {
        "schema": "guardrails.mentions/v1",
        "what": what,
        "texts": [
            {
                "check_id": one.check,
                "at": rfc3339(one.at_ms),
                "verdict": one.verdict,
                "channels": list(one.channels),
                "markets": list(one.markets),
                "checks": one.checks,
            }
            for one in found
        ],
    }


def fact_change_json(
    what: str, fact: str, receipt: Receipt, found: Sequence[Mention], *, held_permits: int
) -> dict[str, Json]:
    """
    Return that a fact was withdrawn or restored (*what*), with the texts on record that rest on it.

    *held_permits* counts those that do not hold now because of facts that are withdrawn.
    """
    return {
        "schema": "guardrails.fact-change/v1",
        "what": what,
        "id": fact,
        "audit": receipt_json(receipt),
        "mentions": mentions_json(f"fact:{fact}", found),
        "held_permits": held_permits,
    }


def recorded_json(what: str, identity: str, receipt: Receipt) -> dict[str, Json]:
    """Return that something was done: *what*, to which waiver, stop or finding, and where its record stands."""
    return {"schema": "guardrails.recorded/v1", "what": what, "id": identity, "audit": receipt_json(receipt)}


def receipt_json(receipt: Receipt) -> dict[str, Json]:
    """Return where a record stands in the ledger."""
    return {"record_id": receipt.record_id, "index": receipt.index, "leaf_hash": receipt.leaf_hash}


def _waiver(use: WaiverUse, now_ms: int) -> dict[str, Json]:
    waiver, is_live = use.waiver, use.status == "in-force"
    return {
        "id": waiver.id,
        "rule": waiver.rule,
        "status": use.status,
        "reason": waiver.reason,
        "requested_by": waiver.requested_by,
        "approved_by": waiver.approved_by or None,
        "from": rfc3339(waiver.from_ms) if waiver.approved_by else None,
        "until": rfc3339(waiver.until_ms),
        "scope": {PLURALS[key]: list(values) for key, values in waiver.include},
        "fingerprints": list(waiver.fingerprints),
        "content_sha256": waiver.content_sha256 or None,
        "checks": use.checks,
        "last_used": rfc3339(use.last_ms) if use.last_ms else None,
        "unused": is_live and not use.checks,
        "expiring": is_live and waiver.until_ms - now_ms <= EXPIRING_MS,
    }
