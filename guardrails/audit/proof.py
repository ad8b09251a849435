"""
One record's proof, on its own: C2SP tlog-proof (``tlog_proof``).

Whoever has the record's bytes and the ledger's vkey can verify it years later with nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.audit import tlog
from guardrails.audit.checkpoint import Checkpoint, kept_checkpoint, make_checkpoint, parsed_checkpoint
from guardrails.audit.log import AuditLog
from guardrails.audit.note import VerifierKey
from guardrails.audit.tlog_proof import ProofText, parsed_proof_text
from guardrails.errors import DraftError, LedgerError


@dataclass(frozen=True, slots=True)
class RecordProof:
    """That the record at *index* is in the tree whose head *checkpoint* signs."""

    index: int
    hashes: tlog.Proof
    checkpoint: Checkpoint

    def __str__(self) -> str:
        """Return the file; :func:`parsed_proof` is the inverse."""
        return str(ProofText(b"", self.index, self.hashes, str(self.checkpoint.note)))

    def holds_for(self, record: bytes) -> bool:
        """Tell whether these bytes stand at the index in that tree."""
        head = self.checkpoint.head
        return tlog.inclusion_holds(self.index, head.size, tlog.leaf_hash(record), self.hashes, head.root)

    def signers(self, keys: Sequence[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Return those of *keys* that have signed the checkpoint."""
        return tuple(key for key in keys if self.checkpoint.note.by(key))


def record_proof(log: AuditLog, record_id: str, size: int | None = None) -> RecordProof:
    """
    Return the proof of a record in the tree of *size* records, of which a checkpoint is kept; by default of all, signed now.

    Raises:
        LedgerError: ``record-unknown``.

        DraftError: ``no-checkpoint`` if none of that *size* is kept; ``record-later`` if the record came after it.
    """
    found = log.find(record_id)
    if found is None:
        raise LedgerError("record-unknown", f"no record with id {record_id!r}")
    checkpoint = make_checkpoint(log) if size is None else kept_checkpoint(log, size)
    if checkpoint is None:
        raise DraftError("no-checkpoint", f"no checkpoint over {size} records is kept", help="leave out --size")
    if found[0] >= checkpoint.head.size:
        raise DraftError("record-later", f"the record stands at {found[0]}, the checkpoint ends before it")
    return RecordProof(found[0], log.inclusion_proof(found[0], checkpoint.head.size), checkpoint)


def parsed_proof(data: str) -> RecordProof:
    """
    Return the proof that is written as *data*; nothing of it is verified.

    Raises:
        LedgerError: ``proof-unreadable`` or ``note-unreadable``.
    """
    try:
        parts = parsed_proof_text(data)
    except ValueError as error:
        raise LedgerError("proof-unreadable", f"this is no proof of a record: {error}") from error
    return RecordProof(parts.index, parts.hashes, parsed_checkpoint(parts.note))
