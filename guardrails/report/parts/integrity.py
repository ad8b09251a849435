"""Part 2: is the record whole, who says so, and how is that found out without us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.audit import tlog
from guardrails.audit.checkpoint import Checkpoint, parsed_checkpoint
from guardrails.audit.log import AuditLog
from guardrails.audit.note import COSIGNED, VerifierKey, cosigned_at
from guardrails.audit.stretch import Problem
from guardrails.audit.verify import VerifyReport
from guardrails.errors import LedgerError
from guardrails.replay.erased import Erased
from guardrails.report.evidence import Evidence


class Cosigned(NamedTuple):
    """A witness whose key is known has seen the first *size* records at *at_s* (seconds, UTC)."""

    witness: str
    size: int
    at_s: int


@dataclass(frozen=True, slots=True)
class Integrity:
    """
    What was found out about the record as a whole.

    Attributes:
        size, root: Records until the end of the period, and the Merkle root over them (hex; empty if unknown).

        problems: Whatever is not as it was recorded, anywhere in the ledger.

        erased: Records that were erased, in part or whole, on the record, until the end of the period; of a range that
            retention took, all.

        checkpoints: Signed heads within the period's reach; *first* and *last* by number of records.

        proof: That the last signed head extends the first (RFC 6962, hex); empty where there are not two.

        is_consistent: Whether the last signed head extends the first, and the records here extend the last.

        unknown: Names under a checkpoint whose keys are not known here; they prove nothing.
    """

    origin: str
    size: int
    root: str
    problems: tuple[Problem, ...]
    erased: int
    types: tuple[tuple[str, int], ...]
    checkpoints: int
    first: int
    last: int
    proof: tuple[str, ...]
    is_consistent: bool
    cosigned: tuple[Cosigned, ...]
    unknown: tuple[str, ...]

    @property
    def is_intact(self) -> bool:
        """Tell whether nothing was found."""
        return not self.problems and self.is_consistent


def integrity_of(
    log: AuditLog, evidence: Evidence, verified: VerifyReport, witnesses: Sequence[VerifierKey] = ()
) -> Integrity:
    """Return what verification found, with the checkpoints that the ledger keeps."""
    signed = [one for one in map(parsed_checkpoint, log.checkpoints()) if one.head.size <= evidence.size]
    own = sorted((one for one in signed if _is_own(log, one)), key=lambda one: one.head.size)
    cosigned = tuple(sorted({seen for one in signed for seen in _cosigned(one, witnesses)}))
    known = {log.origin, f"{log.origin}/checkpoint", *(key.name for key in witnesses)}
    return Integrity(
        origin=log.origin,
        size=evidence.size,
        root=_root(log, evidence.size),
        problems=verified.problems,
        erased=_count(evidence.erased()),
        types=evidence.types,
        checkpoints=len(own),
        first=own[0].head.size if own else 0,
        last=own[-1].head.size if own else 0,
        proof=_proof(log, own),
        is_consistent=all(_extends(log, one) for one in own),
        cosigned=cosigned,
        unknown=tuple(sorted({line.name for one in signed for line in one.note.signatures} - known)),
    )


def _count(erased: Erased) -> int:
    return len(erased.ids) + sum(end - start for _, start, end in erased.ranges)


def _is_own(log: AuditLog, checkpoint: Checkpoint) -> bool:
    try:
        return checkpoint.is_by(log)
    except LedgerError:
        return False


def _extends(log: AuditLog, checkpoint: Checkpoint) -> bool:
    """Tell whether the ledger still begins with what was signed."""
    return checkpoint.origin == log.origin and _root(log, checkpoint.head.size) == checkpoint.head.root.hex()


def _proof(log: AuditLog, signed: Sequence[Checkpoint]) -> tuple[str, ...]:
    if not signed or not signed[0].head.size:
        return ()
    try:
        return tuple(node.hex() for node in log.consistency_proof(signed[0].head.size, signed[-1].head.size))
    except LedgerError:
        return ()


def _root(log: AuditLog, size: int) -> str:
    try:
        return (log.root(size) if size else tlog.EMPTY_ROOT).hex()
    except LedgerError:
        return ""


def _cosigned(checkpoint: Checkpoint, witnesses: Sequence[VerifierKey]) -> list[Cosigned]:
    found = ((key, checkpoint.note.by(key)) for key in witnesses if key.type == COSIGNED)
    return [Cosigned(key.name, checkpoint.head.size, cosigned_at(line)) for key, line in found if line is not None]
