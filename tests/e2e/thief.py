"""Somebody who copied the keys of a ledger, and what they sign with them."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guardrails import wiring
from guardrails.audit import tlog
from guardrails.audit.checkpoint import checkpoint_text, parsed_checkpoint
from guardrails.audit.dsse import Envelope, Signature, envelope_bytes, parsed_envelope
from guardrails.audit.log import AuditLog
from guardrails.audit.note import signed
from guardrails.audit.permit import permit_of, statement_bytes
from guardrails.audit.signing import Purpose, signer
from guardrails.audit.store import SIGNING_KEY, Head
from guardrails.audit.witness import written_request


def permit_id(file: Path) -> str:
    """The id of the permit in *file*."""
    return permit_of(parsed_envelope(file.read_bytes()).payload).id


def steal(workspace: Path, permit: Path, head: Path) -> None:
    """
    Sign with the keys of *workspace*: ``forged.json`` and ``request`` in it.

    The first is a permit that nobody issued, dated as *permit* is; the second asks a witness that holds *head* to cosign it with a
    record more.
    """
    with closing(wiring.open_log(wiring.settings(workspace, {}))) as log:
        (workspace / "forged.json").write_bytes(_permit(permit.read_bytes(), _seed(log, "permit")))
        (workspace / "request").write_text(_request(log, parsed_checkpoint(head.read_text()).head))


def _seed(log: AuditLog, purpose: Purpose) -> bytes:
    kept = log.keys.part_key(SIGNING_KEY, signer(log, purpose).key.vkey)
    assert kept is not None
    return kept.key


def _permit(data: bytes, seed: bytes) -> bytes:
    said = permit_of(parsed_envelope(data).payload)
    made = Envelope(statement_bytes(replace(said, id="prm_" + "0" * 26)))
    return envelope_bytes(made.with_signature(Signature("the service", _signature(seed, made.signed))))


def _request(log: AuditLog, held: Head) -> str:
    tree, nodes = tlog.Frontier(), list[bytes]()
    for leaf in (*(one.leaf_hash for one in log.stored(0, held.size)), tlog.leaf_hash(b"forged")):
        nodes.extend(tree.push(leaf))
    note = signed(checkpoint_text(log.origin, Head(tree.size, tree.root())), log.origin, _seed(log, "checkpoint"))
    proof = tlog.consistency_proof(held.size, tree.size, lambda positions: [nodes[one] for one in positions])
    return written_request(held.size, proof, parsed_checkpoint(str(note)))


def _signature(seed: bytes, message: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)
