"""``guardrails ledger prove``: one record's proof, made or checked."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.surfaces.cli.exits import NO_ANSWER
from guardrails.surfaces.cli.ledger_words import vkey_of
from guardrails.surfaces.cli.options import workspace_option

if TYPE_CHECKING:
    from guardrails.audit.log import AuditLog

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("prove")
@click.argument("what", metavar="RECORD")
@click.option("--size", type=click.IntRange(1), help="In the tree of so many records (default: of all, signed now).")
@click.option("--out", type=_FILE, help="Write the proof to this file, and the record beside it.")
@click.option("--check", "proof", type=_FILE, help="Check this proof instead; RECORD is then the record's file.")
@click.option("--key", "vkeys", multiple=True, metavar="KEY", help="With --check: who must have signed it.")
@workspace_option
def command(
    what: str, size: int | None, out: Path | None, proof: Path | None, vkeys: tuple[str, ...], workspace: Path | None
) -> int:
    """
    Prove that RECORD (the id of a check or of any other record) is in the ledger: C2SP tlog-proof.

    With --check, RECORD is a file with the record's bytes, and nothing but the two files and the keys is needed: no
    ledger, no network, no service.

    Exit codes: 0 proved, 2 wrong call, 4 not proved.
    """
    if proof is not None:
        return _check(proof, Path(what), vkeys)
    from guardrails import wiring

    with closing(wiring.existing_log(wiring.settings(workspace, os.environ))) as log:
        return _prove(log, what, size, out)


def _prove(log: AuditLog, record_id: str, size: int | None, out: Path | None) -> int:
    from guardrails.audit.proof import record_proof

    made = record_proof(log, record_id, size)
    if out is None:
        print(made, end="")
        return 0
    from guardrails.backends.durable_file import write_durably

    record = out.with_suffix(".json")
    write_durably(record, next(log.stored(made.index, made.index + 1)).record)
    write_durably(out, str(made).encode())
    print(f"record {made.index} of {made.checkpoint.head.size}: {record}; its proof: {out}")
    return 0


def _check(proof: Path, record: Path, vkeys: tuple[str, ...]) -> int:
    from guardrails.audit.proof import parsed_proof
    from guardrails.errors import DraftError

    if not vkeys:
        raise DraftError("no-key", "who must have signed it?", help="say --key VKEY; `ledger checkpoint` prints it")
    try:
        data, text = record.read_bytes(), proof.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DraftError("unreadable-file", f"{proof} or {record} cannot be read") from error
    found, keys = parsed_proof(text), tuple(map(vkey_of, vkeys))
    missing = [key.name for key in keys if key not in found.signers(keys)]
    size = found.checkpoint.head.size
    if missing:
        print(f"NOT proved: the checkpoint is not signed by {', '.join(missing)}", file=sys.stderr)
    elif not found.holds_for(data):
        print(f"NOT proved: this record does not stand at {found.index} of those {size}", file=sys.stderr)
    else:
        names = ", ".join(key.name for key in keys)
        print(f"proved: the record stands at {found.index} of {size}, signed by {names}")
        return 0
    return NO_ANSWER
