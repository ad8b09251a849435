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
@click.option("--compromised-since", "since", metavar="MOMENT", help="It was stolen: since then, or earlier than that.")
@workspace_option
def command(purpose: Purpose, roles: tuple[str, ...], since: str | None, workspace: Path | None) -> int:
    """
    End the live key for PURPOSE and make a new one; what the old one signed stays valid.

    With --compromised-since nothing that it signed counts any more, except permits with a proof that they were on record
    before that moment: hand out the new trust file (guardrails permit trust). docs/operate.md, “A signing key was stolen”.

    Two different people approve: by the keys in GUARDRAILS_KEY and GUARDRAILS_SECOND_KEY, or, where no API key exists, by
    --approved-by twice. Tell every witness of a checkpoint key: guardrails ledger witness trust, and end.
    """
    from guardrails import wiring
    from guardrails.text.moment import moment_ms
    from guardrails.wiring import upkeep

    second = os.environ.get("GUARDRAILS_SECOND_KEY", "")
    key = upkeep.rotate_key(
        wiring.settings(workspace, os.environ),
        purpose,
        roles=roles,
        second_key=second,
        compromised_since_ms=None if since is None else moment_ms(since),
    )
    print(key.vkey)
    return 0
