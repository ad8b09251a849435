"""Permits of a real ledger, with its proofs and revocations; and every byte of one, damaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.audit.approvers import trust_of
from guardrails.audit.dsse import envelope_bytes
from guardrails.audit.keys import Caller
from guardrails.review.desk import Desk
from guardrails.review.permit_desk import permit_proof, revocation_list, trust_file
from guardrails.review.permits import find_permit
from guardrails.review.revoking import revoke
from tests.gates import Clock, gate_in
from tests.interop.javascript import javascript
from tests.interop.test_permit import VERIFY, WHOLE
from tests.permit.forms import Case, asked_here, case, for_javascript
from tests.permit.test_issuing import issued, passing
from tests.review.office import AGENT, LEGAL, Office, changed

CALLER = Caller(AGENT)


@pytest.fixture
def office(tmp_path: Path):
    """An office over a new ledger."""
    clock = Clock()
    gate = gate_in(tmp_path, clock=clock)
    yield Office(gate, Desk(gate), clock)
    gate.close()


def codes(cases: list[Case]) -> list[list[str]]:
    """What both verifiers say, which is the same."""
    here = [[one.code for one in asked_here(each).refusals] for each in cases]
    assert here == javascript(VERIFY, list(map(for_javascript, cases)), modules="verify_permit.mjs")
    return here


def test_both_verify_proofs_and_revocations_of_a_ledger(office: Office) -> None:
    """A proof is for one permit, and holds as the ledger grows; so does a list for one ledger."""
    permits = [issued(office, draft) for draft in (passing(), changed(passing()), changed(changed(passing())))]
    first = permits[0]
    trust_file(office.gate, CALLER)
    proofs = [permit_proof(office.gate, CALLER, one.id).encode() for one in permits]
    before = revocation_list(office.gate, CALLER).encode()
    revoke(office.gate, find_permit(office.gate, first.id)[1], "Wrong.", LEGAL)
    later = permit_proof(office.gate, CALLER, first.id).encode()
    after = revocation_list(office.gate, CALLER).encode()
    whole = replace(
        case("", said=first.envelope), content=passing().fields, trust=trust_of(office.gate.log), at_ms=office.clock()
    )
    lines = proofs[0].split(b"\n")
    swapped = b"\n".join([*lines[:3], lines[4], lines[3], *lines[5:]])
    other_index = proofs[0].replace(lines[2], b"index 1")
    cases = [
        replace(whole, proof=proofs[0], revocations=before),
        replace(whole, proof=later),
        replace(whole, proof=proofs[1]),
        replace(whole, proof=swapped),
        replace(whole, proof=other_index),
        replace(whole, proof=proofs[0].replace(b"extra ", b"extra A")),
        replace(whole, proof=proofs[0][:-4]),
        replace(whole, revocations=after),
        replace(whole, revocations=after.replace(first.id.encode(), permits[1].id.encode())),
    ]
    proof, gone = ["proof"], ["revoked"]

    assert [[], [], proof, proof, proof, proof, proof, gone, ["revocations"]] == codes(cases)


def test_no_damaged_byte_lets_a_text_out() -> None:
    """Two flips of every byte; only the name of a key, which proves nothing, may be another one."""
    data = envelope_bytes(WHOLE)
    at = data.index(WHOLE.signatures[0].keyid.encode())
    hint = range(at, at + len(WHOLE.signatures[0].keyid))
    damaged = [
        case(str(place), said=data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
        for place in range(len(data))
        for bit in (1, 32)
    ]
    accepted = [int(one.name) for one in damaged if asked_here(one).may_publish]

    assert set(accepted) <= set(hint)
    assert len(codes(damaged[::9])) > 400


def test_no_damaged_byte_of_the_payload_survives_being_put_in_base64() -> None:
    """A statement with one bit changed is another one, whatever it says."""
    payload = WHOLE.payload
    for place in range(len(payload)):
        other = payload[:place] + bytes([payload[place] ^ 1]) + payload[place + 1 :]
        found = asked_here(case("", said=replace(WHOLE, payload=other)))

        assert {one.code for one in found.refusals} <= {"permit-unreadable", "signature"}
        assert not found.may_publish
