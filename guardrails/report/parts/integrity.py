"""Part 2: is the record whole, who says so, and how is that found out without us."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from guardrails.audit import tlog
from guardrails.audit.checkpoint import Checkpoint, parsed_checkpoint
from guardrails.audit.log import AuditLog
from guardrails.audit.note import COSIGNED, VerifierKey, cosigned_at
from guardrails.audit.stretch import Problem
from guardrails.audit.verify import VerifyReport
from guardrails.audit.witnessing import witnesses_on_record
from guardrails.errors import LedgerError
from guardrails.report.evidence import Evidence


class Cosigned(NamedTuple):
    """
    A witness has seen the first *size* records at *at_s* (seconds, UTC): the largest head that its key has cosigned.

    Whose key that is is somebody's word: *given* by whoever makes the report, or else what the ledger's record says.
    """

    witness: str
    size: int
    at_s: int
    vkey: str
    given: bool


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

        cosigned: By the keys of witnesses that were given; without any, by those on the ledger's record.

        given: Names of the witnesses whose keys were given.

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
    given: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_intact(self) -> bool:
        """Tell whether nothing was found."""
        return not self.problems and self.is_consistent

    @property
    def is_signable(self) -> bool:
        """Tell whether the head that is reported on can be signed: it was recomputed, and is of something."""
        return self.is_intact and bool(self.size and self.root)


def integrity_of(
    log: AuditLog, evidence: Evidence, verified: VerifyReport, witnesses: Sequence[VerifierKey] = ()
) -> Integrity:
    """Return what verification found, with the checkpoints that the ledger keeps."""
    signed = [one for one in map(parsed_checkpoint, log.checkpoints()) if one.head.size <= evidence.size]
    own = sorted((one for one in signed if _is_own(log, one)), key=lambda one: one.head.size)
    keys = tuple(witnesses) or _on_record(log, evidence.size)
    own_names = {log.origin, f"{log.origin}/checkpoint"}
    return Integrity(
        origin=log.origin,
        size=evidence.size,
        root=_root(log, evidence.size),
        problems=verified.problems,
        erased=evidence.erased().count(),
        types=evidence.types,
        checkpoints=len(own),
        first=own[0].head.size if own else 0,
        last=own[-1].head.size if own else 0,
        proof=_proof(log, own),
        is_consistent=all(_extends(log, one) for one in own),
        cosigned=tuple(_cosigned(signed, keys, given=bool(witnesses))),
        given=tuple(sorted({key.name for key in witnesses})),
        unknown=tuple(
            sorted({line.name for one in signed for line in one.note.signatures} - own_names - {k.name for k in keys})
        ),
    )


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


def _on_record(log: AuditLog, size: int) -> tuple[VerifierKey, ...]:
    try:
        return witnesses_on_record(log, size)
    except LedgerError:
        return ()


def _cosigned(signed: Sequence[Checkpoint], keys: Sequence[VerifierKey], *, given: bool) -> Iterator[Cosigned]:
    for key in sorted(keys, key=lambda one: one.vkey):
        found = ((one.head.size, one.note.by(key)) for one in signed if key.type == COSIGNED)
        seen = [(size, cosigned_at(line)) for size, line in found if line is not None]
        if seen:
            yield Cosigned(key.name, *max(seen), key.vkey, given)
