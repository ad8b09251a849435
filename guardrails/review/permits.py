"""
Permits: issued after a pass, or by two people without one.

A permit is issued in these steps, and a failure in any issues none:

1. the check was binding, passed, and was about publishing; whoever asks submitted it, or is a person;
2. the permit that was issued after it before is issued again, if it still holds;
3. the text passes now as well: judged once more, as its author would submit it, under the policy in force;
4. it is valid from now, or from the moment of publication, for a week at most and no longer than the pass;
5. its level: on the delegation of a mandate, or after the approvals that let it pass;
6. the record, then the permit: refused by the ledger if somebody else was quicker, and then all steps are taken again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from guardrails import __version__
from guardrails.audit.approvers import approver_keys
from guardrails.audit.dsse import Envelope, Signature, envelope_bytes, parsed_envelope
from guardrails.audit.ids import new_id
from guardrails.audit.log import StoredCheck
from guardrails.audit.permit import AHEAD_MS, WEEK_MS, Approval, Level, LogPlace, Permit, moment, statement_bytes
from guardrails.audit.projection import answers_key, permit_key, permit_of_key
from guardrails.audit.signing import signer
from guardrails.audit.store import Expected
from guardrails.audit.trust import keyid_of
from guardrails.errors import DraftError, LedgerError
from guardrails.gate import Gate
from guardrails.model.assessment import Assessment
from guardrails.model.canonical import Json, sha256_hex
from guardrails.model.context import Actor
from guardrails.model.draft import content_sha256
from guardrails.model.record import Record
from guardrails.model.review import Submission
from guardrails.model.state import State, place_of
from guardrails.review.revoking import Ending
from guardrails.review.submission import submission_of
from guardrails.rules.scope import applies
from guardrails.rules.waivers import ruling_for
from guardrails.text.canon import HtmlOf, text_digest
from guardrails.text.moment import moment_ms

_NONCE_BYTES = 16
_TWO_PEOPLE = 2
_PART = "permit"


@dataclass(frozen=True, slots=True)
class Issued:
    """A permit as it was issued, and where its record stands."""

    id: str
    envelope: Envelope
    record_id: str
    index: int


@dataclass(frozen=True, slots=True)
class Terms:
    """
    What one way of letting a text out says of it: on what level, from when, at most until when, who approved.

    *expected* is what the ledger had of this kind when that was read; it must have nothing more when it is recorded.
    """

    event: str
    level: Level
    from_ms: int
    until_ms: int
    expected: Expected
    approvals: tuple[Approval, ...] = ()
    reason: str = ""


def issue(gate: Gate, check_id: str, actor: Actor, html_of: HtmlOf) -> Issued:
    """
    Return the permit for the text of a check that passed.

    Raises:
        DraftError: ``not-found``, ``forbidden``, ``not-passed``, ``passes-no-more``, ``permit-revoked``, ``permit-ended``,
            ``permit-too-soon``.

        LedgerError: If it could not be recorded; there is no permit then. ``payload-missing`` if the text was erased.
    """
    while True:
        try:
            return _issued(gate, check_id, actor, html_of)
        except LedgerError as error:
            if error.code != "overtaken":
                raise


def find_permit(gate: Gate, permit_id: str) -> tuple[int, Record]:
    """
    Return where the record of a permit stands, and the record.

    Raises:
        DraftError: ``permit-unknown``.
    """
    found = gate.log.indices(permit_key(permit_id))
    if not found:
        raise DraftError("permit-unknown", f"there is no permit {permit_id[:80]!r}", help="guardrails permit list")
    return found[0], gate.log.record(found[0])


def permit_at(gate: Gate, index: int) -> Issued:
    """
    Return the permit whose record stands at *index*, as it was issued.

    Raises:
        LedgerError: ``payload-missing`` if it was erased.
    """
    record = gate.log.record(index)
    envelope = parsed_envelope(gate.log.decrypt(index, _PART))
    return Issued(record.text("permit_id"), envelope, record.id, index)


def recorded_permit(
    gate: Gate, found: StoredCheck, asked: Submission, now: Assessment, terms: Terms, actor: Actor, html_of: HtmlOf
) -> Issued:
    """
    Record the permit that *terms* say and return it; there is none if the record does not become durable.

    Raises:
        LedgerError: ``overtaken`` if the ledger has more permits of this kind for the check than when it was read.
    """
    log, key = gate.log, signer(gate.log, "permit")  # first: a new key is a record of its own
    canon = text_digest(asked.draft.fields, html_of)
    head, at_ms = log.head(), gate.clock()
    permit = Permit(
        id=new_id("prm", at_ms, log.entropy),
        raw_sha256=content_sha256(asked.draft.fields),
        canon_sha256=canon.sha256,
        version=__version__,
        at_ms=at_ms,
        from_ms=terms.from_ms,
        until_ms=terms.until_ms,
        policy=now.policy_digest.removeprefix("sha256:"),
        level=terms.level,
        channels=now.context["channel"],
        markets=now.context["market"],
        locales=now.context["locale"],
        obligations=tuple((one.code, one.due, one.text) for one in now.obligations),
        disclosures=tuple(_disclosures(gate, now)),
        accountable=now.accountable,
        author=found.record.text("actor_ref"),
        check=found.record.id,
        assessment_sha256=sha256_hex(log.decrypt(found.receipt.index, "assessment")),
        log=LogPlace(log.origin, found.receipt.index, head.size, head.root.hex()),
        approvals=terms.approvals,
        facts=canon.facts,
        nonce=log.entropy(_NONCE_BYTES).hex(),
    )
    unsigned = Envelope(statement_bytes(permit))
    envelope = unsigned.with_signature(Signature(keyid_of(key.key.vkey), key.sign(unsigned.signed)))
    body = _body(gate, permit, found.record, now, terms, actor) | {"statement_sha256": sha256_hex(envelope.payload)}
    parts = {_PART: envelope_bytes(envelope)} | ({"reason": terms.reason.encode("utf-8")} if terms.reason else {})
    receipt = log.append("permit", body, parts=parts, expected=terms.expected)
    return Issued(permit.id, envelope, receipt.record_id, receipt.index)


def judged_now(gate: Gate, asked: Submission) -> tuple[State, Assessment]:
    """Return what the text of a check would be told now, if its author submitted it in the same place once more."""
    author, now_ms = asked.state, gate.clock()
    state = gate.state(author.principal, permitted=author.permitted, caller=author.caller, now_ms=now_ms)
    rulings = gate.standing.rulings(asked.content_sha256)
    revoked = gate.standing.revoked(asked.draft.fields, gate.html_of)
    state = replace(state, rulings=rulings, revoked=revoked)
    draft = replace(asked.draft, fixes="none")
    return state, gate.evaluate(draft, gate.policy, state, now_ms).assessment


def _issued(gate: Gate, check_id: str, actor: Actor, html_of: HtmlOf) -> Issued:
    found = _passed(gate, check_id, actor)  # 1
    before = gate.log.indices(permit_of_key(check_id))
    if before:
        return _again(gate, before[-1])  # 2
    asked = submission_of(gate.log, check_id)
    state, now = judged_now(gate, asked)  # 3
    _require_still(gate, found.record, asked, now)
    from_ms = _begin_ms(gate, now)  # 4
    ends = [from_ms + WEEK_MS, *_good_until(asked, now)]
    if min(ends) <= from_ms:
        raise DraftError("passes-no-more", "what this text rests on ends before it would be published")
    approvals = _approvals(gate, state, now)  # 5
    none_yet = Expected(permit_of_key(check_id), 0)
    terms = Terms("issued", _level(gate, approvals), from_ms, min(ends), none_yet, approvals)
    return recorded_permit(gate, found, asked, now, terms, actor, html_of)  # 6


def _passed(gate: Gate, check_id: str, actor: Actor) -> StoredCheck:
    found = gate.log.find_check(check_id)
    if found is None:
        raise DraftError("not-found", f"no check has the id {check_id[:80]!r}")
    is_own = found.record.text("principal", "ref") == gate.log.refs.principal(actor.principal)
    if not is_own and actor.principal.kind != "person":
        raise DraftError("forbidden", "a permit is for whoever submitted the text, or for a person")
    if found.record.text("verdict") != "pass" or found.record.member("binding") is not True:
        raise DraftError(
            "not-passed", "there are permits for texts that passed a binding check only",
            help="an approved text is checked once more, and passes",
        )  # fmt: skip
    return found


def _again(gate: Gate, index: int) -> Issued:
    record = gate.log.record(index)
    end = Ending.now(gate).of(record)
    if end is not None:
        raise DraftError("permit-revoked", f"the permit for this check does not hold any more: {end.code}")
    if record.number("until_ms") <= gate.clock():
        raise DraftError("permit-ended", "the permit for this check has ended", help="have the text checked again")
    return permit_at(gate, index)


def _require_still(gate: Gate, record: Record, asked: Submission, now: Assessment) -> None:
    if record.text("policy_digest") != gate.policy.digest:
        raise DraftError("passes-no-more", "another policy is in force since this was checked", help="check it again")
    if now.context["action"] != ("publish",):
        raise DraftError("not-passed", "this text was checked for being handed on, not for being published")
    if now.verdict != "pass" or place_of(now.context) != asked.place:
        codes = ", ".join(one.code for one in now.reasons if one.outcome != "note")
        raise DraftError("passes-no-more", f"this text does not pass any more: {codes}", help="check it again")


def _begin_ms(gate: Gate, now: Assessment) -> int:
    now_ms = gate.clock()
    from_ms = max(now_ms, now.context.publish_at_ms or 0)
    if from_ms > now_ms + AHEAD_MS:
        raise DraftError(
            "permit-too-soon", "a text has its permit 30 days before it is published at the earliest",
            help=f"ask again from {moment(from_ms - AHEAD_MS)} on",
        )  # fmt: skip
    return from_ms


def _good_until(asked: Submission, now: Assessment) -> Iterator[int]:
    if now.good_until_ms is not None:
        yield now.good_until_ms
    if asked.assessment["good_until"] is not None:
        yield moment_ms(asked.assessment["good_until"])


def _approvals(gate: Gate, state: State, now: Assessment) -> tuple[Approval, ...]:
    """Return the approvals that let this text pass, one per person."""
    log = gate.log
    ruling = ruling_for(state.rulings, now.context, now.policy_digest, now.content_sha256, now.as_of_ms)
    found = log.find(ruling.id) if ruling is not None and ruling.decision == "approve" else None
    if found is None:
        return ()
    final = found[1]
    given = map(log.record, log.indices(answers_key(final.text("review"))))
    same = (one for one in given if _is_same(one, final) and gate.clock() < one.number("until_ms"))
    return tuple(
        {one.text("actor_ref"): Approval(one.id, one.text("role"), one.text("actor_ref")) for one in same}.values()
    )


def _is_same(one: Record, final: Record) -> bool:
    keys = ("decision", "content_ref", "policy_digest", "question_ref")
    return all(one.text(key) == final.text(key) for key in keys)


def _level(gate: Gate, approvals: tuple[Approval, ...]) -> Level:
    """Return the level that approvals make: two people's is one that they can sign, so each needs a key of their own."""
    if not approvals:
        return "AUTO_PASS"
    with_keys = {key.person for key in approver_keys(gate.log) if not key.until_ms}
    signing = {one.person for one in approvals} & with_keys
    return "HUMAN_2" if len(signing) >= _TWO_PEOPLE else "HUMAN_1"


def _disclosures(gate: Gate, now: Assessment) -> Iterator[tuple[str, str]]:
    for rule in gate.policy.rules:
        is_due = rule.kind == "required-text" and rule.status == "active"
        if is_due and applies(rule.scope, now.context, gate.policy.workspace.parents):
            yield rule.id, rule.title


def _body(gate: Gate, permit: Permit, check: Record, now: Assessment, terms: Terms, actor: Actor) -> dict[str, Json]:
    log = gate.log
    claimed = dict(now.context.claimed)
    campaigns = {claimed.get("caller.campaign", "").casefold(), claimed.get("draft.campaign", "").casefold()} - {""}
    return {
        "event": terms.event,
        "permit_id": permit.id,
        "check": check.id,
        "level": permit.level,
        "policy_digest": now.policy_digest,
        "from_ms": permit.from_ms,
        "until_ms": permit.until_ms,
        "channels": list(permit.channels),
        "markets": list(permit.markets),
        "locales": list(permit.locales),
        "content_ref": log.refs.of("content", permit.raw_sha256),
        "canon_ref": log.refs.of("canon", permit.canon_sha256),
        "rests_on": list(check.texts("rests_on")),
        "campaign_refs": [*sorted(log.refs.of("campaign", one) for one in campaigns)],
        "author": {"kind": check.text("principal", "kind"), "ref": check.text("principal", "ref")},
        "approvals": [{"record": one.record, "role": one.role, "person": one.person} for one in permit.approvals],
        **log.refs.acted(actor),
    }
