"""``guardrails policy list``: the rules as a table."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guardrails.model.policy import LAYERS
from guardrails.surfaces.cli.options import active_option
from guardrails.surfaces.cli.people import There, Where, asked_there, printed, where_options

if TYPE_CHECKING:
    from guardrails.model.canonical import Json


@click.command("list")
@click.option("--layer", type=click.Choice(LAYERS), help="Only rules of this layer.")
@active_option
@where_options
def command(layer: str | None, active: bool, **where: Any) -> int:
    """
    List the rules of the workspace, those of its packs included; with --server those that it judges by.

    Once there is a ledger, with what each rule cost in the last 30 days: texts it held, findings that were disputed,
    texts that people approved as they were (once five different people have decided).
    """
    from guardrails.render.policy_text import rule_list_lines

    place = Where(**where)
    there = There("GET", "/v1/policies", query=[("friction", "true")])
    body = asked_there(place.server, there) if place.server else _listed_here(place.workspace, active=active)
    body["rules"] = [rule for rule in body["rules"] if layer in (None, rule["layer"])]
    return printed(place, body, lambda _: rule_list_lines(body))


def _listed_here(workspace: Path | None, *, active: bool) -> dict[str, Any]:
    from guardrails import wiring
    from guardrails.impact.friction import friction_json
    from guardrails.policy.catalogue import policy_json
    from guardrails.wiring import desks

    settings = wiring.settings(workspace, os.environ)
    policy = wiring.policy_in_force(settings) if active else wiring.open_policy(settings)
    cost = desks.friction(settings)
    found: Json = None if cost is None else friction_json(cost, dict(policy.workspace.friction))
    return {**policy_json(policy), "friction": found}
