"""``guardrails explain``: one decision on a page."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from guardrails.surfaces.cli.options import workspace_option


@click.command("explain")
@click.argument("check", metavar="CHECK")
@click.option("--for", "reader", type=click.Choice(["auditor"]), default="auditor", help="Who reads it.")
@click.option("--format", "output", type=click.Choice(["text", "html"]), default="text", help="Form of output.")
@workspace_option
def command(check: str, reader: str, output: str, workspace: Path | None) -> int:
    """
    Explain one decision: what was checked against which rules, what was found, who decided, and the proof of it.

    Nothing of the text itself is shown: findings are named by rule and place.
    """
    del reader  # there is one so far
    from guardrails import wiring
    from guardrails.report.forms.html import html_of
    from guardrails.report.forms.text import text_of
    from guardrails.report.one_text import one_text
    from guardrails.wiring import desks

    settings = wiring.settings(workspace, os.environ)
    replays = desks.replays(settings)
    try:
        wiring.caller(settings, replays.log, "operate", "read")
        (replayed,) = replays.of((check,), full=False)
        document = one_text(replays.log, check, replayed.status)
    finally:
        replays.log.close()
    sys.stdout.write((html_of if output == "html" else text_of)(document).decode("utf-8"))
    return 0
