"""``guardrails policy propose``: one person wants a policy in force; another one approves it."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, asked_there, printed, where_options

if TYPE_CHECKING:
    from guardrails.model.canonical import Json


@click.command("propose")
@click.argument("digest", required=False, default="", metavar="[DIGEST]")
@click.option("--note", default="", help="What it is for, for the record.")
@where_options
def command(digest: str, note: str, **where: Any) -> int:
    """
    Propose what the workspace's files say, or an earlier policy by its DIGEST; nothing changes by that.

    You propose as the person of GUARDRAILS_KEY with the scope “operate” or “review”. Another person puts it in force:
    “guardrails policy activate”, of an earlier policy “guardrails policy rollback DIGEST”. A proposal is for what the files
    say now, and counts until a policy is put in force.

    Exit codes: 0 it is proposed, 2 it is not (the files do not load, a test fails), 4 the ledger cannot be written.
    """
    from guardrails.render.activation_text import proposal_lines

    place = Where(**where)
    there = There("POST", "/v1/policies/proposals", body={"note": note, "policy": digest})
    done = asked_there(place.server, there) if place.server else _proposed_here(place, digest, note)
    return printed(place, done, lambda _: proposal_lines(done))


def _proposed_here(place: Where, digest: str, note: str) -> dict[str, Json]:
    from guardrails import wiring
    from guardrails.review.published_policies import proposed_json
    from guardrails.wiring import desks

    settings = wiring.settings(place.workspace, os.environ)
    with closing(wiring.open_log(settings)) as log:
        caller = wiring.caller(settings, log, "operate", "review")
        return proposed_json(desks.activations(settings, log).propose(caller.actor, note, digest))
