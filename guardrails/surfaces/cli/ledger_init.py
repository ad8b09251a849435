"""``guardrails ledger init``: make the ledger, where an administrator does."""

from __future__ import annotations

import os
from pathlib import Path

import click

from guardrails.surfaces.cli.options import workspace_option


@click.command("init")
@workspace_option
def command(workspace: Path | None) -> int:
    """
    Make the ledger; one that is there is kept. A ledger in a file is also made by the first check.

    In PostgreSQL an administrator makes it, once: GUARDRAILS_LEDGER_ADMIN=postgresql://ADMIN@HOST/DATABASE (and
    GUARDRAILS_KEYS_ADMIN where the keys lie elsewhere). The role of the service, named in `ledger:`, is let in and owns
    nothing.
    """
    from guardrails import wiring
    from guardrails.wiring import upkeep

    for line in upkeep.init_ledger(wiring.settings(workspace, os.environ), os.environ):
        print(f"ledger: {line}")
    return 0
