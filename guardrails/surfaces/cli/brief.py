"""``guardrails brief``: what applies to an agent in a place, before it writes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.errors import DraftError
from guardrails.surfaces.cli.options import caller_of, context_options, workspace_option
from guardrails.surfaces.cli.remote import Server, server_option
from guardrails.text.moment import moment_ms

if TYPE_CHECKING:
    from guardrails.model.draft import Pairs


@click.command("brief")
@click.option(
    "--agent", metavar="NAME", help="Whose brief (default: the agent of guardrails.local.yaml, or of the key)."
)
@context_options(without=("campaign", "task", "thread"))
@click.option("--format", "output", type=click.Choice(["md", "json"]), default="md", help="Form of output.")
@click.option("--as-of", metavar="MOMENT", help="What will apply then.")
@server_option
@workspace_option
def command(
    agent: str | None,
    output: str,
    as_of: str | None,
    server: str | None,
    workspace: Path | None,
    **options: object,
) -> int:
    """
    Say in at most 600 words what applies where a text will appear: for an agent, or for whoever writes.

    What is not said (--channel, --market, --locale …) may be anything, so everything that could apply counts.
    """
    said = caller_of(options)
    if server:
        print(_there(server, agent, said, output, as_of), end="")
    else:
        print(_here(workspace, agent, said, output, as_of), end="")
    return 0


def _there(address: str, agent: str | None, said: Pairs, output: str, as_of: str | None) -> str:
    own = (("agent", agent), ("as_of", as_of), ("format", output))
    query = [*said, *((key, value) for key, value in own if value)]
    answer = Server(address, os.environ.get("GUARDRAILS_KEY", "")).ask("GET", "/v1/brief", query=query).decode("utf-8")
    return _indented(json.loads(answer)) if output == "json" else answer


def _here(workspace: Path | None, agent: str | None, said: Pairs, output: str, as_of: str | None) -> str:
    from guardrails import wiring
    from guardrails.policy.brief import asked_for, brief
    from guardrails.render.brief import brief_json, brief_markdown
    from guardrails.wiring import desks

    settings = wiring.settings(workspace, os.environ)
    name = agent or (settings.principal.id if settings.principal.kind == "agent" else "")
    if not name:
        raise DraftError("agent-missing", "whose brief?", help="say --agent NAME, an agent with a mandate")
    policy = wiring.policy_in_force(settings)
    as_of_ms = wiring.now_ms() if as_of is None else moment_ms(as_of)
    context = asked_for(policy.workspace, said, (), as_of_ms)
    found = brief(policy, name, context, as_of_ms, withdrawn=desks.withdrawn_facts(settings))
    return _indented(brief_json(found)) if output == "json" else brief_markdown(found)


def _indented(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
