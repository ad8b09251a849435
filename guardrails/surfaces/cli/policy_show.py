"""``guardrails policy show``: one rule, opening with a plain sentence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from guardrails.surfaces.cli.options import active_option
from guardrails.surfaces.cli.people import There, Where, asked_there, printed, where_options

if TYPE_CHECKING:
    from guardrails.model.canonical import Json


@click.command("show")
@click.argument("rule_id", metavar="RULE")
@active_option
@where_options
def command(rule_id: str, active: bool, **where: Any) -> int:
    """Explain the rule RULE of the workspace; with --server as the server judges by it."""
    from guardrails.render.policy_text import rule_lines

    place = Where(**where)
    there = There("GET", f"/v1/policies/{quote(rule_id, safe='')}")
    rule = asked_there(place.server, there) if place.server else _shown_here(place.workspace, rule_id, active=active)
    return printed(place, rule, lambda _: rule_lines(rule))


def _shown_here(workspace: Path | None, rule_id: str, *, active: bool) -> dict[str, Json]:
    from guardrails import wiring
    from guardrails.policy.catalogue import rule_called, rule_json

    settings = wiring.settings(workspace, os.environ)
    policy = wiring.policy_in_force(settings) if active else wiring.open_policy(settings)
    return rule_json(rule_called(policy, rule_id))
