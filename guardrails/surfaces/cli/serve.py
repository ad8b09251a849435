"""``guardrails serve``: the gate over HTTP."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click

from guardrails.surfaces.cli.options import workspace_option


@click.command("serve")
@workspace_option
@click.option("--host", metavar="ADDRESS", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that evaluate.")
def command(workspace: Path | None, host: str | None, port: int | None, workers: int | None) -> int:
    """Answer checks over HTTP until stopped; settings are in guardrails.local.yaml and GUARDRAILS_*."""
    from guardrails import serving, wiring

    settings = wiring.settings(workspace, os.environ)
    serving.serve(
        replace(
            settings,
            host=settings.host if host is None else host,
            port=settings.port if port is None else port,
            workers=settings.workers if workers is None else workers,
        )
    )
    return 0
