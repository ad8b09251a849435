"""``guardrails privacy``: what the controller has to be able to show."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from guardrails.surfaces.cli.options import active_option, workspace_option


@click.group("privacy")
def command() -> None:
    """Print the record of processing."""


@command.command("record")
@click.option("--format", "output", type=click.Choice(["markdown", "json"]), default="markdown", help="Form of output.")
@active_option
@workspace_option
def record(output: str, workspace: Path | None, *, active: bool) -> int:
    """Print the record of processing activities (Art. 30 GDPR), from “governance:” and from what the policy does."""
    from guardrails import wiring
    from guardrails.privacy.processing import processing_markdown, processing_record

    settings = wiring.settings(workspace, os.environ)
    body = processing_record(wiring.policy_in_force(settings) if active else wiring.open_policy(settings))
    print(json.dumps(body, indent=2, ensure_ascii=False) if output == "json" else "\n".join(processing_markdown(body)))
    return 0
