"""``guardrails permit list``: the permits there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from guardrails.surfaces.cli.people import There, Where, asked, printed, where_options

if TYPE_CHECKING:
    from guardrails.audit.keys import Caller
    from guardrails.gate import Gate
    from guardrails.model.canonical import Json


@click.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that have ended or do not hold any more.")
@where_options
def command(everything: bool, **where: Any) -> int:
    """List the permits that hold, newest first."""
    from guardrails.render.permit import permits_lines

    status = "all" if everything else "live"

    def here(gate: Gate, caller: Caller) -> dict[str, Json]:
        from guardrails.review.permit_desk import list_permits

        return list_permits(gate, caller, status=status)

    place = Where(**where)
    there = There("GET", "/v1/permits", query=[("status", status)])
    body = asked(place, ["check", "read", "review", "operate"], here, there)
    return printed(place, body, lambda paint: permits_lines(body, paint))
