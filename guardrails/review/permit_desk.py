"""
What surfaces ask about permits: each request says which scope it needs, and is answered in published form.

Command line and HTTP call the same functions. Lists of revocations, trust files and proofs are texts that anybody with a key
may have: they say nothing of any text.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TypeAlias

from guardrails.audit.approvers import add_approver_key, end_approver_key, trust_of
from guardrails.audit.checkpoint import make_checkpoint
from guardrails.audit.dsse import envelope_json, parsed_envelope
from guardrails.audit.keys import SCOPES, Caller, require
from guardrails.audit.permit import permit_of
from guardrails.audit.permit_check import KEY_COMPROMISED, Content, Question, verified_permit
from guardrails.audit.permit_proof import PermitProof
from guardrails.audit.signing import signer
from guardrails.audit.trust import trust_json
from guardrails.errors import DraftError
from guardrails.gate import Gate
from guardrails.model.canonical import Json
from guardrails.model.draft import content_sha256
from guardrails.model.record import Record, record_bytes
from guardrails.render.permit import listed_permit, permit_json, permits_json, verification_json
from guardrails.render.published import listed_publication, publication_json, publications_json
from guardrails.render.standing import recorded_json
from guardrails.review.bodies import body_of
from guardrails.review.break_glass import Wish, break_glass
from guardrails.review.people import deciding_role
from guardrails.review.permit_bodies import ApproverKeyBody, BreakGlassBody, PublishedBody, RevokeBody, VerifyBody
from guardrails.review.permits import Issued, find_permit, issue, permit_at
from guardrails.review.published_csv import publications_in
from guardrails.review.publishing import Matched, address_of, publications, record_published, unused_permits
from guardrails.review.revoking import Ending, revocations, revoke
from guardrails.text.canon import HtmlOf, text_digest

Published: TypeAlias = "dict[str, Json]"

_READING = ("check", "read", "review", "operate")


def issue_permit(gate: Gate, caller: Caller, check_id: str, html_of: HtmlOf) -> Published:
    """Return ``guardrails.permit/v1`` for a check that passed."""
    require(caller, "check", "review", "operate")
    return _shown(issue(gate, check_id, caller.actor, html_of))


def ask_break_glass(gate: Gate, caller: Caller, check_id: str, value: object, html_of: HtmlOf) -> Published:
    """Return ``guardrails.recorded/v1`` for the first of two people, ``guardrails.permit/v1`` for the second."""
    require(caller, "review")
    body = body_of(BreakGlassBody, value)
    given = break_glass(gate, check_id, body.reason, caller.actor, html_of)
    if isinstance(given, Wish):
        return recorded_json("break-glass-asked", check_id, given.receipt)
    return _shown(given)


def show_permit(gate: Gate, caller: Caller, permit_id: str) -> Published:
    """Return ``guardrails.permit/v1`` as it was issued."""
    require(caller, *_READING)
    return _shown(permit_at(gate, find_permit(gate, permit_id)[0]))


def list_permits(gate: Gate, caller: Caller, *, status: str = "live") -> Published:
    """Return ``guardrails.permits/v1``, newest first: those with the *status* ``live``, or ``all``."""
    require(caller, *_READING)
    records, ending = map(gate.log.record, reversed(gate.log.indices("permit"))), Ending.now(gate)
    listed = ((record, _status(ending, record)) for record in records)
    return permits_json([listed_permit(record, is_so) for record, is_so in listed if status in ("all", is_so)])


def revoke_permit(gate: Gate, caller: Caller, permit_id: str, value: object) -> Published:
    """End a permit for good."""
    require(caller, "operate")
    body = body_of(RevokeBody, value)
    receipt = revoke(gate, find_permit(gate, permit_id)[1], body.reason, caller.actor)
    return recorded_json("permit-revoked", permit_id, receipt)


def verify_permit(gate: Gate, caller: Caller, value: object, html_of: HtmlOf) -> Published:
    """Return ``guardrails.permit-verification/v1``, with what this ledger has revoked until now."""
    require(caller, *SCOPES)
    body = body_of(VerifyBody, value)
    fields = body.content()
    asked = Question(
        content=Content(content_sha256(fields), lambda: text_digest(fields, html_of)),
        trust=trust_of(gate.log),
        at_ms=gate.clock(),
        channel=body.channel,
        market=body.market,
        locale=body.locale,
        revocations=str(revocations(gate)).encode("utf-8"),
        is_exact=body.exact,
    )
    data = json.dumps(body.permit).encode("utf-8")
    answer = verified_permit(data, asked)
    if KEY_COMPROMISED in [one.code for one in answer.refusals]:  # whoever asks the ledger itself needs no proof of it
        proof = _own_proof(gate, caller, data)  # first: it may make the key that heads are signed with
        answer = verified_permit(data, replace(asked, proof=proof, trust=trust_of(gate.log)))
    return verification_json(answer.refusals, answer.permit, asked.at_ms)


def _own_proof(gate: Gate, caller: Caller, data: bytes) -> bytes | None:
    try:
        return permit_proof(gate, caller, permit_of(parsed_envelope(data).payload).id).encode("utf-8")
    except DraftError:
        return None


def revocation_list(gate: Gate, caller: Caller) -> str:
    """Return the signed list of permits that do not hold any more."""
    require(caller, *SCOPES)
    return str(revocations(gate))


def trust_file(gate: Gate, caller: Caller) -> str:
    """Return ``guardrails.trust/v1``: whom verifiers of this ledger's permits should trust."""
    require(caller, *SCOPES)
    for purpose in ("permit", "checkpoint"):
        signer(gate.log, purpose)  # a file that is handed over before the first permit names the key that will sign it
    return json.dumps(trust_json(trust_of(gate.log)), indent=2) + "\n"


def permit_proof(gate: Gate, caller: Caller, permit_id: str) -> str:
    """Return the proof that a permit is on record, as of now."""
    require(caller, *SCOPES)
    index, record = find_permit(gate, permit_id)
    checkpoint = make_checkpoint(gate.log)
    hashes = gate.log.inclusion_proof(index, checkpoint.head.size)
    return str(PermitProof(record_bytes(record), index, hashes, checkpoint.note))


def register_key(gate: Gate, caller: Caller, value: object) -> Published:
    """Register the caller's own key for signing permits."""
    require(caller, "review")
    body, role = body_of(ApproverKeyBody, value), deciding_role(caller.actor, gate.policy.workspace.people)
    receipt = add_approver_key(gate.log, body.vkey, role, caller.actor)
    return recorded_json("approver-key-added", body.vkey, receipt)


def end_key(gate: Gate, caller: Caller, value: object) -> Published:
    """End an approver's key, one's own or another's."""
    require(caller, "review", "operate")
    body = body_of(ApproverKeyBody, value)
    deciding_role(caller.actor, gate.policy.workspace.people)
    return recorded_json("approver-key-ended", body.vkey, end_approver_key(gate.log, body.vkey, caller.actor))


def add_published(gate: Gate, caller: Caller, value: object) -> Published:
    """Record that something was published: ``guardrails.publication/v1``."""
    require(caller, "check", "operate")
    return _matched(record_published(gate, body_of(PublishedBody, value).publication(), caller.actor))


def import_published(gate: Gate, caller: Caller, text: str, name: str) -> list[Published]:
    """Record everything in a CSV file; nothing of a file with a mistake."""
    require(caller, "check", "operate")
    return [_matched(record_published(gate, one, caller.actor)) for one in publications_in(text, name)]


def list_published(gate: Gate, caller: Caller, from_ms: int, until_ms: int) -> Published:
    """Return ``guardrails.publications/v1`` for a period, its end exclusive."""
    require(caller, "read", "operate")
    log, ending = gate.log, Ending.now(gate)
    found = [
        listed_publication(record, address_of(log, index)) for index, record in publications(log, from_ms, until_ms)
    ]
    unused = [
        listed_permit(one, _status(ending, one)) for _, one in unused_permits(log, from_ms, min(until_ms, gate.clock()))
    ]
    return publications_json(found, unused, from_ms, until_ms)


def _matched(matched: Matched) -> Published:
    return publication_json(*matched)


def _shown(issued: Issued) -> Published:
    audit: Published = {"record_id": issued.record_id, "index": issued.index}
    return permit_json(permit_of(issued.envelope.payload), envelope_json(issued.envelope), audit)


def _status(ending: Ending, record: Record) -> str:
    """Return how a permit stands: ``live``, ``ended``, or why it does not hold any more."""
    if record.number("until_ms") <= ending.gate.clock():
        return "ended"
    end = ending.of(record)
    return "live" if end is None else end.code
