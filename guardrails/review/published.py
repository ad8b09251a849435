"""
What surfaces ask the desk for: each request says which scope it needs, and is answered in published form.

Command line and HTTP call the same functions, with the same bodies (``bodies``) as parsed JSON.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

from guardrails.audit.disclosure import SCOPE, record_disclosure
from guardrails.audit.entry import Receipt
from guardrails.audit.keys import Caller, require
from guardrails.errors import DraftError
from guardrails.gate import Gate
from guardrails.model.canonical import Json
from guardrails.render.review import decisions_json, review_json, reviews_json, status_json
from guardrails.render.standing import (
    fact_change_json,
    facts_json,
    mentions_json,
    recorded_json,
    stops_json,
    waivers_json,
)
from guardrails.review import dispute as disputes
from guardrails.review import stop as stops
from guardrails.review import waive as waivers
from guardrails.review.bodies import (
    DisputeBody,
    FactBody,
    ResumeBody,
    StopBody,
    WaiveFindingBody,
    WaiverBody,
    WrongFindingBody,
    body_of,
    decision_of,
)
from guardrails.review.deciding import decide, decide_alike
from guardrails.review.desk import Desk
from guardrails.review.dispute import finding_in
from guardrails.review.history import where
from guardrails.review.lifting import mark_wrong, waive_finding
from guardrails.review.reading import MAX_PAGE, dossier, outcome, page, require_reviewer
from guardrails.review.revoking import Ending, live_permits
from guardrails.review.submission import submission_of

Published: TypeAlias = "dict[str, Json]"


def list_reviews(
    desk: Desk, caller: Caller, *, queue: str = "", status: str = "open", limit: int = MAX_PAGE, after: str = ""
) -> Published:
    """Return ``guardrails.reviews/v1``, one page, for a person with the scope ``review``."""
    require_reviewer(desk, caller)
    version = desk.version()
    found = page(desk, queue=queue, status=status, limit=limit, after=after)
    return reviews_json(found, version, desk.gate.clock())


def show_review(desk: Desk, caller: Caller, name: str, *, show_personal: bool = False) -> Published:
    """
    Return ``guardrails.review/v1`` for a person with the scope ``review``, ``guardrails.review-status/v1`` for its author.

    Showing personal data takes the scope ``disclose`` and is on the record before it is shown.
    """
    if caller.principal.kind != "person" or "review" not in caller.scopes:
        became = outcome(desk, name, caller)
        return status_json(became.review, became.said)
    require_reviewer(desk, caller)
    if show_personal:
        require(caller, SCOPE)
    whole = dossier(desk, name)
    if show_personal:
        record_disclosure(desk.gate.log, whole.review.check, caller.actor)
    return review_json(whole, desk.gate.clock(), show_personal=show_personal)


def answer_review(desk: Desk, caller: Caller, name: str, value: object) -> Published:
    """Record a decision: ``guardrails.review-decision/v1``, or ``guardrails.recorded/v1`` for a single finding."""
    require(caller, "review")
    body, review = decision_of(value), desk.find(name)
    if isinstance(body, WaiveFindingBody):
        return recorded_json("finding-waived", *waive_finding(desk, review.id, body.lift(), caller.actor))
    if isinstance(body, WrongFindingBody):
        return recorded_json("finding-wrong", *mark_wrong(desk, review.id, body.lift(), caller.actor))
    quorum = desk.gate.policy.workspace.queue(review.queue).quorum
    if body.group:
        return decisions_json(decide_alike(desk, review.id, body.answer(), caller.actor), quorum)
    return decisions_json([decide(desk, review.id, body.answer(), caller.actor)], quorum)


def list_waivers(gate: Gate, caller: Caller) -> Published:
    """Return ``guardrails.waivers/v1``."""
    require(caller, "read", "review")
    return waivers_json(waivers.uses(gate), gate.clock())


def request_waiver(gate: Gate, caller: Caller, value: object) -> Published:
    """Record a wish for a waiver."""
    require(caller, "check", "review")
    body = body_of(WaiverBody, value)
    wish = body.wish()
    if body.finding and not body.check:
        raise DraftError("bad-body", "a finding is named with its check")
    if body.check:
        asked = submission_of(gate.log, body.check)
        if body.finding:
            found = finding_in(asked, body.check, body.finding)
            if found["rule"]["id"] != body.rule:
                raise DraftError("bad-body", f"finding {body.finding} is of the rule {found['rule']['id']}")
            wish = replace(wish, fingerprints=(found["fingerprint"],))
        else:
            wish = replace(wish, content_sha256=asked.content_sha256)
    receipt = waivers.request(gate, wish, caller.actor)
    return recorded_json("waiver-requested", receipt.record_id, receipt)


def approve_waiver(gate: Gate, caller: Caller, waiver_id: str) -> Published:
    """Put a waiver in force."""
    require(caller, "review")
    return recorded_json("waiver-approved", waiver_id, waivers.approve(gate, waiver_id, caller.actor))


def end_waiver(gate: Gate, caller: Caller, waiver_id: str) -> Published:
    """End a waiver, or withdraw the wish for it."""
    require(caller, "review")
    return recorded_json("waiver-ended", waiver_id, waivers.end(gate, waiver_id, caller.actor))


def dispute(gate: Gate, caller: Caller, value: object) -> Published:
    """Record that a finding is disputed."""
    require(caller, "check", "review")
    body = body_of(DisputeBody, value)
    receipt = disputes.dispute(gate, body.check, body.finding, body.reason, body.note, caller.actor)
    return recorded_json("finding-disputed", f"{body.finding} of {body.check}", receipt)


def list_stops(gate: Gate, caller: Caller) -> Published:
    """Return ``guardrails.stops/v1``."""
    require(caller, "read", "review", "operate")
    return stops_json(stops.stops_set(gate))


def set_stop(gate: Gate, caller: Caller, value: object) -> Published:
    """Set a stop."""
    require(caller, "operate")
    body = body_of(StopBody, value)
    receipt = stops.stop(gate, body.scope, body.value, body.reason, caller.actor)
    return recorded_json("stop-set", receipt.record_id, receipt)


def end_stop(gate: Gate, caller: Caller, stop_id: str, value: object) -> Published:
    """Lift a stop."""
    require(caller, "operate")
    body = body_of(ResumeBody, value)
    return recorded_json("stop-ended", stop_id, stops.resume(gate, stop_id, body.reason, caller.actor))


def list_facts(gate: Gate, caller: Caller) -> Published:
    """Return ``guardrails.facts/v1`` of the policy in force."""
    require(caller, "read", "review", "operate")
    return facts_json(gate.policy.facts, gate.standing.withdrawn(), gate.clock())


def withdraw_fact(gate: Gate, caller: Caller, fact: str, value: object) -> Published:
    """Withdraw a fact: ``guardrails.fact-change/v1``."""
    require(caller, "operate")
    body = body_of(FactBody, value)
    receipt = stops.withdraw(gate, fact, body.reason, caller.actor)
    return _fact_change(gate, "fact-withdrawn", fact, receipt)


def restore_fact(gate: Gate, caller: Caller, fact: str, value: object) -> Published:
    """Let a fact be used again: ``guardrails.fact-change/v1``."""
    require(caller, "operate")
    body = body_of(FactBody, value)
    receipt = stops.restore(gate, fact, body.reason, caller.actor)
    return _fact_change(gate, "fact-restored", fact, receipt)


def _fact_change(gate: Gate, what: str, fact: str, receipt: Receipt) -> Published:
    ending = Ending.now(gate)
    ends = [ending.of(permit) for _, permit in live_permits(gate)]
    held = sum(end is not None and end.code == "fact-withdrawn" for end in ends)
    return fact_change_json(what, fact, receipt, where(gate.log, f"fact:{fact}"), held_permits=held)


def mentions(gate: Gate, caller: Caller, what: str) -> Published:
    """Return ``guardrails.mentions/v1``."""
    require(caller, "operate")
    return mentions_json(what, where(gate.log, what))
