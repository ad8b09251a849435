"""
A ledger as a folder that anybody can verify without us: C2SP tlog-tiles, and the public keys.

``checkpoint``
    The head, signed, with the cosignatures of witnesses.
``tile/…`` ``tile/entries/…``
    Every tree hash and every record (``tiles``). Records hold commitments and references; the texts and people behind them
    are encrypted elsewhere and are never exported.
``checkpoints/<size>``
    Earlier checkpoints that a witness has cosigned: what they saw is how the ledger still begins.
``keys.json``
    ``guardrails.ledger-keys/v1``: origin, the vkeys with purpose and period, the witnesses on record. Nobody has signed it;
    compare its vkeys with those you were given on another way.

The export is a record itself, made before the folder is: no copy leaves without one. Its bytes depend on the ledger alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from guardrails.audit import tlog
from guardrails.audit.checkpoint import Checkpoint, kept_checkpoint, kept_checkpoints, make_checkpoint
from guardrails.audit.entry import Receipt
from guardrails.audit.log import AuditLog
from guardrails.audit.signing import key_periods
from guardrails.audit.tiles import WIDTH, entry_bundles, tiles
from guardrails.audit.witnessing import witnesses_on_record
from guardrails.errors import DraftError, LedgerError
from guardrails.model.canonical import Json

KEYS = "guardrails.ledger-keys/v1"


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records an export holds in full, ``[first, end)``; of the others it holds the hashes."""

    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written, under which checkpoint, and the record of it."""

    checkpoint: Checkpoint
    scope: Scope
    receipt: Receipt


def begin_export(log: AuditLog, *, from_ms: int | None = None, to_ms: int | None = None) -> Export:
    """
    Sign the head and record that the ledger is exported up to it.

    With *from_ms* or *to_ms* only the records of ``[from_ms, to_ms)`` are in it, widened to whole bundles.

    Raises:
        DraftError: ``nothing-to-export`` if no record is of that time.
    """
    checkpoint = make_checkpoint(log)
    scope = _scope(log, checkpoint.head.size, from_ms, to_ms)
    body: dict[str, Json] = {
        "checkpoint_sha256": hashlib.sha256(str(checkpoint.note).encode()).hexdigest(),
        "size": checkpoint.head.size,
        "records": {"first": scope.first, "end": scope.end},
    }
    return Export(checkpoint, scope, log.append("export", body))


def exported_files(log: AuditLog, export: Export) -> Iterator[tuple[str, bytes]]:
    """
    Yield path and bytes of every file of *export*, the checkpoint last.

    Raises:
        LedgerError: ``ledger-damaged`` if the records are not those that the checkpoint signs: verify tells which.
    """
    yield from tiles(_leaves(log, export.checkpoint))
    yield from entry_bundles(_records(log, export.scope), export.scope.first // WIDTH)
    for one in kept_checkpoints(log):
        if one.head.size < export.checkpoint.head.size and len(one.note.signatures) > 1:
            yield f"checkpoints/{one.head.size}", str(one.note).encode()
    yield "keys.json", _keys(log, export.checkpoint.head.size)
    kept = kept_checkpoint(log, export.checkpoint.head.size) or export.checkpoint
    yield "checkpoint", str(kept.note).encode()


def _scope(log: AuditLog, size: int, from_ms: int | None, to_ms: int | None) -> Scope:
    if from_ms is None and to_ms is None:
        return Scope(0, size)
    start, end = from_ms or 0, to_ms if to_ms is not None else 1 << 63
    found = [index for index, record in log.records(0, size) if start <= record.at_ms < end]
    if not found:
        raise DraftError("nothing-to-export", "no record is of that time", help="widen --from and --to")
    return Scope(found[0] // WIDTH * WIDTH, min(size, -(-(found[-1] + 1) // WIDTH) * WIDTH))


def _leaves(log: AuditLog, checkpoint: Checkpoint) -> Iterator[bytes]:
    frontier = tlog.Frontier()
    for stored in log.stored(0, checkpoint.head.size):
        frontier.push(stored.leaf_hash)
        yield stored.leaf_hash
    if (frontier.size, frontier.root()) != (checkpoint.head.size, checkpoint.head.root):
        raise _damaged("its leaves are not those that were signed")


def _records(log: AuditLog, scope: Scope) -> Iterator[bytes]:
    for stored in log.stored(scope.first, scope.end):
        if tlog.leaf_hash(stored.record) != stored.leaf_hash:
            raise _damaged(f"record {stored.index} is not what was recorded")
        yield stored.record


def _keys(log: AuditLog, size: int) -> bytes:
    keys = [
        {
            "vkey": one.key.vkey,
            "purpose": one.purpose,
            "from_ms": one.from_ms,
            "until_ms": one.until_ms,
            **({"compromised": True} if one.is_compromised else {}),
        }
        for one in key_periods(log, size)
    ]
    witnesses = [{"vkey": one.vkey} for one in witnesses_on_record(log, size)]
    body = {"schema": KEYS, "origin": log.origin, "keys": keys, "witnesses": witnesses}
    return json.dumps(body, indent=2).encode() + b"\n"


def _damaged(why: str) -> LedgerError:
    return LedgerError("ledger-damaged", f"the ledger is damaged: {why}", help="Run `guardrails ledger verify`.")
