"""
One record's proof, on its own: C2SP tlog-proof.

A proof file is text: the line ``c2sp.org/tlog-proof@v1``, ``index N``, one line of base64 per hash from the leaf's sibling
upwards, an empty line, and the checkpoint it leads to. Whoever has the record's bytes and the ledger's vkey can verify it
years later with nothing else. A reader ignores an ``extra`` line, which nobody has signed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.audit import tlog
from guardrails.audit.checkpoint import Checkpoint, kept_checkpoint, make_checkpoint, parsed_checkpoint
from guardrails.audit.log import AuditLog
from guardrails.audit.note import VerifierKey
from guardrails.errors import DraftError, LedgerError

HEADER = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
_INDEX = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class RecordProof:
    """That the record at *index* is in the tree whose head *checkpoint* signs."""

    index: int
    hashes: tlog.Proof
    checkpoint: Checkpoint

    def __str__(self) -> str:
        """Return the file; :func:`parsed_proof` is the inverse."""
        lines = [HEADER, f"index {self.index}", *(base64.b64encode(one).decode() for one in self.hashes)]
        return "\n".join([*lines, "", str(self.checkpoint.note)])

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
    top, gap, note = data.partition("\n\n")
    header, *lines = top.split("\n")
    if lines and lines[0].startswith("extra "):
        lines = lines[1:]
    word, _, index = lines[0].partition(" ") if lines else ("", "", "")
    if not gap or header != HEADER or word != "index" or not _INDEX.fullmatch(index):
        raise _unreadable(f"{HEADER}, an index and hashes expected")
    return RecordProof(int(index), parsed_hashes(lines[1:]), parsed_checkpoint(note))


def parsed_hashes(lines: Sequence[str]) -> tlog.Proof:
    """
    Return the hashes that *lines* hold, one each in base64.

    Raises:
        LedgerError: ``proof-unreadable``.
    """
    try:
        hashes = tuple(base64.b64decode(line, validate=True) for line in lines)
    except (binascii.Error, ValueError) as error:
        raise _unreadable("a line is no base64") from error
    if any(len(one) != len(tlog.EMPTY_ROOT) for one in hashes):
        raise _unreadable("a line is no hash")
    return hashes


def _unreadable(why: str) -> LedgerError:
    return LedgerError("proof-unreadable", f"this is no proof of a record: {why}")
