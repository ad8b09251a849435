"""``guardrails ledger rebuild-index``: make the index again."""

from __future__ import annotations

import os
from pathlib import Path

import click

from guardrails.surfaces.cli.ledger_words import records
from guardrails.surfaces.cli.options import workspace_option


@click.command("rebuild-index")
@workspace_option
def command(workspace: Path | None) -> int:
    """Make the index of earlier work again, from the records alone."""
    from guardrails import wiring
    from guardrails.wiring import upkeep

    size = upkeep.rebuild_index(wiring.settings(workspace, os.environ))
    print(f"ledger: index made again from {records(size)}")
    return 0
