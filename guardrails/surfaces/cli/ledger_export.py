"""``guardrails ledger export``: everything an auditor needs to verify the ledger without us."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import click

from guardrails.errors import DraftError
from guardrails.surfaces.cli.ledger_words import records
from guardrails.surfaces.cli.options import workspace_option


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--from", "first_day", metavar="DAY", help="Records from this UTC day on, e.g. 2027-01-31.")
@click.option("--to", "last_day", metavar="DAY", help="Records up to the end of this UTC day.")
@workspace_option
def command(folder: Path, first_day: str | None, last_day: str | None, workspace: Path | None) -> int:
    """
    Write records, hashes, checkpoint and public keys to a new FOLDER, in the layout of C2SP tlog-tiles.

    The texts that were checked, and the people, are not in it. With --from or --to the other records are there as hashes
    only. That there was an export becomes a record. Verify it: python tools/verify_ledger.py FOLDER --key VKEY

    Exit codes: 0 written, 2 wrong call, 4 the ledger is damaged or cannot be written.
    """
    from guardrails import wiring
    from guardrails.audit.export import begin_export, exported_files
    from guardrails.backends.new_folder import write_folder

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DraftError("folder-exists", f"{folder} is there already", help="name a new folder")
    start, end = _moments(first_day, last_day)
    with closing(wiring.existing_log(wiring.settings(workspace, os.environ))) as log:
        export = begin_export(log, from_ms=start, to_ms=end)
        count = write_folder(folder, exported_files(log, export))
    scope = export.scope
    print(f"{records(export.checkpoint.head.size)} as hashes, {records(scope.end - scope.first)} in full: {folder}")
    print(f"{count} files; that it was exported is record {export.receipt.index}")
    return 0


def _moments(first_day: str | None, last_day: str | None) -> tuple[int | None, int | None]:
    from guardrails.model.day import day_end_ms, day_start_ms

    try:
        return (first_day and day_start_ms(first_day)) or None, (last_day and day_end_ms(last_day)) or None
    except ValueError as error:
        raise DraftError("bad-day", f"{error}", help="a day is written 2027-01-31") from error
