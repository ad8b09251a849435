"""Permits made by hand, with keys that the tests hold: whole ones, and whatever may be wrong with one."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guardrails.audit import tlog
from guardrails.audit.checkpoint import checkpoint_text
from guardrails.audit.dsse import Envelope, Signature, envelope_bytes
from guardrails.audit.note import signed, verifier_key
from guardrails.audit.permit import Approval, LogPlace, Permit, statement_bytes
from guardrails.audit.permit_check import Answer, Content, Question, verified_permit
from guardrails.audit.permit_proof import PermitProof
from guardrails.audit.revocations import Revocations, revocations_text
from guardrails.audit.store import Head
from guardrails.audit.trust import Trust, TrustedKey, keyid_of, trust_json
from guardrails.backends.documents.rendered import html_of
from guardrails.model.draft import Field, content_sha256
from guardrails.model.record import Record, record_bytes
from guardrails.text.canon import text_digest

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
NOW_MS = 1_795_000_000_000
ORIGIN = "guardrails/0123456789abcdef"
SERVICE, CHECKPOINT, STRANGER, JO, KIM, ANA = (bytes([number]) * 32 for number in range(1, 7))
PEOPLE = {JO: "a1" * 32, KIM: "b2" * 32, ANA: "c3" * 32}

MARKDOWN = "Up to **920** lumens [fact:N-001]. [Terms](https://nimbrel.example/terms) apply.\n"
CHECKED = (Field("body", MARKDOWN, "markdown"),)
PAGE = html_of(MARKDOWN)


def page(html: str = PAGE) -> tuple[Field, ...]:
    """One field of HTML."""
    return (Field("body", html, "html"),)


def vkey(seed: bytes, name: str = "") -> str:
    """The public name of a key."""
    return verifier_key(name or f"key-{seed[0]}", seed).vkey


def trusted(seed: bytes, purpose: str, **more: Any) -> TrustedKey:
    """A key as a trust file lists it."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return TrustedKey(vkey(seed), public, purpose, NOW_MS - 30 * DAY_MS, person=PEOPLE.get(seed, ""), **more)


TRUST = Trust(
    ORIGIN,
    (
        trusted(SERVICE, "permit"),
        trusted(CHECKPOINT, "checkpoint"),
        *(trusted(seed, "approver", role="legal-counsel") for seed in PEOPLE),
    ),
)


def permit(**changes: Any) -> Permit:
    """A permit for the text that was checked, valid for a week from now on."""
    canon = text_digest(CHECKED, html_of)
    whole = Permit(
        id="prm_" + "0" * 26,
        raw_sha256=content_sha256(CHECKED),
        canon_sha256=canon.sha256,
        version="0.1.0",
        at_ms=NOW_MS - HOUR_MS,
        from_ms=NOW_MS - HOUR_MS,
        until_ms=NOW_MS - HOUR_MS + 7 * DAY_MS,
        policy="0" * 64,
        level="AUTO_PASS",
        channels=("newsletter", "web"),
        markets=("de",),
        locales=("de-DE",),
        obligations=(("archive-copy", "after", "File it."),),
        disclosures=(),
        accountable="role:head-of-content",
        author=PEOPLE[ANA],
        check="chk_" + "0" * 26,
        assessment_sha256="1" * 64,
        log=LogPlace(ORIGIN, 4, 9, "2" * 64),
        approvals=(),
        facts=canon.facts,
        nonce="3" * 32,
    )
    return replace(whole, **changes)


def by_two(*people: bytes) -> Permit:
    """A permit that two people approved: by default Jo and Kim."""
    approvals = tuple(Approval(f"rul_{PEOPLE[one][:4]}", "legal-counsel", PEOPLE[one]) for one in people or (JO, KIM))
    return permit(level="HUMAN_2", approvals=approvals)


def sealed(said: Permit | bytes, *seeds: bytes, payload_type: str = "") -> Envelope:
    """What *said* is in an envelope, signed with these keys: by default the service's."""
    payload = said if isinstance(said, bytes) else statement_bytes(said)
    envelope = Envelope(payload, payload_type) if payload_type else Envelope(payload)
    for seed in seeds or (SERVICE,):
        data = Ed25519PrivateKey.from_private_bytes(seed).sign(envelope.signed)
        envelope = envelope.with_signature(Signature(keyid_of(vkey(seed)), data))
    return envelope


def revoked(*ids: str, size: int = 12, at_ms: int = NOW_MS, origin: str = ORIGIN, seed: bytes = SERVICE) -> bytes:
    """A list of revoked permits, signed."""
    listed = Revocations(origin, size, at_ms, tuple((one, "revoked") for one in sorted(ids)))
    return str(signed(revocations_text(listed), f"key-{seed[0]}", seed)).encode()


def proven(said: Permit, at_ms: int = NOW_MS, seed: bytes = CHECKPOINT) -> bytes:
    """The proof that a permit is the one record of the ledger, made at a moment, under a head signed with a key."""
    body = {"permit_id": said.id, "statement_sha256": sha256(statement_bytes(said))}
    record = record_bytes(Record("prm_record", "permit", at_ms, body))
    head = checkpoint_text(ORIGIN, Head(1, tlog.leaf_hash(record)))
    return str(PermitProof(record, 0, (), signed(head, f"key-{seed[0]}", seed))).encode()


def stolen(since_ms: int, *seeds: bytes) -> Trust:
    """The trust file in which these keys are somebody else's since a moment, beside the checkpoint key of STRANGER."""
    names = {vkey(seed) for seed in seeds}
    keys = (replace(key, until_ms=since_ms, is_compromised=True) if key.vkey in names else key for key in TRUST.keys)
    return replace(TRUST, keys=(*keys, trusted(STRANGER, "checkpoint")))


@dataclass(frozen=True)
class Case:
    """One question about a permit, and what speaks against publishing."""

    name: str
    expected: tuple[str, ...]
    envelope: bytes = b""
    content: tuple[Field, ...] = CHECKED
    at_ms: int = NOW_MS
    place: dict[str, str] = field(default_factory=dict)
    revocations: bytes | None = None
    proof: bytes | None = None
    levels: tuple[str, ...] = ()
    exact: bool = False
    trust: Trust = TRUST


def case(name: str, *expected: str, said: Permit | Envelope | bytes | None = None, **asked: Any) -> Case:
    """A case about a permit, an envelope or bytes; by default about the permit that is whole."""
    envelope = permit() if said is None else said
    if isinstance(envelope, Permit):
        envelope = sealed(envelope)
    data = envelope if isinstance(envelope, bytes) else envelope_bytes(envelope)
    return Case(name, expected, data, **asked)


def asked_here(one: Case) -> Answer:
    """Ask our own verifier."""
    content = Content(content_sha256(one.content), lambda: text_digest(one.content, html_of))
    more: dict[str, Any] = {"levels": one.levels} if one.levels else {}
    question = Question(
        content,
        one.trust,
        one.at_ms,
        revocations=one.revocations,
        proof=one.proof,
        is_exact=one.exact,
        **one.place,
        **more,
    )
    return verified_permit(one.envelope, question)


def for_javascript(one: Case) -> dict[str, Any]:
    """The same question as JSON."""
    return {
        "permit": base64.b64encode(one.envelope).decode(),
        "fields": [{"id": f.id, "format": f.format, "text": f.text} for f in one.content],
        "trust": json.dumps(trust_json(one.trust)),
        "at": one.at_ms,
        "place": one.place,
        "levels": list(one.levels),
        "exact": one.exact,
        "revocations": None if one.revocations is None else base64.b64encode(one.revocations).decode(),
        "proof": None if one.proof is None else base64.b64encode(one.proof).decode(),
    }


def sha256(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
