"""``guardrails ledger rotate-epoch``: end what part keys are wrapped under."""

from __future__ import annotations

import os
from pathlib import Path

import click

from guardrails.surfaces.cli.options import workspace_option


@click.command("rotate-epoch")
@workspace_option
def command(workspace: Path | None) -> int:
    """
    Make what was erased unreadable in every back-up: wrap all keys anew, destroy what they were wrapped under.

    An older copy of the keys opens nothing afterwards: back up keys and epochs again at once.
    """
    from guardrails import wiring
    from guardrails.wiring import upkeep

    number = upkeep.rotate_epoch(wiring.settings(workspace, os.environ))
    print(f"ledger: every key is wrapped under epoch {number} now; the earlier ones are destroyed")
    print("   older copies of the keys open nothing any more: make a back-up of keys and epochs now")
    return 0
