"""``guardrails brief``: what applies to an agent in a place, before it writes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from guardrails.errors import DraftError
from guardrails.surfaces.cli.options import caller_of, context_options, workspace_option
from guardrails.text.moment import moment_ms


@click.command("brief")
@click.option("--agent", metavar="NAME", help="Whose brief (default: the agent of guardrails.local.yaml).")
@context_options(without=("campaign", "task", "thread"))
@click.option("--format", "output", type=click.Choice(["md", "json"]), default="md", help="Form of output.")
@click.option("--as-of", metavar="MOMENT", help="As if it were then.")
@workspace_option
def command(agent: str | None, output: str, as_of: str | None, workspace: Path | None, **options: object) -> int:
    """
    Say in at most 600 words what applies where a text will appear: for an agent, or for whoever writes.

    What is not said (--channel, --market, --locale …) may be anything, so everything that could apply counts.
    """
    from guardrails import wiring
    from guardrails.policy.brief import asked_for, brief
    from guardrails.render.brief import brief_json, brief_markdown

    settings = wiring.settings(workspace, os.environ)
    name = agent or (settings.principal.id if settings.principal.kind == "agent" else "")
    if not name:
        raise DraftError("agent-missing", "whose brief?", help="say --agent NAME, an agent with a mandate")
    policy = wiring.open_policy(settings)
    as_of_ms = wiring.now_ms() if as_of is None else moment_ms(as_of)
    context = asked_for(policy.workspace, caller_of(options), (), as_of_ms)
    found = brief(policy, name, context, as_of_ms)
    if output == "json":
        print(json.dumps(brief_json(found), indent=2, ensure_ascii=False))
    else:
        print(brief_markdown(found), end="")
    return 0
