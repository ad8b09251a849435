"""``guardrails ledger retain``: erase what is over."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from guardrails.surfaces.cli.options import workspace_option


@click.command("retain")
@click.option("--dry-run", is_flag=True, help="Only say what is over.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
@workspace_option
def command(output: str, workspace: Path | None, *, dry_run: bool) -> int:
    """
    Erase whatever is kept no longer, by “keep:” in guardrails.yaml; run it daily.

    A legal hold keeps what it covers, and so does a question that still waits for a person.
    """
    from guardrails import wiring
    from guardrails.privacy.published import retention
    from guardrails.render.privacy_text import retention_lines
    from guardrails.wiring import desks

    with desks.privacy_desk(wiring.settings(workspace, os.environ)) as desk:
        body = retention(desk, dry_run=dry_run)
    print(json.dumps(body, indent=2, ensure_ascii=False) if output == "json" else "\n".join(retention_lines(body)))
    return 0
