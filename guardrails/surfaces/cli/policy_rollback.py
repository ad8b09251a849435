"""``guardrails policy rollback``: an earlier policy counts again, taken from the ledger, whatever the files say now."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, asked_there, printed, where_options
from guardrails.surfaces.cli.policy_activate import put_in_force

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.model.canonical import Json
    from guardrails.review.activation import Activations, Done


@click.command("rollback")
@click.argument("digest", required=False, default="", metavar="[DIGEST]")
@click.option("--list", "listed", is_flag=True, help="List what was in force and what is proposed; change nothing.")
@click.option("--proposed-by", metavar="ROLE", default="", help="Who proposes it, where there are no API keys.")
@click.option("--note", default="", help="Why, for the record.")
@where_options
def command(digest: str, listed: bool, proposed_by: str, note: str, **where: Any) -> int:
    """
    Put the policy that was in force before, or the one with DIGEST (its first 8 characters will do), in force again.

    Going back to the one before takes one person with the scope “operate”, because two have agreed on it; going further
    back takes two, as an activation does (“guardrails policy propose DIGEST”). The files are not touched.

    Exit codes: 0 it is in force, 2 it is not, and what was in force before still is, 4 the ledger cannot be written.
    """
    place = Where(**where)
    if listed:
        return _list(place)

    def roll_back(activations: Activations, caller: Caller) -> Done:
        from guardrails.review.activation import Ask

        return activations.roll_back(Ask(caller.actor, proposed_by, note), digest)

    body = {"rollback": digest or "previous", "proposed_by": proposed_by, "note": note}
    return put_in_force(place, roll_back, body)


def _list(place: Where) -> int:
    from guardrails.render.activation_text import history_lines

    there = There("GET", "/v1/policies/activations")
    body = asked_there(place.server, there) if place.server else _listed_here(place)
    return printed(place, body, lambda _: history_lines(body))


def _listed_here(place: Where) -> dict[str, Json]:
    """Return what was in force; who looks makes no ledger."""
    from guardrails import wiring
    from guardrails.review.published_policies import history_json

    settings = wiring.settings(place.workspace, os.environ)
    if not settings.has_ledger:
        return {"schema": "guardrails.activations/v1", "activations": [], "proposals": []}
    with closing(wiring.open_log(settings)) as log:
        return history_json(log)
