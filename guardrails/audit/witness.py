"""
A witness: somebody outside who remembers the last head of a ledger and cosigns only what extends it.

What is sent and answered is C2SP tlog-witness, ``add-checkpoint``. A request is ``old N``, the hashes of a consistency proof
(one line of base64 each), an empty line, and the checkpoint. :meth:`Witness.add_checkpoint` goes through these steps:

1. read it (400); 2. know its origin by a key that has not ended (404); 3. find a signature by such a key of that ledger (403); 4. under the lock of its
memory, see that N is the size it remembers (409, with that size) and that the proof leads from there to the checkpoint
(422; another root at the same size 409); 5. remember the checkpoint, durably; 6. cosign it.

It keeps the checkpoint with the ledger's signature: two of them that do not agree are the evidence against whoever signed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from guardrails.audit import tlog
from guardrails.audit.checkpoint import Checkpoint, parsed_checkpoint
from guardrails.audit.note import COSIGNED, VerifierKey, cosignature, verifier_key
from guardrails.audit.store import Head
from guardrails.audit.tlog_proof import hash_lines, parsed_hashes
from guardrails.errors import LedgerError

# C2SP tlog-witness, "add-checkpoint".
_MAX_HASHES = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_NOTHING = Head(0, tlog.EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a witness answers: a status as HTTP has it, and a body (signature lines on 200, a size on 409)."""

    status: int
    body: str = ""


class Memory(Protocol):
    """What a witness knows and must not forget."""

    def keys(self, origin: str) -> tuple[VerifierKey, ...]:
        """Return the keys of the ledger that calls itself *origin*, without ended ones; none for one that is unknown."""

    def held(self, origin: str) -> Checkpoint | None:
        """Return the checkpoint of *origin* that was cosigned last."""

    def keep(self, checkpoint: Checkpoint) -> None:
        """Remember *checkpoint* in the place of the one held; it is durable when this returns."""

    def lock(self) -> AbstractContextManager[None]:
        """Let nobody else between :meth:`held` and :meth:`keep`."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness with its *name*, the seed of its Ed25519 key, its memory, and a clock (seconds, UTC)."""

    name: str
    seed: bytes = field(repr=False)
    memory: Memory
    clock: Callable[[], int]

    @property
    def key(self) -> VerifierKey:
        """The public half of its key."""
        return verifier_key(self.name, self.seed, COSIGNED)

    def add_checkpoint(self, request: str) -> Reply:
        """Answer *request*; see the steps above."""
        try:
            old, proof, checkpoint = parsed_request(request)
        except LedgerError:
            return Reply(400)
        known = self.memory.keys(checkpoint.origin)
        if not known:
            return Reply(404)
        if not any(checkpoint.note.by(key) for key in known):
            return Reply(403)
        if old > checkpoint.head.size:
            return Reply(400)
        with self.memory.lock():
            held = self.memory.held(checkpoint.origin)
            refused = _refused(old, proof, checkpoint.head, held.head if held else _NOTHING)
            if refused is not None:
                return refused
            self.memory.keep(checkpoint)
        return Reply(200, str(cosignature(checkpoint.note.text, self.name, self.seed, self.clock())))


def written_request(old: int, proof: tlog.Proof, checkpoint: Checkpoint) -> str:
    """Return the body of ``add-checkpoint``; :func:`parsed_request` is the inverse."""
    return "\n".join([f"old {old}", *hash_lines(proof), "", str(checkpoint.note)])


def parsed_request(data: str) -> tuple[int, tlog.Proof, Checkpoint]:
    """
    Return the old size, the proof and the checkpoint of a request; nothing of it is verified.

    Raises:
        LedgerError: ``request-unreadable`` or ``note-unreadable``.
    """
    top, gap, note = data.partition("\n\n")
    first, *hashes = top.split("\n")
    old = _OLD.fullmatch(first)
    try:
        proof = parsed_hashes(hashes)
    except ValueError:
        old = None
    if not gap or old is None or len(hashes) > _MAX_HASHES:
        raise LedgerError("request-unreadable", "this is no request to a witness: “old N”, hashes, a checkpoint")
    return int(old[1]), proof, parsed_checkpoint(note)


def _refused(old: int, proof: tlog.Proof, new: Head, held: Head) -> Reply | None:
    if old != held.size or (new.size == held.size and new.root != held.root):
        return Reply(409, f"{held.size}\n")
    if old == 0:
        return Reply(422) if proof else None
    return None if tlog.consistency_holds(old, new.size, held.root, new.root, proof) else Reply(422)
