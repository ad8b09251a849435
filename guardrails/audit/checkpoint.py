"""
Checkpoints: the head of the ledger, signed, in the form of C2SP tlog-checkpoint.

The text of a checkpoint has three lines: the *origin* (which names this ledger and no other), the number of records, and
base64 of the root. Whoever holds one can tell later whether the ledger still begins with these records. The ledger keeps
every checkpoint it has signed, with the cosignatures that witnesses returned.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass, replace

from guardrails.audit import tlog
from guardrails.audit.log import AuditLog
from guardrails.audit.note import Note, parsed_note
from guardrails.audit.signing import key_periods, signer
from guardrails.audit.store import Head, RecordStore
from guardrails.errors import LedgerError

_ROOT_BYTES = 32
_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head as its ledger (*origin*) signed it."""

    origin: str
    head: Head
    note: Note

    def is_by(self, log: AuditLog) -> bool:
        """Tell whether a checkpoint key that is on this ledger's record has signed it."""
        keys = (one.key for one in key_periods(log) if one.purpose == "checkpoint")
        return any(self.note.by(key) for key in keys)


def checkpoint_text(origin: str, head: Head) -> str:
    """Return what is signed."""
    return f"{origin}\n{head.size}\n{base64.b64encode(head.root).decode()}\n"


def parsed_checkpoint(data: str) -> Checkpoint:
    """
    Return the checkpoint that is written as *data*; nothing of it is verified.

    Raises:
        LedgerError: ``note-unreadable``.
    """
    note = parsed_note(data)
    lines = note.text.splitlines()
    head = _head(lines[1], lines[2]) if len(lines) >= _LINES and lines[0] else None
    if head is None:
        raise LedgerError("note-unreadable", "this is no checkpoint: origin, size and root expected")
    return Checkpoint(lines[0], head, note)


def make_checkpoint(log: AuditLog) -> Checkpoint:
    """Sign the head as it is now and keep it; the same head is signed once."""
    key = signer(log, "checkpoint")  # first: a new key is a record of its own
    head = log.head()
    kept = kept_checkpoint(log, head.size)
    if kept is not None and kept.note.by(key.key):
        return kept
    note = key.signed(checkpoint_text(log.origin, head))
    log.keep_checkpoint(head.size, str(note))
    return Checkpoint(log.origin, head, note)


def kept_checkpoint(log: AuditLog, size: int) -> Checkpoint | None:
    """Return the checkpoint over the first *size* records with every signature that is kept for it, or None."""
    return next(iter(_joined(log.checkpoints(size))), None)


def kept_checkpoints(log: AuditLog) -> tuple[Checkpoint, ...]:
    """Return every head that was signed, smallest first, each once with every signature that is kept for it."""
    return _joined(log.checkpoints())


def behind(store: RecordStore, note: str) -> str:
    """Return why a ledger does not extend the head that it signed in *note*, or the empty string if it does."""
    try:
        signed = parsed_checkpoint(note).head
    except LedgerError:
        return "the last checkpoint cannot be read"
    if signed.size <= store.head().size and tlog.root(signed.size, store.hashes) == signed.root:
        return ""
    return f"the first {signed.size} records are not those that were signed"


def _joined(notes: Iterable[str]) -> tuple[Checkpoint, ...]:
    heads: dict[str, Checkpoint] = {}
    for one in map(parsed_checkpoint, notes):
        known = heads.get(one.note.text, one)
        heads[one.note.text] = replace(known, note=known.note.with_signatures(one.note.signatures))
    return tuple(heads.values())


def _head(size: str, root: str) -> Head | None:
    try:
        head = Head(int(size), base64.b64decode(root, validate=True))
    except (ValueError, binascii.Error):
        return None
    is_written_so = head.size >= 0 and checkpoint_text("", head) == f"\n{size}\n{root}\n"
    return head if is_written_so and len(head.root) == _ROOT_BYTES else None
