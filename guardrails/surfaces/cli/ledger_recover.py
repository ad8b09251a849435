"""``guardrails ledger recover``: write again to a ledger that was restored from an old copy."""

from __future__ import annotations

import os
from pathlib import Path

import click

from guardrails.surfaces.cli.ledger_words import records
from guardrails.surfaces.cli.options import workspace_option


@click.command("recover")
@click.option("--accept-gap", is_flag=True, help="Go on although records that were seen are missing.")
@click.option("--reason", default="", help="Why they are missing, and what was done to find them.")
@click.option("--approved-by", "roles", multiple=True, metavar="ROLE", help="Two people, where nobody has API keys.")
@workspace_option
def command(accept_gap: bool, reason: str, roles: tuple[str, ...], workspace: Path | None) -> int:
    """
    Write again to a ledger that was restored from an old copy.

    Two different people approve: by the keys in GUARDRAILS_KEY and GUARDRAILS_SECOND_KEY, or, where no API key exists,
    by --approved-by twice. What is missing, and who accepted it, becomes a record.
    """
    from guardrails import wiring
    from guardrails.wiring import upkeep

    if not accept_gap:
        raise click.UsageError("say --accept-gap: the missing records will not come back")
    settings = wiring.settings(workspace, os.environ)
    second = os.environ.get("GUARDRAILS_SECOND_KEY", "")
    missing, size = upkeep.recover_ledger(settings, reason=reason, roles=roles, second_key=second)
    print(f"ledger: {records(missing)} missing, accepted by two people; it goes on with {records(size)}")
    return 0
