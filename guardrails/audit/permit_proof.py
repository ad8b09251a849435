"""
That a permit stands in the ledger, on its own: C2SP tlog-proof, with the record of the permit in its ``extra`` line.

The record says the SHA-256 of the permit's statement; its bytes hash to the leaf that the proof leads up from, to a
checkpoint that the ledger signed. So ``extra``, which nobody has signed, proves itself.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.audit import tlog
from guardrails.audit.note import SIGNED, Note, VerifierKey, parsed_note
from guardrails.audit.permit import Permit
from guardrails.audit.tlog_proof import ProofText, parsed_proof_text
from guardrails.audit.trust import Trust
from guardrails.errors import DraftError, LedgerError
from guardrails.model.record import parsed_record

_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_HEAD_LINES = 3


@dataclass(frozen=True, slots=True)
class PermitProof:
    """The permit's record, where it stands, the hashes upwards, and the checkpoint they lead to."""

    record: bytes
    index: int
    hashes: Sequence[bytes]
    checkpoint: Note

    def __str__(self) -> str:
        """Return the file; :func:`parsed_permit_proof` is the inverse."""
        return str(ProofText(self.record, self.index, tuple(self.hashes), str(self.checkpoint)))

    def holds(self, payload: bytes, permit: Permit, trust: Trust, before_ms: int = 0) -> bool:
        """
        Tell whether the ledger that is trusted has this permit on record, under a checkpoint it signed.

        With *before_ms* only a record from before that moment will do.
        """
        record = parsed_record(self.record)
        said = record.text("permit_id"), record.text("statement_sha256")
        origin, size, root = (*self.checkpoint.text.split("\n"), "", "")[:_HEAD_LINES]
        # What an ended key signed stays signed, unless it may have been somebody else: then there are newer heads.
        keys = [key for key in trust.keys if key.purpose == "checkpoint" and not key.is_compromised]
        return (
            record.type == "permit"
            and (not before_ms or record.at_ms < before_ms)
            and said == (permit.id, hashlib.sha256(payload).hexdigest())
            and origin == trust.origin
            and any(self.checkpoint.by(VerifierKey(key.name, SIGNED, key.public)) for key in keys)
            and _NUMBER.fullmatch(size) is not None
            and tlog.inclusion_holds(self.index, int(size), tlog.leaf_hash(self.record), self.hashes, _bytes(root))
        )


def parsed_permit_proof(data: bytes) -> PermitProof:
    """
    Return the proof that *data* is; nothing of it is verified.

    Raises:
        DraftError: ``proof-unreadable``.
    """
    try:
        parts = parsed_proof_text(data.decode("utf-8"))
        parsed_record(parts.extra)
        return PermitProof(parts.extra, parts.index, parts.hashes, parsed_note(parts.note))
    except (ValueError, LedgerError) as error:
        raise DraftError("proof-unreadable", "this is no proof of a permit") from error


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("base64 expected") from error
