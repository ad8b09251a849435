"""``guardrails policy rollback``: an earlier policy counts again, taken from the ledger, whatever the files say now."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.surfaces.cli.options import workspace_option
from guardrails.surfaces.cli.policy_activate import put_in_force

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.review.activation import Activations, Done
    from guardrails.settings import Settings


@click.command("rollback")
@click.argument("digest", required=False, default="", metavar="[DIGEST]")
@click.option("--list", "listed", is_flag=True, help="List what was in force, and change nothing.")
@click.option("--note", default="", help="Why, for the record.")
@workspace_option
def command(digest: str, listed: bool, note: str, workspace: Path | None) -> int:
    """
    Put the policy that was in force before, or the one with DIGEST (its first 8 characters will do), in force again.

    It takes one person with the scope “operate”, because two have agreed on it before. The files are not touched.

    Exit codes: 0 it is in force, 2 it is not, and what was in force before still is, 4 the ledger cannot be written.
    """
    from guardrails.review.activation import Ask

    if listed:
        return _list(workspace)

    def roll_back(activations: Activations, caller: Caller, _settings: Settings) -> Done:
        return activations.roll_back(Ask(caller.actor, note=note), digest)

    return put_in_force(workspace, roll_back)


def _list(workspace: Path | None) -> int:
    from guardrails import wiring
    from guardrails.render.moment import rfc3339
    from guardrails.review.in_force import activations, in_force_words

    settings = wiring.settings(workspace, os.environ)
    if not settings.has_ledger:
        print("no policy was activated yet, there is no ledger")
        return 0
    with closing(wiring.open_log(settings)) as log:
        history, now = activations(log), in_force_words(log)
    for one in reversed(history):
        proposed = f", proposed by {one.proposed_by}" if one.proposed_by else ""
        print(f"{rfc3339(one.at_ms)}  {one.event:<11}  {one.digest}  {one.role}{proposed}")
    print(now)
    return 0
