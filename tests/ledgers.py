"""Ledgers with their outside: a witness in a folder, an export."""

from __future__ import annotations

from pathlib import Path

from guardrails.audit.checkpoint import make_checkpoint
from guardrails.audit.export import Export, begin_export, exported_files
from guardrails.audit.log import AuditLog
from guardrails.audit.note import VerifierKey
from guardrails.audit.signing import signer
from guardrails.audit.witnessing import add_witness, witnessed_checkpoint
from guardrails.backends.new_folder import write_folder
from guardrails.backends.witness.folder import make_witness
from tests.audit.samples import sqlite_log


def witnessed_log(folder: Path, count: int) -> tuple[AuditLog, VerifierKey, VerifierKey]:
    """Make a ledger of *count* heartbeats after its keys, witnessed after the third; its key, and the witness's."""
    folder.mkdir(exist_ok=True)
    log = sqlite_log(folder)
    key = signer(log, "checkpoint").key
    witness = make_witness(folder / "witness", "legal.example.com", (key,))
    add_witness(log, witness.key)
    for n in range(count):
        if n == 3:
            witnessed_checkpoint(log, make_checkpoint(log), witness.add_checkpoint, [witness.key])
        log.append("heartbeat", {"n": n})
    return log, key, witness.key


def exported(log: AuditLog, folder: Path, **scope: int) -> Export:
    """Export *log* to *folder*."""
    export = begin_export(log, **scope)
    write_folder(folder, exported_files(log, export))
    return export
