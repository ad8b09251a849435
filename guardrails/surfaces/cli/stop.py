"""``guardrails stop``: hold everything at once, or an agent, a channel, a campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, asked, printed, recorded, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("stop")
@click.option("--all", "everything", is_flag=True, help="Everything.")
@click.option("--channel", metavar="NAME", help="Whatever goes to this channel, or below it.")
@click.option("--agent", metavar="NAME", help="Whatever this agent submits.")
@click.option("--campaign", metavar="NAME", help="Whatever names this campaign.")
@click.option("--reason", metavar="TEXT", help="Why; it goes on the record.")
@click.option("--list", "listing", is_flag=True, help="List the stops in force instead.")
@where_options
def command(reason: str | None, listing: bool, **options: Any) -> int:
    """
    Stop at once: from the next check on, everything within the stop asks a person, and no approval lets it through.

    Say one of --all, --channel, --agent and --campaign, and --reason; or --list.
    """
    place = Where(options.pop("workspace"), options.pop("server"), options.pop("output"))
    said = [(name, value) for name, value in options.items() if value]
    if listing and not said and reason is None:
        return _listed(place)
    if listing or len(said) != 1 or reason is None:
        raise click.UsageError("say one of --all, --channel, --agent and --campaign, and --reason; or --list alone")
    ((name, value),) = said
    scope = "all" if name == "everything" else name
    body: dict[str, Json] = {"scope": scope, "value": "" if scope == "all" else value, "reason": reason}

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.published import set_stop

        return set_stop(gate, caller, body)

    return recorded(place, ["operate"], here, There("POST", "/v1/stops", body=body))


def _listed(place: Where) -> int:
    from guardrails.render.standing_text import stop_lines

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.published import list_stops

        return list_stops(gate, caller)

    body = asked(place, ["read", "review", "operate"], here, There("GET", "/v1/stops"))
    return printed(place, body, lambda paint: stop_lines(body, paint))
