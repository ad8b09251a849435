"""``guardrails report verify``: a report that somebody hands over, checked without workspace and ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.surfaces.cli.exits import NO_ANSWER
from guardrails.surfaces.cli.ledger_words import records, vkey_of

if TYPE_CHECKING:
    from guardrails.report.handed import Handed


@click.command("verify")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--key", "vkeys", multiple=True, required=True, metavar="VKEY|FILE", help="Who must have signed it.")
def command(folder: Path, vkeys: tuple[str, ...]) -> int:
    """
    Say whether the report in DIR is the one that was signed: every file, nothing extra, nothing missing.

    Neither workspace nor ledger is needed. Take the key from whoever keeps the ledger (guardrails report --key-out), not from the
    folder. That the ledger still begins with the records of the report: guardrails ledger verify --checkpoint DIR/checkpoint

    Exit codes: 0 it is, 4 it is not, 2 wrong call, or a key that cannot be read.
    """
    from guardrails.report.handed import handed

    keys = [vkey_of(one) for one in vkeys]
    files, odd = _read(folder)
    found = handed(files, keys)
    problems = (*(f"{name}: no plain file" for name in odd), *found.problems)
    for line in (*problems, *_said(folder, found)):
        print(line)
    print(f"report: {'NOT verified' if problems else 'verified'}")
    return NO_ANSWER if problems else 0


def _read(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return the files in *folder*, and the names of what is no plain file."""
    from guardrails.errors import DraftError

    entries = sorted(folder.iterdir())
    plain = [one for one in entries if one.is_file() and not one.is_symlink()]
    try:
        files = {one.name: one.read_bytes() for one in plain}
    except OSError as error:
        raise DraftError("unreadable-file", f"{error.filename}: {error.strerror}") from error
    return files, [one.name for one in entries if one not in plain]


def _said(folder: Path, found: Handed) -> list[str]:
    from guardrails.report.handed import CHECKPOINT

    said = found.manifest
    if said is None or not found.signers:
        return []
    compare = f"guardrails ledger verify --checkpoint {folder / CHECKPOINT}"
    is_there = CHECKPOINT in said.files
    return [
        *(f"   signed by: {one}" for one in found.signers),
        f"   period: {said.since} to {said.until} (excluded), as of {said.as_of}",
        f"   ledger: {said.origin}, the first {records(said.size)}, root {said.root or 'unknown'}",
        f"   compare: {compare}"
        if is_there
        else "   no checkpoint: the ledger was not found intact, or had no records",
    ]
