"""
The ledger's side of being witnessed: ask, compare, keep what was cosigned.

A witness counts by its public key, which is on the record (``key_event``, ``witness-added``) before it is first asked.
Cosignatures by any other key are ignored, as C2SP tlog-witness asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from guardrails.audit.checkpoint import Checkpoint, kept_checkpoint, kept_checkpoints
from guardrails.audit.log import AuditLog
from guardrails.audit.note import COSIGNED, Signature, VerifierKey, parsed_note, parsed_vkey
from guardrails.audit.witness import Reply, written_request
from guardrails.errors import DraftError, LedgerError

Ask: TypeAlias = Callable[[str], Reply]
"""Puts a request to a witness, wherever it is."""

ADDED = "witness-added"
_OK, _CONFLICT, _UNPROVEN = 200, 409, 422
_DIGITS = 19


def witnesses_on_record(log: AuditLog, size: int | None = None) -> tuple[VerifierKey, ...]:
    """Return the keys of the witnesses that this ledger has asked (by its first *size* records), as they came."""
    records = (log.record(index) for index in log.indices("key_event") if size is None or index < size)
    return tuple(parsed_vkey(one.text("vkey")) for one in records if one.text("event") == ADDED)


def add_witness(log: AuditLog, key: VerifierKey) -> None:
    """
    Put the key of a witness on the record, once.

    Raises:
        DraftError: ``no-witness-key`` if it is the key of a log.
    """
    if key.type != COSIGNED:
        raise DraftError("no-witness-key", f"{key.name} signs checkpoints of its own, it cosigns none")
    if key not in witnesses_on_record(log):
        log.append("key_event", {"event": ADDED, "vkey": key.vkey})


def witnessed_checkpoint(log: AuditLog, checkpoint: Checkpoint, ask: Ask, keys: Iterable[VerifierKey]) -> Checkpoint:
    """
    Have *checkpoint* cosigned by a witness with one of *keys*, unless it is already, and keep what it returns.

    Raises:
        LedgerError: ``witness-disagrees`` if it remembers other records than these; ``witness-refused`` if it does not
            know this ledger or its key; ``cosignature-invalid`` if what it returns is by none of *keys*.
    """
    known = tuple(keys)
    if any(checkpoint.note.by(key) for key in known):
        return checkpoint
    reply = _answered(log, checkpoint, ask, _last_seen(log, known))
    lines = parsed_note(f"{checkpoint.note.text}\n{reply.body}").signatures
    found = tuple(_valid(checkpoint, lines, known))
    if not found:
        raise LedgerError("cosignature-invalid", "what the witness returned is by none of the keys that were given")
    log.keep_checkpoint(checkpoint.head.size, str(checkpoint.note.with_signatures(found)))
    return kept_checkpoint(log, checkpoint.head.size) or checkpoint


def _answered(log: AuditLog, checkpoint: Checkpoint, ask: Ask, old: int) -> Reply:
    reply = ask(_request(log, checkpoint, old))
    if reply.status == _CONFLICT:
        old = _size(reply)
        if old > checkpoint.head.size:
            raise _disagrees(f"it has seen {old} records, this ledger has {checkpoint.head.size}")
        reply = ask(_request(log, checkpoint, old))
    if reply.status in (_CONFLICT, _UNPROVEN):
        raise _disagrees(f"the first {old} records are not those it has seen")
    if reply.status != _OK:
        raise LedgerError(
            "witness-refused",
            f"the witness answered {reply.status}",
            help="404: it knows no such ledger or only ended keys of it, 403: another key of it. Its keeper runs: "
            "guardrails ledger witness trust",
        )
    return reply


def _request(log: AuditLog, checkpoint: Checkpoint, old: int) -> str:
    size = checkpoint.head.size
    return written_request(old, log.consistency_proof(old, size) if old > 0 else (), checkpoint)


def _valid(checkpoint: Checkpoint, lines: Iterable[Signature], keys: Iterable[VerifierKey]) -> Iterator[Signature]:
    answered = checkpoint.note.with_signatures(lines)
    return (one for one in map(answered.by, keys) if one is not None)


def _last_seen(log: AuditLog, keys: tuple[VerifierKey, ...]) -> int:
    seen = (one.head.size for one in kept_checkpoints(log) if any(one.note.by(key) for key in keys))
    return max(seen, default=0)


def _size(reply: Reply) -> int:
    text = reply.body.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise LedgerError("witness-refused", "the witness names no size that it has seen")
    return int(text)


def _disagrees(why: str) -> LedgerError:
    return LedgerError(
        "witness-disagrees",
        f"the witness remembers another ledger: {why}",
        help="Records were changed, or the ledger was restored from an old copy. Keep both, and: guardrails ledger verify",
    )
