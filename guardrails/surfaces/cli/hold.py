"""``guardrails hold``: legal holds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guardrails.surfaces.cli.options import workspace_option
from guardrails.surfaces.cli.subject import period

if TYPE_CHECKING:
    from guardrails.privacy.holds import Wish

_output = click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", help="Form of output."
)


@click.group("hold")
def command() -> None:
    """Keep records from being erased while a dispute lasts: by hand, by request or by their age."""


@command.command("add")
@click.option("--check", metavar="CHECK", help="This text (chk_…), and what was said about it.")
@click.option("--campaign", metavar="NAME", help="Every text of this campaign.")
@click.option("--channel", metavar="NAME", help="Every text that may go out on this channel.")
@click.option("--from", "since", metavar="DATE", help="Everything from this UTC day on …")
@click.option("--until", metavar="DATE", help="… until this one, both included.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept encrypted.")
@_output
@workspace_option
def add(reason: str, output: str, workspace: Path | None, **scope: str | None) -> int:
    """Hold a text, a campaign, a channel or a period. One person can, and it counts at once."""
    from guardrails import wiring
    from guardrails.privacy.published import add_hold
    from guardrails.render.standing_text import recorded_lines
    from guardrails.wiring import desks

    wish = _wish(reason, scope)
    with desks.privacy_desk(wiring.settings(workspace, os.environ)) as desk:
        body = add_hold(desk, wish)
    print(json.dumps(body, indent=2) if output == "json" else "\n".join(recorded_lines(body)))
    return 0


@command.command("release")
@click.argument("hold", metavar="HOLD")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept encrypted.")
@click.option("--approved-by", "roles", multiple=True, metavar="ROLE", help="Two people, where nobody has API keys.")
@_output
@workspace_option
def release(hold: str, reason: str, roles: tuple[str, ...], output: str, workspace: Path | None) -> int:
    """
    Let what HOLD (hld_…) covers be erased again.

    Two different people: by the keys in GUARDRAILS_KEY and GUARDRAILS_SECOND_KEY (scope “privacy”), or, where no API key
    exists, by --approved-by twice.
    """
    from guardrails import wiring
    from guardrails.privacy.published import end_hold
    from guardrails.render.standing_text import recorded_lines
    from guardrails.wiring import desks

    settings = wiring.settings(workspace, os.environ)
    with desks.privacy_desk(settings) as desk:
        people = desks.approvers(settings, desk, roles, os.environ.get("GUARDRAILS_SECOND_KEY", ""))
        body = end_hold(desk, hold, reason, people)
    print(json.dumps(body, indent=2) if output == "json" else "\n".join(recorded_lines(body)))
    return 0


@command.command("list")
@_output
@workspace_option
def list_holds(output: str, workspace: Path | None) -> int:
    """List the holds in force, oldest first."""
    from guardrails import wiring
    from guardrails.privacy.published import list_holds as listed
    from guardrails.render.privacy_text import hold_lines
    from guardrails.wiring import desks

    with desks.privacy_desk(wiring.settings(workspace, os.environ)) as desk:
        body = listed(desk)
    print(json.dumps(body, indent=2, ensure_ascii=False) if output == "json" else "\n".join(hold_lines(body)))
    return 0


def _wish(reason: str, scope: dict[str, str | None]) -> Wish:
    from guardrails.privacy.holds import Wish

    since, until = scope.pop("since"), scope.pop("until")
    named = {kind: value for kind, value in scope.items() if value}
    if len(named) + bool(since or until) != 1 or bool(since) != bool(until):
        raise click.UsageError("say one of --check, --campaign, --channel, or --from with --until")
    if since:
        dates = period(since, until)
        return Wish("period", reason, from_ms=dates.from_ms, until_ms=dates.until_ms)
    ((kind, value),) = named.items()
    return Wish(kind, reason, value)  # type: ignore[arg-type]  # the names of the options are the scopes
