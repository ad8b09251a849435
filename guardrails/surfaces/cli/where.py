"""``guardrails where``: which texts rest on a fact or source, were found by a rule, or say a phrase."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.surfaces.cli.options import workspace_option

if TYPE_CHECKING:
    from guardrails.review.history import Mention


@click.command("where")
@click.argument("what", metavar="WHAT")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output.")
@workspace_option
def command(what: str, output: str, workspace: Path | None) -> int:
    """
    List the texts on record that rest on fact:ID or source:ID, that rule:ID found, or that say "a phrase".

    Facts and sources are looked up; for a rule every record is read, for a phrase every text is decrypted.
    """
    from guardrails import wiring
    from guardrails.review.history import where

    settings = wiring.settings(workspace, os.environ)
    log = wiring.open_log(settings)
    try:
        wiring.caller(settings, log, "operate")
        found = where(log, what)
    finally:
        log.close()
    print(_json(what, found) if output == "json" else "\n".join(text_lines(what, found)))
    return 0


def text_lines(what: str, found: tuple[Mention, ...]) -> list[str]:
    """Return the list in words, newest first."""
    from guardrails.model.day import day_of

    count = f"{len(found)} text{'' if len(found) == 1 else 's'}"
    lines = [f"{what}: {count} on record"]
    for one in found:
        place = f"{', '.join(one.channels) or 'anywhere'} / {', '.join(one.markets) or 'anywhere'}"
        again = f", checked {one.checks} times" if one.checks > 1 else ""
        lines.append(f"   {day_of(one.at_ms)}  {one.verdict:<8}  {one.check}  {place}{again}")
    return lines


def _json(what: str, found: tuple[Mention, ...]) -> str:
    from guardrails.render.moment import rfc3339

    texts = [
        {
            "check_id": one.check,
            "at": rfc3339(one.at_ms),
            "verdict": one.verdict,
            "channels": list(one.channels),
            "markets": list(one.markets),
            "checks": one.checks,
        }
        for one in found
    ]
    return json.dumps({"schema": "guardrails.mentions/v1", "what": what, "texts": texts}, ensure_ascii=False, indent=2)
