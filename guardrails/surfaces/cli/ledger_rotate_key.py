"""``guardrails ledger rotate-key``: the end of a signing key and the beginning of another."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.surfaces.cli.options import workspace_option

if TYPE_CHECKING:
    from guardrails.audit.signing import Purpose


@click.command("rotate-key")
@click.argument("purpose", type=click.Choice(["checkpoint", "permit", "report"]))
@click.option("--approved-by", "roles", multiple=True, metavar="ROLE", help="Two people, where nobody has API keys.")
@workspace_option
def command(purpose: Purpose, roles: tuple[str, ...], workspace: Path | None) -> int:
    """
    End the live key for PURPOSE and make a new one; what the old one signed stays valid.

    Two different people approve: by the keys in GUARDRAILS_KEY and GUARDRAILS_SECOND_KEY, or, where no API key exists, by
    --approved-by twice. Tell every witness the new checkpoint key: guardrails ledger witness trust.
    """
    from guardrails import wiring
    from guardrails.wiring import upkeep

    second = os.environ.get("GUARDRAILS_SECOND_KEY", "")
    key = upkeep.rotate_key(wiring.settings(workspace, os.environ), purpose, roles=roles, second_key=second)
    print(key.vkey)
    return 0
